"""Who was there, who had left, what a score owes to them: rules 9 to 11."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.health.policy import FIRST_TERMS
from community.health.presence import (
    LEAST_HELD,
    PASSIVE,
    BandReason,
    Departure,
    People,
    Period,
    Roster,
    people_behind,
)
from community.health.rules import Band, Counts, behavior, points_of
from tests.health.strategies import TODAY, counts

HERE, SISTER, MOTHER, ELSEWHERE = 1, 2, 3, 4
FAMILY = {HERE: MOTHER, SISTER: MOTHER}
SCALE = 12.0


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def roster(*periods: Period, licences: int | None = None) -> Roster:
    return Roster(HERE, periods, FAMILY, licences)


def since(member: int, days: int = 500, until: int | None = None, account: int = HERE) -> Period:
    return Period(member, account, ago(days), None if until is None else ago(until))


def people(made: Counts, of: Roster, day: date = TODAY) -> People:
    points = points_of(made, FIRST_TERMS)
    return people_behind(behavior(made, day, FIRST_TERMS, SCALE), points, day, FIRST_TERMS, SCALE, of)


def test_the_last_day_of_a_membership_is_the_day_before_its_end() -> None:
    known = roster(since(1, until=10), since(1, 10, account=ELSEWHERE), since(2))
    assert known.present(ago(11)) == {1, 2}
    assert known.present(ago(10)) == {2}
    assert known.departures(ago(11)) == {}
    assert known.departures(TODAY) == {1: Departure(ago(10), ELSEWHERE, is_inside_family=False, left_family_on=ago(10))}


@pytest.mark.parametrize(("to", "inside"), [(SISTER, True), (MOTHER, True), (ELSEWHERE, False)])
def test_companies_with_one_topmost_parent_are_one_family(to: int, *, inside: bool) -> None:
    assert roster(since(1, until=10), since(1, 10, account=to)).departures(TODAY)[1].is_inside_family is inside


def test_who_came_back_has_not_left() -> None:
    known = roster(since(1, until=100), since(1, 50))
    assert known.departures(ago(70)) == {1: Departure(ago(100), None, is_inside_family=False, left_family_on=ago(100))}
    assert known.departures(TODAY) == {}


def test_the_company_right_after_is_named_and_the_family_is_left_when_the_last_of_it_is() -> None:
    known = roster(since(1, until=100), since(1, 100, 3, SISTER), since(1, 3, account=ELSEWHERE))
    assert known.departures(ago(4)) == {1: Departure(ago(100), SISTER, is_inside_family=True)}
    assert known.departures(TODAY) == {1: Departure(ago(100), SISTER, is_inside_family=True, left_family_on=ago(3))}


def test_who_came_to_the_family_by_way_of_another_company_is_with_it() -> None:
    known = roster(since(1, until=100), since(1, 90, 20, ELSEWHERE), since(1, 20, account=MOTHER))
    there = Departure(ago(100), ELSEWHERE, is_inside_family=False)
    assert known.departures(ago(95))[1].account_id is None
    assert known.departures(ago(21)) == {1: replace(there, left_family_on=ago(100))}
    assert known.departures(TODAY) == {1: there}


def test_nobody_is_there_from_the_day_after_the_last_one_left() -> None:
    known = roster(since(1, until=30), since(2, until=20))
    assert known.empty_since(ago(21)) is None
    assert known.empty_since(ago(20)) == known.empty_since(TODAY) == ago(20)
    assert roster().empty_since(TODAY) is None  # nobody ever was
    assert roster(since(1, -5)).empty_since(TODAY) is None  # comes in five days


def test_what_leavers_hold_and_the_score_without_them() -> None:
    made = {(1, "talk_given", ago(20)): 1, (2, "reply_posted", ago(5)): 2}
    found = people(made, roster(since(1, until=10), since(2)))
    of_member = behavior(made, TODAY, FIRST_TERMS, SCALE).of_member
    assert found.leavers_share == pytest.approx(of_member[1] / sum(of_member.values()))
    own = {key: n for key, n in made.items() if key[0] == 2}
    assert found.behavior_of_present == behavior(own, TODAY, FIRST_TERMS, SCALE).score
    assert found.left_since == ago(10)
    assert (found.members, found.active) == (1, 1)


def test_a_move_inside_the_family_is_named_and_rings_nothing() -> None:
    made = {(1, "talk_given", ago(20)): 1, (2, "reply_posted", ago(5)): 2}
    found = people(made, roster(since(1, until=10), since(1, 10, account=SISTER), since(2)))
    assert found.left_since is None
    assert found.leavers_share > 0
    assert found.behavior_of_present == people(made, roster(since(1, until=10), since(2))).behavior_of_present


def test_who_leaves_the_family_by_way_of_a_sister_rings_from_then_on() -> None:
    made = {(1, "talk_given", ago(130)): 1, (2, "reply_posted", ago(5)): 2}
    known = roster(since(1, until=100), since(1, 100, 3, SISTER), since(1, 3, account=ELSEWHERE), since(2))
    assert people(made, known, ago(4)).left_since is None
    assert people(made, known).left_since == ago(3)


def test_what_the_lost_hold_leaves_out_who_is_in_the_family() -> None:
    made = {(1, "talk_given", ago(30)): 1, (2, "talk_given", ago(30)): 1, (3, "reply_posted", ago(5)): 2}
    found = people(made, roster(since(1, until=20), since(1, 20, account=SISTER), since(2, until=10), since(3)))
    whole = behavior(made, TODAY, FIRST_TERMS, SCALE)
    assert found.core == {2: ago(10)}
    assert found.lost_share == pytest.approx(whole.of_member[2] / whole.score)
    assert found.leavers_share == pytest.approx((whole.of_member[1] + whole.of_member[2]) / whole.score)
    kept = {key: n for key, n in made.items() if key[0] != 2}
    assert found.behavior_without_lost == behavior(kept, TODAY, FIRST_TERMS, SCALE).score


def test_who_held_little_rings_nothing() -> None:
    made = {(1, "mail_clicked", ago(20)): 1, **{(2, "talk_given", ago(n)): 1 for n in (3, 13, 23)}}
    assert people(made, roster(since(1, until=10), since(2))).left_since is None


def test_who_holds_less_than_a_point_makes_no_alarm_at_the_edge_of_a_band() -> None:
    """The limit of a band lies between the two scores: nobody's leaving put the company below it."""
    made = {(1, "mail_clicked", ago(40)): 1, **{(2, "talk_given", ago(n)): 1 for n in (3, 13, 23)}}
    whole, known = behavior(made, TODAY, FIRST_TERMS, SCALE), roster(since(1, until=10), since(2))
    terms = replace(FIRST_TERMS, good_from=whole.score - whole.of_member[1] / 100)
    points = points_of(made, terms)
    found = people_behind(whole, points, TODAY, terms, SCALE, known)
    assert whole.of_member[1] < LEAST_HELD
    assert found.behavior_without_lost is not None
    assert found.behavior_without_lost < terms.good_from <= whole.score
    assert (found.core, found.left_since) == ({}, None)


