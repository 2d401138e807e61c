"""What became of an act in the ledger."""

from community.ledger.queries import effective_ids
from models.ledger import Signal


def is_effective(act: Signal) -> bool:
    """Whether the act counts now, sequenced or not."""
    return act.id in effective_ids([act.id])
