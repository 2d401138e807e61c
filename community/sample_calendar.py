"""When people of the sample community are at work: not at weekends, in long breaks or on holidays with a fixed date."""

from datetime import date, timedelta

SATURDAY = 5

# Month and day, both included: the turn of the year, Golden Week, Obon.
QUIET_SPANS = (((1, 1), (1, 4)), ((4, 29), (5, 6)), ((8, 11), (8, 16)), ((12, 28), (12, 31)))
# 建国記念の日, 天皇誕生日, 文化の日, 勤労感謝の日. Holidays whose date differs from year to year are left out: the
# sample community needs no exact calendar.
HOLIDAYS = frozenset({(2, 11), (2, 23), (11, 3), (11, 23)})


def is_quiet(day: date) -> bool:
    """Return whether the day lies in one of the long breaks or is a holiday."""
    return (day.month, day.day) in HOLIDAYS or any(first <= (day.month, day.day) <= last for first, last in QUIET_SPANS)


def is_workday(day: date) -> bool:
    """Return whether offices work on that day."""
    return day.weekday() < SATURDAY and not is_quiet(day)


def workday_before(day: date, count: int) -> date:
    """Return the `count`-th working day before `day`; `day` itself for 0."""
    while count:
        day -= timedelta(days=1)
        count -= is_workday(day)
    return day


def workdays_between(first: date, end: date) -> list[date]:
    """Return the working days from `first` up to, but not including, `end`."""
    days = (first + timedelta(days=n) for n in range((end - first).days))
    return [day for day in days if is_workday(day)]
