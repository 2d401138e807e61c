"""Who reads the ledger, in one list. A reader recomputes what the signals touch and overwrites; it never adds up."""

from collections.abc import Hashable, Sequence
from typing import Protocol

from community.health import reader as health_reader
from community.ledger.queries import SettledSignal
from community.notifications import reader as notifications_reader


class LedgerReader(Protocol):
    """What settlement asks of a reader. Modules serve."""

    @property
    def name(self) -> str:
        """Its key in the table of readers; never changed once in use."""
        ...

    def read(self, signals: Sequence[SettledSignal], up_to: int) -> None:
        """Recompute what these signals touch, looking at the ledger up to place `up_to` and no further."""
        ...

    def forget(self) -> None:
        """Empty the reader's own tables, so that reading from the start gives the same result anew."""
        ...

    def contents(self) -> set[Hashable]:
        """What it keeps, as rows that a rebuild must give again."""
        ...


READERS: tuple[LedgerReader, ...] = (health_reader, notifications_reader)
