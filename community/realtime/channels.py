"""Names of channels that open pages hear: "topic:7", "member:5", "account:3", and "accounts" for all of them."""

import re
from dataclasses import dataclass

# Larger than any id that both databases can hold; longer digits are nobody's.
MAX_ID = 2**63 - 1

_NAME = re.compile(r"([a-z_]{1,24})(?::([1-9][0-9]{0,18}))?", re.ASCII)


@dataclass(frozen=True)
class Channel:
    """A kind, and the id within it; 0 where the kind has one channel only."""

    kind: str
    id: int = 0

    def __str__(self) -> str:
        """Return its name, as it is sent."""
        return f"{self.kind}:{self.id}" if self.id else self.kind


def parse(name: object) -> Channel | None:
    """Return the channel of this name; None for whatever else a client may send."""
    match = _NAME.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        return None
    number = int(match[2] or 0)
    return Channel(match[1], number) if number <= MAX_ID else None
