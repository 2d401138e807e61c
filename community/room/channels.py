"""Channels of live updates that belong to no thing. For a thing's channel, `ThingKind.is_live` is enough."""

from collections.abc import Callable
from dataclasses import dataclass

from models.accounts import Member


@dataclass(frozen=True)
class ChannelKind:
    """Channels named "<name>:<id>", or "<name>" if there is only one.

    `may_hear` takes the member (None: a guest) and the id (0: the name has none), and returns whether the member may
    hear the channel.
    """

    name: str
    may_hear: Callable[[Member | None, int], bool]
