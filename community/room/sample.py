"""What a room adds to the sample community."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from zoneinfo import ZoneInfo

from models.accounts import Account, Member


@dataclass(frozen=True)
class SampleCommunity:
    """The sample's companies by key and people by handle, as they are on the morning of `day`."""

    day: date
    zone: ZoneInfo
    accounts: Mapping[str, Account]
    people: Mapping[str, Member]


# Writes what happened in the room before that day, through the room's own actions: the same rows for the same day.
# Returns how much that is, for the operator: "54 topics with 217 posts".
SamplePart: TypeAlias = Callable[[SampleCommunity], str]
