"""When mail that can wait is sent: in working hours of the recipient's time zone, on working days in Japan."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.workdays import is_working_day

FIRST_HOUR, LAST_HOUR = 9, 18


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
