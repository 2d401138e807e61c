"""Days on which a Japanese office works: none of a weekend, a holiday and the days around New Year."""

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache

import holidays

SATURDAY = 5
# Public offices are closed then, and by custom companies: 行政機関の休日に関する法律, article 1.
YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
# お盆, in which companies close or run with half their people; no law says so.
OBON = frozenset({(8, 13), (8, 14), (8, 15), (8, 16)})


def is_working_day(day: date) -> bool:
    """Return whether the day is none of a weekend, a Japanese holiday and the days around New Year."""
    return day.weekday() < SATURDAY and (day.month, day.day) not in YEAR_END and day not in _holidays()


def add_working_days(day: date, n: int) -> date:
    """Return the n-th working day after the day; before it, if `n` is negative. With 0, the day itself."""
    step, left = timedelta(days=1 if n > 0 else -1), abs(n)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def last_working_day(until: date) -> date:
    """Return the day if it is a working day, else the last one before it."""
    return until if is_working_day(until) else add_working_days(until, -1)


def count_busy_days(after: date, until: date) -> int:
    """Return the number of working days outside Obon from the day after `after` up to and including `until`."""
    return _busy_days_to(until) - _busy_days_to(after)


def _busy_days_to(day: date) -> int:
    """Return the number of such days up to and including the day, counted from any fixed day."""
    return _busy_days_before(day.year) + bisect_right(_busy_days_of(day.year), day)


@cache
def _busy_days_before(year: int) -> int:
    """Return the number of such days from 2000 to the end of the year before; negative for years before 2000."""
    return sum(len(_busy_days_of(y)) for y in range(2000, year)) - sum(len(_busy_days_of(y)) for y in range(year, 2000))


@cache
def _busy_days_of(year: int) -> tuple[date, ...]:
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return tuple(day for day in days if is_working_day(day) and (day.month, day.day) not in OBON)


@cache
def _holidays() -> holidays.HolidayBase:
    """Return Japan's holidays; a year is computed when one of its days is first looked up."""
    return holidays.country_holidays("JP")
