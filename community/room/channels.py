"""Channels of live updates that are no thing's own. A thing's channel needs `ThingKind.is_live` only."""

from collections.abc import Callable
from dataclasses import dataclass

from models.accounts import Member


@dataclass(frozen=True)
class ChannelKind:
    """Channels named "<name>:<id>", or "<name>" where there is one only.

    `may_hear` takes the person (None: a guest) and the id, 0 where the name has none, and returns whether they may
    hear what is said there.
    """

    name: str
    may_hear: Callable[[Member | None, int], bool]
