"""Working hours of the person's zone, on days on which Japan works."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from community.mailings.hours import next_morning, next_opening
from community.workdays import is_working_day

TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")


def at(text: str, zone: ZoneInfo = TOKYO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-20", True),
        ("2026-11-21", False),  # Saturday
        ("2026-11-23", False),  # 勤労感謝の日
        ("2026-05-06", False),  # 振替休日 of 3 May
        ("2026-09-22", False),  # 国民の休日, between two holidays
        ("2027-03-22", False),  # 振替休日 of 春分の日
        ("2026-12-29", False),
        ("2027-01-04", True),
    ],
)
def test_days(day: str, *, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) == works


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-26T09:00", "2026-11-26T09:00"),
        ("2026-11-26T17:59:59", "2026-11-26T17:59:59"),
        ("2026-11-26T18:00", "2026-11-27T09:00"),
        ("2026-11-26T08:59", "2026-11-26T09:00"),
        ("2026-11-20T20:00", "2026-11-24T09:00"),  # a weekend and a holiday
        ("2026-12-28T18:00", "2027-01-04T09:00"),
    ],
)
def test_opening(now: str, opens: str) -> None:
    assert next_opening(at(now), TOKYO) == at(opens)
    assert next_opening(at(now), TOKYO, at_any_hour=True) == at(now)


def test_hours_are_the_persons_own() -> None:
    assert next_opening(at("2026-11-26T10:00"), NEW_YORK) == at("2026-11-26T09:00", NEW_YORK)
    # The day on which clocks change there; 9 o'clock is 9 o'clock.
    assert next_morning(at("2026-10-30T20:00", NEW_YORK), NEW_YORK) == at("2026-11-02T09:00", NEW_YORK)


def test_a_digest_comes_in_the_next_morning_even_during_the_day() -> None:
    assert next_morning(at("2026-11-26T10:00"), TOKYO) == at("2026-11-27T09:00")
    assert next_morning(at("2026-11-26T09:00"), TOKYO) == at("2026-11-27T09:00")
    assert next_morning(at("2026-11-20T10:00"), TOKYO, at_any_hour=True) == at("2026-11-21T09:00")
