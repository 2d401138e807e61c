"""The projectors, in one list. A projector recomputes what signals touch and overwrites; it adds no deltas."""

from collections.abc import Hashable, Sequence
from typing import Protocol

from community.health import projector as health_projector
from community.ledger.queries import SequencedSignal
from community.notifications import projector as notifications_projector


class Projector(Protocol):
    """What running a projection calls. A module can be a projector."""

    @property
    def name(self) -> str:
        """The projection's key in the table of projections; never changed once in use."""
        ...

    def project(self, signals: Sequence[SequencedSignal], up_to: int) -> None:
        """Recompute what these signals touch, from the ledger up to sequence number `up_to`."""
        ...

    def reset(self) -> None:
        """Empty the projection's own tables, so that projecting from the start gives the same result."""
        ...

    def rows(self) -> set[Hashable]:
        """Return the projection's rows, which a rebuild must give again."""
        ...


PROJECTORS: tuple[Projector, ...] = (health_projector, notifications_projector)
