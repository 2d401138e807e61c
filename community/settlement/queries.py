"""What settlement has done, and where it is stuck."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from community.ledger.queries import count_pending, last_seq
from models.base import db
from models.ledger import Signal, SignalSequence
from models.settlement import Reader, StuckSignal


@dataclass(frozen=True)
class Progress:
    """A reader's position, its distance from the newest signal, and the number of its stuck signals."""

    name: str
    read_to: int
    behind: int
    stuck: int


def list_progress(names: tuple[str, ...]) -> list[Progress]:
    """Return every reader's progress, in the order of `names`."""
    read_to = dict(db.session.execute(sa.select(Reader.name, Reader.read_to)).all())
    stuck = dict(db.session.execute(sa.select(StuckSignal.reader, sa.func.count()).group_by(StuckSignal.reader)).all())
    newest = last_seq()
    return [Progress(n, read_to.get(n, 0), newest - read_to.get(n, 0), stuck.get(n, 0)) for n in names]


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


def list_due(reader: str, at: datetime, limit: int) -> list[int]:
    """Return the sequence numbers of stuck signals whose next try is due, ascending."""
    return list(
        db.session.scalars(
            sa.select(StuckSignal.seq)
            .where(StuckSignal.reader == reader, StuckSignal.next_try <= at)
            .order_by(StuckSignal.seq)
            .limit(limit)
        )
    )


def is_settled(names: tuple[str, ...]) -> bool:
    """Return whether every signal is sequenced, and read by every reader or on its stuck page."""
    return count_pending() == 0 and all(p.behind == 0 for p in list_progress(names))
