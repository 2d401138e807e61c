"""Whose departure a note is about, and since when somebody rings whose departure is not noted."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.health.noted_leavers import (
    find_unnoted_empty,
    find_unnoted_since,
    list_unnoted,
    read_leavers,
    write_leavers,
)
from community.health.presence import Period, Roster

DAY = date(2026, 11, 22)
HERE, SISTER, MOTHER, ELSEWHERE = 1, 2, 3, 4
days = st.dictionaries(st.integers(1, 6), st.integers(0, 200).map(lambda n: DAY - timedelta(days=n)))


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def period(from_days: int, until_days: int | None, account: int = HERE, member: int = 1) -> Period:
    return Period(member, account, ago(from_days), None if until_days is None else ago(until_days))


def roster(*periods: Period) -> Roster:
    return Roster(HERE, periods, {HERE: MOTHER, SISTER: MOTHER})


def once(core: Mapping[int, date]) -> Roster:
    """Everybody was there for one period, up to their day."""
    return roster(*(Period(member, HERE, ago(900), left_on) for member, left_on in core.items()))


@given(days, days)
def test_a_note_is_about_its_people_and_about_nobody_else(core: dict[int, date], noted: dict[int, date]) -> None:
    """Whatever the days: who was there for one period has left once."""
    assert list_unnoted(core, noted, once(core), DAY) == {m: day for m, day in core.items() if m not in noted}
    since = find_unnoted_since(core, noted, once(core), DAY)
    assert (since is None) == (core.keys() <= noted.keys())
    assert since is None or since in core.values()


@given(days, days, st.integers(0, 6))
def test_who_fades_out_of_the_core_makes_nothing_ring(
    core: dict[int, date], noted: dict[int, date], faded: int
) -> None:
    rest = {member: left for member, left in core.items() if member != faded}
    before, after = (find_unnoted_since(each, noted, once(core), DAY) for each in (core, rest))
    assert after is None or (before is not None and after <= before)


@pytest.mark.parametrize(
    ("periods", "rings"),
    [
        ([period(900, 10)], False),
        ([period(900, 20)], False),  # the day is corrected
        ([period(900, 2)], False),
        ([period(880, 10)], False),
        ([period(900, 15), period(12, 10)], False),  # what was not known: a gap before the noted day
        ([period(900, 10), period(9, 5)], True),
        ([period(900, 10), period(1, 0)], True),
        ([period(900, 12), period(10, 3)], True),
        ([period(900, 10), period(8, 4, SISTER)], True),  # with the family again
        ([period(900, 10), period(9, None, ELSEWHERE)], False),
        ([period(900, 10), period(-3, None)], False),  # comes back in three days
    ],
)
def test_a_note_is_about_one_departure_and_its_corrections(periods: list[Period], *, rings: bool) -> None:
    """Noted is: left ten days ago."""
    known = roster(*periods)
    left_on = known.departures(DAY)[1].left_family_on
    assert left_on is not None
    assert (find_unnoted_since({1: left_on}, {1: ago(10)}, known, DAY) == left_on) is rings


@pytest.mark.parametrize(
    ("periods", "since"),
    [
        ([period(900, 10)], None),
        ([period(900, 3)], None),  # the day is corrected
        ([period(900, 10), period(600, 4, member=2)], None),
        ([period(900, 10), period(10, 8, member=2)], ago(8)),
        ([period(900, 10), period(5, 1)], ago(1)),
        ([period(900, 10), period(5, None)], None),
    ],
)
def test_a_note_on_a_company_without_members_is_about_one_emptiness(periods: list[Period], since: date | None) -> None:
    """Noted is: nobody since ten days ago."""
    assert find_unnoted_empty(ago(10), roster(*periods), DAY) == since
    assert find_unnoted_empty(None, roster(*periods), DAY) == roster(*periods).empty_since(DAY)


@given(days)
def test_a_note_keeps_people_with_their_days(leavers: dict[int, date]) -> None:
    assert read_leavers(write_leavers(leavers)) == leavers
