"""The ledger's reader for health: recounts the days that signals touch and scores their accounts anew."""

from collections.abc import Sequence

from community.health import actions
from community.health.situations import READER, today
from models.ledger import Signal

name = READER


def read(signals: Sequence[Signal], up_to: int) -> None:
    """Recompute what these signals touch; a reversal carries its act's company and day."""
    touched = {(signal.account_id, signal.day) for signal in signals if signal.account_id is not None}
    if touched:
        actions.recount(touched, up_to)
        actions.score_accounts({account_id for account_id, _ in touched}, today(), up_to)


def forget() -> None:
    """Empty the reader's tables."""
    actions.forget_scores()
