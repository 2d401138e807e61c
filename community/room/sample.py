"""What a room adds to the sample community."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from zoneinfo import ZoneInfo

from models.accounts import Account, Member


@dataclass(frozen=True)
class SampleCommunity:
    """The sample's companies by their key and people by their handle, as they stand on the morning of `day`."""

    day: date
    zone: ZoneInfo
    accounts: Mapping[str, Account]
    people: Mapping[str, Member]


# Writes what happened in the room before that day, through the room's own actions; the same rows for the same day.
SamplePart: TypeAlias = Callable[[SampleCommunity], None]
