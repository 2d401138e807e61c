"""How far the projections are, and which signals are stuck."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from community.ledger.queries import count_pending, last_seq
from models.base import db
from models.ledger import Signal, SignalSequence
from models.projections import Projection, StuckSignal


@dataclass(frozen=True)
class Progress:
    """A projection's position, its distance from the newest signal, and the number of its stuck signals."""

    name: str
    position: int
    behind: int
    stuck: int


def list_progress(names: tuple[str, ...]) -> list[Progress]:
    """Return every projection's progress, in the order of `names`."""
    position = dict(db.session.execute(sa.select(Projection.name, Projection.position)).all())
    stuck = dict(
        db.session.execute(sa.select(StuckSignal.projection, sa.func.count()).group_by(StuckSignal.projection)).all()
    )
    newest = last_seq()
    return [Progress(n, position.get(n, 0), newest - position.get(n, 0), stuck.get(n, 0)) for n in names]


def list_stuck(limit: int = 200) -> list[tuple[StuckSignal, Signal]]:
    """Return stuck signals with the signal itself, lowest sequence number first."""
    rows = db.session.execute(
        sa.select(StuckSignal, Signal)
        .join(SignalSequence, SignalSequence.seq == StuckSignal.seq)
        .join(Signal, Signal.id == SignalSequence.signal_id)
        .order_by(StuckSignal.seq)
        .limit(limit)
    )
    return [(stuck, signal) for stuck, signal in rows]


def list_due(projector: str, at: datetime, limit: int) -> list[int]:
    """Return the sequence numbers of stuck signals whose next try is due, ascending."""
    return list(
        db.session.scalars(
            sa.select(StuckSignal.seq)
            .where(StuckSignal.projection == projector, StuckSignal.next_try <= at)
            .order_by(StuckSignal.seq)
            .limit(limit)
        )
    )


def is_caught_up(names: tuple[str, ...]) -> bool:
    """Return whether every signal is sequenced, and either in every projection or on its stuck page."""
    return count_pending() == 0 and all(p.behind == 0 for p in list_progress(names))
