"""When a Japanese office is at work: not at weekends, in the three long breaks and on holidays that keep their date."""

from datetime import date, timedelta

SATURDAY = 5

# Month and day, both included: the turn of the year, Golden Week, Obon.
QUIET_SPANS = (((1, 1), (1, 4)), ((4, 29), (5, 6)), ((8, 11), (8, 16)), ((12, 28), (12, 31)))
# 建国記念の日, 天皇誕生日, 文化の日, 勤労感謝の日. Those that move with the calendar are left out: it is a story.
HOLIDAYS = frozenset({(2, 11), (2, 23), (11, 3), (11, 23)})


def is_quiet(day: date) -> bool:
    """In one of the long breaks, or a holiday."""
    return (day.month, day.day) in HOLIDAYS or any(first <= (day.month, day.day) <= last for first, last in QUIET_SPANS)


def is_workday(day: date) -> bool:
    return day.weekday() < SATURDAY and not is_quiet(day)


def workday_before(day: date, count: int) -> date:
    """The `count`-th working day before `day`."""
    while count:
        day -= timedelta(days=1)
        count -= is_workday(day)
    return day


def workdays_between(first: date, end: date) -> list[date]:
    """From `first` on, `end` itself left out."""
    days = (first + timedelta(days=n) for n in range((end - first).days))
    return [day for day in days if is_workday(day)]
