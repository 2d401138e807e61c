"""Momentum and alerts: speeding up, cooling, silent."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.health.momentum import Activity, Alert, activity, alerts, momentum
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


def test_four_of_five_silent_for_a_month_is_an_alert() -> None:
    made = {(m, "reply_posted", ago(30 + m)): 1 for m in range(1, 6)}
    made[5, "reply_posted", ago(29)] = 1
    assert activity(points_of(made, FIRST_TERMS), TODAY) == Activity(active=5, silent=4)
    assert activity(points_of(made, FIRST_TERMS), TODAY).is_silent
    made[4, "reply_posted", ago(0)] = 1
    assert not activity(points_of(made, FIRST_TERMS), TODAY).is_silent


def test_the_windows_have_sharp_ends() -> None:
    assert activity(points_of({(1, "reply_posted", ago(30)): 1}, FIRST_TERMS), TODAY) == Activity(1, 1)
    assert activity(points_of({(1, "reply_posted", ago(29)): 1}, FIRST_TERMS), TODAY) == Activity(0, 0)
    assert activity(points_of({(1, "reply_posted", ago(119)): 1}, FIRST_TERMS), TODAY) == Activity(1, 1)
    assert activity(points_of({(1, "reply_posted", ago(120)): 1}, FIRST_TERMS), TODAY) == Activity(0, 0)


def test_nobody_active_before_is_no_silence() -> None:
    assert not Activity(0, 0).is_silent


@pytest.mark.parametrize(
    ("score", "before", "expected"),
    [(40.0, 60.0, [Alert.FELL]), (40.1, 60.0, []), (0.0, None, []), (60.0, 40.0, [])],
)
def test_a_fall_of_twenty_points_is_an_alert(score: float, before: float | None, expected: list[Alert]) -> None:
    assert alerts(score, before, Activity(3, 1)) == expected


def test_both_alerts_can_ring() -> None:
    assert alerts(10.0, 50.0, Activity(1, 1)) == [Alert.FELL, Alert.SILENT]
