"""A change explained in six parts that add up, and a score explained down to single acts."""

import math
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.health.explanation import Part, ScorableAct, Situation, act_contributions, change
from community.health.policy import FIRST_KINDS, FIRST_TERMS
from community.health.rules import Counts, behavior
from community.health.tenths import tenths
from tests.health.strategies import TODAY, Key, counts, days, keys, kinds, members, policies, scales

ADDITIVE = 1e-9
BEFORE = TODAY - timedelta(days=90)


def situations(on: st.SearchStrategy[date]) -> st.SearchStrategy[Situation]:
    return st.builds(Situation, counts, on, policies, scales)


def situation(made: Counts, day: date = TODAY) -> Situation:
    return Situation(made, day, FIRST_TERMS, 60.0)


@given(situations(days.filter(lambda day: day < TODAY)), counts, situations(st.just(TODAY)))
def test_the_parts_add_up_by_member_kind_and_in_total(before: Situation, standing: Counts, after: Situation) -> None:
    explained = change(before, standing, after)
    gone = explained.after.score - explained.before.score
    assert abs(math.fsum(explained.total(part) for part in Part) - gone) < ADDITIVE
    for rows in (explained.rows(), explained.by_kind(), explained.by_member()):
        for row in rows.values():
            assert abs(row.before + math.fsum(row.parts.values()) - row.after) < ADDITIVE
        assert abs(math.fsum(row.after for row in rows.values()) - explained.after.score) < ADDITIVE
        assert abs(math.fsum(row.before for row in rows.values()) - explained.before.score) < ADDITIVE


@given(situations(days.filter(lambda day: day < TODAY)), counts, situations(st.just(TODAY)))
def test_a_part_holds_only_what_a_member_and_kind_changed_itself(
    before: Situation, standing: Counts, after: Situation
) -> None:
    """Time never raises anything, and what nobody did more or less of is in no other part than the shares."""
    explained = change(before, standing, after)
    assert all(points <= 0 for points in explained.parts[Part.DECAY].values())
    for part in (Part.WITHDRAWN, Part.LATE, Part.NEW):
        touched = {(member, kind) for member, kind, _ in explained.count_changes[part]}
        assert {key for key, points in explained.parts[part].items() if points} <= touched
    assert all(points >= 0 for points in explained.parts[Part.NEW].values())
    assert abs(math.fsum(explained.parts[Part.SHARE].values())) < ADDITIVE


@given(situations(days.filter(lambda day: day < TODAY)), counts, situations(st.just(TODAY)))
def test_the_parts_without_shares_are_the_steps_of_the_score(
    before: Situation, standing: Counts, after: Situation
) -> None:
    """As if no share were told apart: step by step the score of the acts that count then."""
    explained = change(before, standing, after)
    day, terms, scale = after.day, before.terms, before.scale
    known = [{key: n for key, n in made.items() if key[2] <= before.day} for made in (standing, after.counts)]
    scores = [
        before.behavior.score,
        behavior({k: n for k, n in before.counts.items() if k[2] <= before.day}, day, terms, scale).score,
        *(behavior(made, day, terms, scale).score for made in (*known, after.counts)),
        after.behavior.score,
    ]
    steps = [explained.total(part) for part in (Part.DECAY, Part.WITHDRAWN, Part.LATE, Part.NEW, Part.POLICY)]
    assert steps == pytest.approx([now - then for then, now in pairwise(scores)], abs=ADDITIVE)


def test_what_rose_because_another_fell_rose_by_its_share() -> None:
    """A click is forgotten in weeks, a talk remembered for half a year: time took from both, most from the click."""
    made = {(1, "talk_given", BEFORE): 1, (2, "mail_clicked", BEFORE): 1, (3, "mail_clicked", BEFORE): 1}
    explained = change(situation(made, BEFORE), made, situation(made))
    by_kind = explained.by_kind()
    talk, click = by_kind["talk_given"], by_kind["mail_clicked"]
    assert talk.parts[Part.DECAY] < 0 < talk.parts[Part.SHARE]
    assert click.parts[Part.DECAY] < 0
    assert click.parts[Part.SHARE] == pytest.approx(-talk.parts[Part.SHARE], abs=ADDITIVE)


