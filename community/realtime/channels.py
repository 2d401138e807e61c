"""Names of the channels that open pages hear: "topic:7", "member:5", "account:3", and "accounts" for all of them."""

import re
from dataclasses import dataclass

# The largest id that both databases can hold.
MAX_ID = 2**63 - 1

_NAME = re.compile(r"([a-z_]{1,24})(?::([1-9][0-9]{0,18}))?", re.ASCII)


@dataclass(frozen=True)
class Channel:
    """A channel: its kind, and an id within the kind; 0 if the kind has only one channel."""

    kind: str
    id: int = 0

    def __str__(self) -> str:
        """Return the channel's name, as it is sent."""
        return f"{self.kind}:{self.id}" if self.id else self.kind


def parse(name: object) -> Channel | None:
    """Return the channel of this name; None if it is no such name, since clients may send anything."""
    match = _NAME.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        return None
    number = int(match[2] or 0)
    return Channel(match[1], number) if number <= MAX_ID else None
