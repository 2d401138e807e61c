"""Dates and times as attendance reports write them. The zone is in none of them."""

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

# Zoom 2025 and 2026, what a spreadsheet makes of both when it saves them again, and ISO.
_FORMATS = (
    "%b %d, %Y %H:%M:%S",
    "%b %d, %Y %I:%M:%S %p",
    "%b %d, %Y %I:%M %p",
    "%b %d, %Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %I:%M:%S %p",
    "%Y/%m/%d %I:%M %p",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
)
_NOTHING = frozenset({"", "-", "--", "n/a", "なし"})
_HALVES = {"午前": "AM", "午後": "PM"}
_JAPANESE_HALF = re.compile(r"(午前|午後)\s*(\d{1,2}:\d{2}(?::\d{2})?)")


class NotATimeError(ValueError):
    """What stands there is no date and time that reports are known to have."""


def is_nothing(cell: str) -> bool:
    """Return whether the cell says that there is nothing to say: no-shows have two hyphens."""
    return cell.strip().casefold() in _NOTHING


def read_time(cell: str, zone: ZoneInfo) -> datetime | None:
    """Return the time in this zone; None if there is none. Raise NotATimeError."""
    if is_nothing(cell):
        return None
    plain = " ".join(unicodedata.normalize("NFKC", cell).replace("−", "-").split())
    plain = _JAPANESE_HALF.sub(lambda half: f"{half[2]} {_HALVES[half[1]]}", plain)
    for form in _FORMATS:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=zone)
        except ValueError:
            continue
    raise NotATimeError(cell)
