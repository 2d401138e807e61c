"""What may enter the ledger."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

# Clocks of two machines differ a little; an act less than this in the future counts as now.
CLOCK_SKEW = timedelta(minutes=2)


def is_future(at: datetime, now: datetime) -> bool:
    """Return whether an act is dated further ahead than clocks can differ (scoring.md, "As of": refused)."""
    return at > now + CLOCK_SKEW


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """Return the day of scoring of an instant: the date in the community's time zone."""
    return at.astimezone(UTC).astimezone(zone).date()
