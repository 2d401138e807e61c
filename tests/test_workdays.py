"""The holidays on which alarms of stored days depend (rule 13): a new version of the library may not move them."""

from datetime import date

import pytest

from community.workdays import add_working_days, is_working_day, last_working_day

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


@pytest.mark.parametrize(
    ("day", "n", "found"),
    [
        ("2026-11-16", 0, "2026-11-16"),
        ("2026-11-14", 0, "2026-11-14"),  # a Saturday stays what it is
        ("2026-11-16", 5, "2026-11-24"),  # over a weekend and the 23rd
        ("2026-11-13", 1, "2026-11-16"),
        ("2026-11-14", 1, "2026-11-16"),
        ("2026-12-28", 1, "2027-01-04"),
        ("2026-12-25", 5, "2027-01-07"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2027-04-28", 1, "2027-04-30"),
        ("2027-04-28", 2, "2027-05-06"),
        ("2026-09-18", 1, "2026-09-24"),  # three holidays in a row
        ("2026-08-12", 2, "2026-08-14"),  # お盆 is no holiday
        ("2027-01-04", -1, "2026-12-28"),
        ("2027-01-04", -2, "2026-12-25"),
        ("2026-11-24", -5, "2026-11-16"),
        ("2026-11-23", -1, "2026-11-20"),
    ],
)
def test_the_nth_working_day(day: str, n: int, found: str) -> None:
    assert add_working_days(date.fromisoformat(day), n) == date.fromisoformat(found)


@pytest.mark.parametrize("n", range(1, 60))
def test_there_and_back_again(n: int) -> None:
    day = date(2026, 12, 1)
    assert add_working_days(add_working_days(day, n), -n) == day


@pytest.mark.parametrize(
    ("day", "found"), [("2026-11-23", "2026-11-20"), ("2027-01-03", "2026-12-28"), ("2026-11-24", "2026-11-24")]
)
def test_the_last_working_day(day: str, found: str) -> None:
    assert last_working_day(date.fromisoformat(day)) == date.fromisoformat(found)
