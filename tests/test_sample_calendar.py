"""Days on which a Japanese office works."""

from datetime import date

import pytest

from community.sample_calendar import is_workday, workday_before, workdays_between


@pytest.mark.parametrize(
    ("day", "at_work"),
    [
        (date(2026, 11, 20), True),  # a Friday
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 4, 30), False),  # a Thursday in Golden Week
        (date(2026, 8, 13), False),  # Obon
        (date(2026, 12, 29), False),
        (date(2027, 1, 4), False),
        (date(2027, 1, 5), True),
    ],
)
def test_weekends_and_long_breaks_are_no_workdays(day: date, *, at_work: bool) -> None:
    assert is_workday(day) is at_work


def test_counting_back_skips_them() -> None:
    assert workday_before(date(2026, 11, 22), 1) == date(2026, 11, 20)
    assert workday_before(date(2026, 11, 20), 5) == date(2026, 11, 13)
    assert workday_before(date(2027, 1, 5), 1) == date(2026, 12, 25)  # a Friday; the 26th and 27th are a weekend


def test_the_end_is_left_out() -> None:
    assert workdays_between(date(2026, 11, 19), date(2026, 11, 24)) == [
        date(2026, 11, 19),
        date(2026, 11, 20),
    ]  # the 23rd is 勤労感謝の日
