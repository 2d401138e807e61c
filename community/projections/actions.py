"""The single steps of processing pending signals; `tasks.py` runs them, a transaction around each."""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa

from community.audit import record
from community.jobs import hurry
from community.ledger.queries import last_seq, list_signals
from community.mail import actions as mail
from community.notifications import mails as notification_mails
from community.notifications import notices
from models.accounts import Member
from models.base import db, now
from models.ledger import PendingSignal, SignalSequence
from models.projections import Projection, ProjectionLease, StuckSignal

from .projectors import PROJECTORS, Projector
from .rules import CLOCK_SKEW, LEASE, PROJECTION_CHUNK, SEQUENCE_CHUNK, is_free, pause_after, set_back_by

logger = logging.getLogger(__name__)


class LeaseHeldElsewhereError(RuntimeError):
    """Another process holds the lease, and does the work."""


def acquire_lease(holder: str) -> None:
    """Become the only process that runs projections. Raises LeaseHeldElsewhereError if another one is.

    The lease also records the time of the last run. If it is earlier now, the clock was set back, and due times of
    the old clock are moved back as well.
    """
    lease = db.session.get(ProjectionLease, 1, with_for_update=True, populate_existing=True)
    at = now()
    if lease is None:
        lease = ProjectionLease(id=1, holder="", until=at)
        db.session.add(lease)
    if not is_free(lease, at):
        raise LeaseHeldElsewhereError
    if step := set_back_by(lease, at):
        logger.warning("the clock was set back", extra={"seconds": int(step.total_seconds())})
        _bring_due_dates_forward(step, at)
    lease.holder, lease.until = holder, at + LEASE


def renew_lease(holder: str) -> None:
    """Extend the lease; first in every transaction of a run, since the row stays locked until its end.

    Raises LeaseHeldElsewhereError if another process has held it meanwhile, even if it has finished: what was planned
    before may be done already.
    """
    lease = db.session.get(ProjectionLease, 1, with_for_update=True, populate_existing=True)
    if lease is None or lease.holder != holder:
        raise LeaseHeldElsewhereError
    lease.until = now() + LEASE


def _bring_due_dates_forward(step: timedelta, at: datetime) -> None:
    """Move due times of the old clock to the new one."""
    # Rows written since the last run have times a little later than the lease.
    due_before = at + step + CLOCK_SKEW
    mail.keep_due(at, step, due_before)
    notices.keep_due(at, due_before)
    notification_mails.keep_due(at, due_before)
    for stuck in db.session.scalars(sa.select(StuckSignal).where(StuckSignal.next_try > at)):
        stuck.next_try -= step


def release_lease(holder: str) -> None:
    """End the lease, so that the next process can begin at once."""
    db.session.execute(
        sa.update(ProjectionLease).where(ProjectionLease.holder == holder).values(holder="", until=now())
    )


def process_pending_in_this_transaction() -> None:
    """Sequence pending signals and run every projection on them, all within the caller's transaction.

    For acts that must be visible together with what follows from them, or not at all. A signal that cannot be read
    raises; nothing is set aside. Other processes wait for the lease's row until the commit.
    """
    lease = db.session.get(ProjectionLease, 1, with_for_update=True, populate_existing=True)
    if lease is None:
        db.session.add(ProjectionLease(id=1, holder="", until=now()))
        db.session.flush()
    while sequence_signals():
        pass
    for projector in PROJECTORS:
        while project_next(projector, PROJECTION_CHUNK):
            pass


def sequence_signals() -> int:
    """Give pending signals their sequence numbers, gapless, in the order of their ids; return how many.

    Ids follow the order of writing where it matters: a reversal can only be written once what it reverses is committed,
    so its id is higher.
    """
    start = last_seq()
    waiting = sa.select(PendingSignal.signal_id).order_by(PendingSignal.signal_id).limit(SEQUENCE_CHUNK).subquery()
    seq = start + sa.func.row_number().over(order_by=waiting.c.signal_id)
    numbered = sa.select(seq, waiting.c.signal_id)
    db.session.execute(sa.insert(SignalSequence).from_select(["seq", "signal_id"], numbered))
    # Only those just sequenced: others may have been written meanwhile, also with lower ids.
    are_sequenced = PendingSignal.signal_id.in_(sa.select(SignalSequence.signal_id).where(SignalSequence.seq > start))
    gone = sa.delete(PendingSignal).where(are_sequenced).returning(PendingSignal.signal_id)
    return len(db.session.execute(gone.execution_options(synchronize_session=False)).all())


def project_next(projector: Projector, most: int) -> int:
    """Project the next chunk and store the new position; return the chunk's length."""
    row = get_projection(projector.name)
    chunk = list_signals(row.position, most)
    if chunk:
        projector.project(chunk, chunk[-1].seq)
        row.position = chunk[-1].seq
    return len(chunk)


def set_aside_next(projector: Projector, error: str) -> None:
    """Put the projection's next signal on the stuck page and advance the projection past it."""
    row = get_projection(projector.name)
    for signal in list_signals(row.position, 1):
        seq = signal.seq
        db.session.add(
            StuckSignal(projection=projector.name, seq=seq, error=error, tries=1, next_try=now() + pause_after(1))
        )
        row.position = seq


def retry_stuck(projector: Projector, seq: int) -> None:
    """Project one stuck signal again; it leaves the page if that succeeds."""
    row = get_projection(projector.name)
    projector.project(list_signals(seq - 1, 1), row.position)
    db.session.execute(sa.delete(StuckSignal).where(StuckSignal.projection == projector.name, StuckSignal.seq == seq))


def postpone_stuck(projector: Projector, seq: int, error: str) -> None:
    """Record another failed try and when the next one is due."""
    stuck = db.session.get(StuckSignal, (projector.name, seq))
    if stuck is not None:
        stuck.tries += 1
        stuck.error = error
        stuck.next_try = now() + pause_after(stuck.tries)


def hurry_stuck(by: Member) -> None:
    """Make every stuck signal due now, because a person says that the cause is mended."""
    db.session.execute(sa.update(StuckSignal).values(next_try=now()))
    record(by.id, "projections.hurry_stuck", "stuck_signal", None)
    hurry("projections.process_pending")


def reset(projector: Projector) -> None:
    """Empty the projection's tables and reset it to the start of the ledger: the next run projects all of it."""
    row = get_projection(projector.name)
    db.session.execute(sa.delete(StuckSignal).where(StuckSignal.projection == projector.name))
    projector.reset()
    row.position = 0


def get_projection(name: str) -> Projection:
    """Return the projection's row, locked; it is created at first use."""
    row = db.session.get(Projection, name, with_for_update=True, populate_existing=True)
    if row is None:
        row = Projection(name=name, position=0)
        db.session.add(row)
        db.session.flush()
    return row
