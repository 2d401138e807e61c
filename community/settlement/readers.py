"""The readers of the ledger, in one list. A reader recomputes what signals touch and overwrites; it adds no deltas."""

from collections.abc import Hashable, Sequence
from typing import Protocol

from community.health import reader as health_reader
from community.ledger.queries import SettledSignal
from community.notifications import reader as notifications_reader


class LedgerReader(Protocol):
    """What settlement calls of a reader. A module can be one."""

    @property
    def name(self) -> str:
        """Its key in the table of readers; never changed once in use."""
        ...

    def read(self, signals: Sequence[SettledSignal], up_to: int) -> None:
        """Recompute what these signals touch, from the ledger up to sequence number `up_to`."""
        ...

    def forget(self) -> None:
        """Empty the reader's own tables, so that reading from the start gives the same result."""
        ...

    def contents(self) -> set[Hashable]:
        """Return its rows, which a rebuild must give again."""
        ...


READERS: tuple[LedgerReader, ...] = (health_reader, notifications_reader)
