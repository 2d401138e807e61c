"""Rule 13: silence by a company's own rhythm."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.health.policy import FIRST_TERMS
from community.health.rules import Counts, points_of
from community.health.silence import BEGUN_BY_OTHERS, Silence, find_silence
from community.workdays import count_busy_days
from tests.health.strategies import counts

MONDAY = date(2026, 6, 1)  # no holiday from here to 20 July


def silence(made: Counts, day: date) -> Silence | None:
    return find_silence(points_of(made, FIRST_TERMS), day)


def weekly(weeks: int = 6, people: int = 3, kind: str = "reply_posted") -> Counts:
    """Every Monday up to MONDAY, in turn."""
    return {(n % people + 1, kind, MONDAY - timedelta(weeks=n)): 1 for n in range(weeks)}


def test_it_is_counted_in_working_days() -> None:
    found = silence(weekly(), MONDAY + timedelta(days=7))
    assert found == Silence(MONDAY, days=5, longest_pause=4)  # Tuesday to Friday lie between two Mondays


@pytest.mark.parametrize(("weeks", "days", "rings"), [(3, -1, False), (3, 0, True), (4, 0, True)])
def test_fifteen_working_days_at_least(weeks: int, days: int, *, rings: bool) -> None:
    found = silence(weekly(), MONDAY + timedelta(weeks=weeks, days=days))
    assert found is not None
    assert found.rings is rings


def test_one_and_a_half_times_the_longest_pause() -> None:
    made = {**weekly(3), (1, "reply_posted", MONDAY - timedelta(weeks=6)): 1}
    # From MONDAY − 6 weeks to MONDAY − 2 weeks: 19 weekdays less four holidays of Golden Week.
    pause = count_busy_days(MONDAY - timedelta(weeks=6), MONDAY - timedelta(weeks=2, days=1))
    assert pause == 15
    by_day = {day: silence(made, MONDAY + timedelta(days=day)) for day in range(60)}
    ringing = [found.days for found in by_day.values() if found is not None and found.rings]
    assert min(ringing) == 23
    assert all(found.longest_pause == pause for found in by_day.values() if found is not None)


def test_two_people_are_no_company() -> None:
    assert silence(weekly(people=2), MONDAY + timedelta(weeks=20)) is None


def test_the_three_acted_in_the_ninety_days_before() -> None:
    made = {**weekly(people=2), (3, "reply_posted", MONDAY - timedelta(days=89)): 1}
    assert silence(made, MONDAY + timedelta(weeks=20)) is not None
    made = {**weekly(people=2), (3, "reply_posted", MONDAY - timedelta(days=90)): 1}
    assert silence(made, MONDAY + timedelta(weeks=20)) is None


def test_four_days_make_a_rhythm() -> None:
    assert silence(weekly(3), MONDAY + timedelta(weeks=20)) is None
    assert silence(weekly(4), MONDAY + timedelta(weeks=20)) is not None
    on_one_day = {(member, "reply_posted", MONDAY): 5 for member in range(1, 6)}
    assert silence(on_one_day, MONDAY + timedelta(weeks=20)) is None


@pytest.mark.parametrize("kind", sorted(BEGUN_BY_OTHERS & FIRST_TERMS.by_kind.keys()))
def test_what_others_begin_is_no_own_act(kind: str) -> None:
    assert silence(weekly(kind=kind), MONDAY + timedelta(weeks=20)) is None
    still = silence({**weekly(), (1, kind, MONDAY + timedelta(weeks=3)): 1}, MONDAY + timedelta(weeks=4))
    assert still is not None
    assert still.last_act == MONDAY


@pytest.mark.parametrize("kind", ["topic_opened", "meetup_attended", "support_asked", "story_submitted", "talk_given"])
def test_the_first_own_act_ends_it(kind: str) -> None:
    day = MONDAY + timedelta(weeks=10)
    ringing = silence(weekly(), day)
    assert ringing is not None
    assert ringing.rings
    ended = silence({**weekly(), (9, kind, day): 1}, day)
    assert ended is None or not ended.rings


def test_new_year_golden_week_and_obon_make_nobody_silent() -> None:
    assert count_busy_days(date(2026, 12, 28), date(2027, 1, 3)) == 0
    assert count_busy_days(date(2026, 8, 12), date(2026, 8, 16)) == 0
    assert count_busy_days(date(2026, 4, 28), date(2026, 5, 6)) == 2  # 30 April and 1 May
    assert count_busy_days(date(2026, 9, 18), date(2026, 9, 23)) == 0  # 敬老の日, 国民の休日, 秋分の日


@given(counts, st.integers(0, 400))
def test_it_grows_by_the_days_that_pass(made: Counts, later: int) -> None:
    made = {**weekly(), **made}
    last = max(day for _, _, day in made)
    now, then = silence(made, last), silence(made, last + timedelta(days=later))
    passed = count_busy_days(last, last + timedelta(days=later))
    assert then == (None if now is None else Silence(now.last_act, now.days + passed, now.longest_pause))


@given(st.dates(date(1995, 1, 1), date(2040, 1, 1)), st.integers(0, 800), st.integers(0, 800))
def test_spans_of_working_days_add_up(first: date, one: int, two: int) -> None:
    middle, last = first + timedelta(days=one), first + timedelta(days=one + two)
    assert count_busy_days(first, last) == count_busy_days(first, middle) + count_busy_days(middle, last)
