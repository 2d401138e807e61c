"""When mail that can wait is sent: in working hours of the person's zone, on days on which Japan works."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

FIRST_HOUR, LAST_HOUR = 9, 18
SATURDAY = 5
# Public offices are closed then, and by custom companies: 行政機関の休日に関する法律, article 1.
YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


def is_working_day(day: date) -> bool:
    """Neither a weekend, nor a holiday in Japan, nor the days around New Year."""
    return day.weekday() < SATURDAY and (day.month, day.day) not in YEAR_END and day not in _holidays()


def next_opening(at: datetime, zone: ZoneInfo, *, at_any_hour: bool = False) -> datetime:
    """The first instant from `at` on at which mail may go to somebody there; `at` itself, if it may now."""
    here = at.astimezone(zone)
    if at_any_hour or (is_working_day(here.date()) and FIRST_HOUR <= here.hour < LAST_HOUR):
        return at
    return next_morning(at, zone)


def next_morning(at: datetime, zone: ZoneInfo, *, at_any_hour: bool = False) -> datetime:
    """When the next working day begins there (`at_any_hour`: the next day), later than `at`."""
    here = at.astimezone(zone)
    day = here.date() if here.hour < FIRST_HOUR else here.date() + timedelta(days=1)
    while not (at_any_hour or is_working_day(day)):
        day += timedelta(days=1)
    return datetime.combine(day, time(FIRST_HOUR), zone).astimezone(UTC)


@cache
def _holidays() -> holidays.HolidayBase:
    """Works a year out when it is first asked for one of its days."""
    return holidays.country_holidays("JP")
