"""Momentum: speeding up and cooling."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.health.momentum import momentum
from community.health.policy import FIRST_TERMS
from community.health.rules import Counts, points_of
from tests.health.strategies import TODAY, counts


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def steady(first: int, last: int = 0) -> Counts:
    return {(1, "reply_posted", ago(age)): 1 for age in range(last, first + 1)}


def test_a_steady_account_reads_one() -> None:
    assert momentum(points_of(steady(2000), FIRST_TERMS), TODAY) == pytest.approx(1.0, abs=0.05)


def test_an_account_that_stopped_two_months_ago_is_cooling() -> None:
    fading = momentum(points_of(steady(400, 60), FIRST_TERMS), TODAY)
    assert fading is not None
    assert fading < 0.5


def test_before_ninety_days_of_history_there_is_none() -> None:
    assert momentum(points_of(steady(89), FIRST_TERMS), TODAY) is None
    assert momentum(points_of(steady(90), FIRST_TERMS), TODAY) is not None
    assert momentum(points_of({}, FIRST_TERMS), TODAY) is None


def test_the_formula() -> None:
    made = {(1, "talk_given", ago(90)): 1, (2, "reply_posted", ago(14)): 3}
    short = (30 * 2 ** (-90 / 14) + 3 * 2 * 0.5) / 14
    long = (30 * 0.5 + 3 * 2 * 2 ** (-14 / 90)) / 90
    assert momentum(points_of(made, FIRST_TERMS), TODAY) == pytest.approx(short / long)


@given(counts, st.integers(1, 6))
def test_no_member_cap_in_momentum(made: Counts, into: int) -> None:
    """Who did it does not matter: the same acts by one person give the same momentum if no day's count changes."""
    spread = {(into + 10 * number, kind, day): n for number, ((_, kind, day), n) in enumerate(made.items())}
    assert momentum(points_of(spread, FIRST_TERMS), TODAY) == momentum(points_of(made, FIRST_TERMS), TODAY)