def test_the_alarm_begins_with_the_last_who_left_of_those_who_carried_the_score() -> None:
    made = {(1, "talk_given", ago(90)): 1, (2, "talk_given", ago(60)): 1, (3, "mail_clicked", ago(80)): 1}
    known = roster(since(1, until=50), since(2, until=30), since(3, until=10), since(4))
    assert people(made, known).left_since == ago(30)


def test_an_act_at_the_edge_of_a_band_begins_no_new_alarm() -> None:
    made = {(1, "talk_given", ago(90)): 1, (2, "reply_posted", ago(5)): 2}
    known = roster(since(1, until=40), since(2))
    more = {**made, (2, "topic_opened", TODAY): 1}
    assert people(made, known).left_since == people(more, known).left_since == ago(40)


# Two talks: 100 · (1 − e^(−(2 · 20 · (1 − e^(−30/20)))/12)), about 92 points.
TALKS = {(1, "talk_given", ago(5)): 1, (2, "talk_given", ago(5)): 1}


@pytest.mark.parametrize(
    ("made", "licences", "band", "reason"),
    [
        (TALKS, None, Band.GOOD, None),
        (TALKS, 1, Band.GOOD, None),
        ({(1, "talk_given", ago(5)): 1}, 300, Band.WATCH, BandReason.ONE_ACTIVE),
        ({(1, "talk_given", ago(5)): 1}, None, Band.WATCH, BandReason.ONE_ACTIVE),
        ({(1, "talk_given", ago(5)): 1}, 1, Band.GOOD, None),
        ({**TALKS, (2, "talk_given", ago(5)): 0}, 2, Band.WATCH, BandReason.ONE_ACTIVE),
        ({(1, "talk_given", ago(90)): 1, (2, "talk_given", ago(90)): 1}, 2, Band.WATCH, BandReason.NONE_ACTIVE),
        ({(1, "talk_given", ago(89)): 1, (2, "talk_given", ago(90)): 1}, 2, Band.WATCH, BandReason.ONE_ACTIVE),
        ({(1, "reply_posted", ago(3)): 1}, 2, Band.DANGER, None),
    ],
)
def test_good_needs_two(made: Counts, licences: int | None, band: Band, reason: BandReason | None) -> None:
    found = people(made, roster(since(1), since(2), licences=licences))
    assert (found.band, found.band_reason) == (band, reason)


