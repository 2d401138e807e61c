"""The projection `health`: recounts what signals touch, and scores the accounts."""

from collections.abc import Hashable, Sequence

import sqlalchemy as sa

from community.health import actions
from community.health.counting import Grain
from community.health.situations import PROJECTION, today
from community.ledger.queries import SequencedSignal
from models.base import db
from models.health import DailyCount

name = PROJECTION


def project(signals: Sequence[SequencedSignal], up_to: int) -> None:
    """Recompute what these signals touch. A reversal has its act's company, person, kind and day."""
    touched = {
        Grain(signal.account_id, signal.member_id, signal.kind, signal.day)
        for signal in signals
        if signal.account_id is not None
    }
    if touched:
        actions.recount(touched, up_to)
        actions.score_accounts({grain.account_id for grain in touched}, today(), up_to)


def reset() -> None:
    """Empty the projection's tables."""
    actions.forget_scores()


def rows() -> set[Hashable]:
    """Return all counts, to compare with a rebuild. Scores depend on the day, too: `score_checks.py`."""
    counts = sa.select(DailyCount.account_id, DailyCount.member_id, DailyCount.kind, DailyCount.day, DailyCount.n)
    return {tuple(row) for row in db.session.execute(counts)}
