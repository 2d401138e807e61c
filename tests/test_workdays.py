"""The holidays on which alarms of stored days depend (rule 13): a new version of the library may not move them."""

from datetime import date

import pytest

from community.workdays import is_working_day

HOLIDAYS = {
    2025: "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-21 08-11 09-15 09-23 10-13 11-03 11-23 "
    "11-24",
    2026: "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23",
    2027: "01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23",
}
"""As the Cabinet Office lists them (国民の祝日), with the days in lieu of Sundays and those between two holidays."""
YEAR_END = "01-01 01-02 01-03 12-29 12-30 12-31"


@pytest.mark.parametrize("year", HOLIDAYS)
def test_offices_are_closed_on_weekends_on_these_days_and_around_new_year(year: int) -> None:
    closed = {date.fromisoformat(f"{year}-{day}") for day in f"{HOLIDAYS[year]} {YEAR_END}".split()}
    first = date(year, 1, 1).toordinal()
    days = [date.fromordinal(n) for n in range(first, date(year + 1, 1, 1).toordinal())]
    saturday = 5
    assert [day for day in days if not is_working_day(day)] == [
        day for day in days if day.weekday() >= saturday or day in closed
    ]