@pytest.mark.parametrize("kind", sorted(PASSIVE))
def test_what_shows_nobody_at_work_makes_no_second(kind: str) -> None:
    made = {(1, "talk_given", ago(5)): 1, (2, "talk_given", ago(100)): 1, (2, kind, ago(2)): 1}
    assert people(made, roster(since(1), since(2))).band_reason is BandReason.ONE_ACTIVE


def test_of_two_who_acted_the_one_who_left_does_not_make_it_good() -> None:
    found = people(TALKS, roster(since(1), since(2, until=1)))
    assert (found.band, found.band_reason, found.active, found.members) == (Band.WATCH, BandReason.ONE_ACTIVE, 1, 1)


ends = st.none() | st.integers(1, 200)


@given(counts, st.dictionaries(st.integers(1, 8), ends))
def test_active_people_are_among_the_members_and_shares_add_up(made: Counts, there: dict[int, int | None]) -> None:
    known = roster(*(since(member, 600, until) for member, until in there.items()))
    found = people(made, known)
    whole = behavior(made, TODAY, FIRST_TERMS, SCALE)
    assert 0 <= found.active <= found.members == sum(1 for until in there.values() if until is None)
    assert 0 <= found.leavers_share <= 1 + 1e-9
    assert found.behavior_of_present is not None
    assert found.behavior_of_present <= whole.score + 1e-9
    held = sum(part for member, part in whole.of_member.items() if member in known.present(TODAY))
    assert held + found.leavers_share * whole.score == pytest.approx(whole.score)


# Where somebody was after leaving: days ago of going and of the end there, and where.
ways = st.none() | st.tuples(st.integers(1, 200), st.integers(0, 200), st.sampled_from([SISTER, MOTHER, ELSEWHERE]))


def way(member: int, gone: tuple[int, int, int] | None) -> list[Period]:
    if gone is None:
        return [since(member, 600)]
    left, spent, to = gone
    end = max(left - spent, -1)  # tomorrow: still there
    return [since(member, 600, left), since(member, left, end, to), since(member, end, account=ELSEWHERE)]


@given(counts, st.dictionaries(st.integers(1, 8), ways))
def test_the_core_are_those_out_of_the_family_who_hold_a_point(
    made: Counts, went: dict[int, tuple[int, int, int] | None]
) -> None:
    known = roster(*(period for member, gone in went.items() for period in way(member, gone)))
    found, whole = people(made, known), behavior(made, TODAY, FIRST_TERMS, SCALE)
    departures = known.departures(TODAY)
    assert departures.keys() == {member for member, gone in went.items() if gone}
    for member, day in found.core.items():
        assert whole.of_member[member] >= LEAST_HELD
        assert departures[member].left_family_on == day
        assert departures[member].day <= day <= TODAY
    assert found.left_since == (max(found.core.values()) if found.core else None)
    assert found.lost_share <= found.leavers_share + 1e-9
    assert found.behavior_without_lost is not None
    assert found.behavior_of_present is not None
    assert found.behavior_of_present <= found.behavior_without_lost + 1e-9


@given(counts)
def test_where_nobody_left_nothing_rings_and_the_score_is_that_of_all(made: Counts) -> None:
    found = people(made, roster(*(since(member, 600) for member in range(1, 7))))
    assert found.left_since is None
    assert found.leavers_share == 0
    assert found.behavior_of_present == behavior(made, TODAY, FIRST_TERMS, SCALE).score
