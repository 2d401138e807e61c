"""Whether an act of the ledger counts."""

from community.ledger.queries import effective_ids
from models.ledger import Signal


def is_effective(act: Signal) -> bool:
    """Return whether the act counts now, sequenced or not."""
    return act.id in effective_ids([act.id])
