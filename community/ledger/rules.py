"""What may enter the ledger."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

# Clocks of two machines differ a little; an act "from the future" by less than this is simply now.
CLOCK_SKEW = timedelta(minutes=2)


def is_future(at: datetime, now: datetime) -> bool:
    """Whether an act claims to happen later than clocks can explain (scoring.md, "As of": refused)."""
    return at > now + CLOCK_SKEW


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The day of scoring on which an instant falls: a day in the community's time zone."""
    return at.astimezone(UTC).astimezone(zone).date()