@given(counts, counts, st.floats(4, 200))
def test_tenths_add_up_between_the_shown_scores(then: Counts, now: Counts, scale: float) -> None:
    before = Situation({k: n for k, n in then.items() if k[2] <= BEFORE}, BEFORE, FIRST_TERMS, scale)
    explained = change(before, before.counts, Situation({**before.counts, **now}, TODAY, FIRST_TERMS, scale))
    assert sum(explained.rounded_totals.values()) == tenths(explained.after.score) - tenths(explained.before.score)
    assert all(not shown for part, shown in explained.rounded_totals.items() if not explained.total(part))


@given(counts, st.integers(0, 200))
def test_without_acts_only_time_moves(made: Counts, gap: int) -> None:
    known = {key: n for key, n in made.items() if key[2] <= BEFORE}
    explained = change(situation(known, BEFORE), known, situation(known, BEFORE + timedelta(days=gap)))
    assert all(explained.total(part) == 0 for part in Part if part is not Part.DECAY)
    assert explained.total(Part.DECAY) <= 0


@given(counts)
def test_the_same_situation_did_not_move(made: Counts) -> None:
    explained = change(situation(made), made, situation(made))
    assert all(explained.total(part) == 0 for part in Part)
    assert not any(explained.count_changes.values())


@pytest.mark.parametrize(
    ("then", "standing", "now", "part"),
    [
        ({}, {}, {(1, "talk_given", TODAY): 1}, Part.NEW),
        ({}, {}, {(1, "talk_given", BEFORE): 1}, Part.LATE),
        ({}, {(1, "talk_given", BEFORE): 1}, {(1, "talk_given", BEFORE): 1}, Part.WITHDRAWN),
        ({(1, "talk_given", BEFORE): 1}, {}, {}, Part.WITHDRAWN),
    ],
)
def test_an_act_moves_its_own_part(then: Counts, standing: Counts, now: Counts, part: Part) -> None:
    explained = change(situation(then, BEFORE), standing, situation(now))
    assert explained.total(part) != 0
    assert [p for p in Part if explained.count_changes[p]] == [part]
    assert [p for p in Part if explained.total(p) and p not in {part, Part.DECAY}] == []


def test_another_policy_and_segment_is_its_own_part() -> None:
    made = {(1, "reply_posted", TODAY): 2}
    explained = change(situation(made), made, Situation(made, TODAY, FIRST_TERMS, 12.0))
    assert [part for part in Part if explained.total(part)] == [Part.POLICY]
    assert explained.total(Part.POLICY) == pytest.approx(explained.after.score - explained.before.score)


acts = st.lists(st.tuples(members, kinds, days, st.integers(1, 4).map(str)), max_size=30).map(
    lambda rows: [ScorableAct(number, *row) for number, row in enumerate(rows, start=1)]
)


def counted(done: list[ScorableAct]) -> Counts:
    return Counter((m, k, d) for m, k, d, _ in {act[1:] for act in done})


@given(acts, scales)
def test_the_acts_add_up_to_the_score(done: list[ScorableAct], scale: float) -> None:
    scored = behavior(counted(done), TODAY, FIRST_TERMS, scale)
    worth = act_contributions(scored, done, TODAY, FIRST_TERMS)
    assert set(worth) == {act.signal_id for act in done}
    assert abs(math.fsum(worth.values()) - scored.score) < ADDITIVE


def test_repeats_and_acts_beyond_the_daily_maximum_are_worth_nothing() -> None:
    done = [ScorableAct(n, 1, "reply_posted", TODAY, f"post:{n}") for n in range(1, 8)]
    done.append(ScorableAct(8, 1, "reply_posted", TODAY, "post:1"))
    scored = behavior(counted(done), TODAY, FIRST_TERMS, 60.0)
    worth = act_contributions(scored, done, TODAY, FIRST_TERMS)
    assert [signal for signal, points in worth.items() if points == 0] == [6, 7, 8]
    assert worth[1] > worth[2] > worth[5] > 0


@given(counts, keys)
def test_one_more_new_act_is_the_only_thing_that_moved(made: Counts, key: Key) -> None:
    key = (key[0], key[1], TODAY)
    now = {**made, key: made.get(key, 0) + 1}
    yesterday = TODAY - timedelta(days=1)
    known = {k: n for k, n in made.items() if k[2] <= yesterday}
    explained = change(situation(known, yesterday), known, situation({**known, key: now[key]}))
    assert explained.count_changes[Part.NEW] == {key: now[key]}
    assert explained.total(Part.NEW) > 0
    assert key[1] in FIRST_KINDS
