"""When mail that can wait is sent: in working hours of the recipient's time zone, on working days in Japan."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

FIRST_HOUR, LAST_HOUR = 9, 18
SATURDAY = 5
# Public offices are closed then, and by custom companies: 行政機関の休日に関する法律, article 1.
YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


def is_working_day(day: date) -> bool:
    """Return whether the day is none of a weekend, a Japanese holiday and the days around New Year."""
    return day.weekday() < SATURDAY and (day.month, day.day) not in YEAR_END and day not in _holidays()


def next_opening(at: datetime, zone: ZoneInfo, *, at_any_hour: bool = False) -> datetime:
    """Return the first instant from `at` on at which mail may go to that time zone; `at` itself if it may go then."""
    here = at.astimezone(zone)
    if at_any_hour or (is_working_day(here.date()) and FIRST_HOUR <= here.hour < LAST_HOUR):
        return at
    return next_morning(at, zone)


def next_morning(at: datetime, zone: ZoneInfo, *, at_any_hour: bool = False) -> datetime:
    """Return the start of the next working day (`at_any_hour`: of the next day) in that time zone, later than `at`."""
    here = at.astimezone(zone)
    day = here.date() if here.hour < FIRST_HOUR else here.date() + timedelta(days=1)
    while not (at_any_hour or is_working_day(day)):
        day += timedelta(days=1)
    return datetime.combine(day, time(FIRST_HOUR), zone).astimezone(UTC)


@cache
def _holidays() -> holidays.HolidayBase:
    """Return Japan's holidays; a year is computed when one of its days is first looked up."""
    return holidays.country_holidays("JP")
