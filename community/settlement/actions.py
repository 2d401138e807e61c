"""The single steps of settlement; `tasks.py` runs them, a transaction around each."""

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
from models.settlement import Reader, SettlerLease, StuckSignal

from .readers import READERS, LedgerReader
from .rules import CLOCK_SKEW, LEASE, READER_CHUNK, SEQUENCE_CHUNK, is_free, pause_after, set_back_by

logger = logging.getLogger(__name__)


class NotTheSettlerError(RuntimeError):
    """Another process is the settler; this one leaves its work to that process."""


def take_lease(holder: str) -> None:
    """Become the only settler. Raises NotTheSettlerError if another process is.

    The lease also records the time of the last settling. If it is earlier now, the clock was set back, and due times of
    the old clock are moved back as well.
    """
    lease = db.session.get(SettlerLease, 1, with_for_update=True, populate_existing=True)
    at = now()
    if lease is None:
        lease = SettlerLease(id=1, holder="", until=at)
        db.session.add(lease)
    if not is_free(lease, at):
        raise NotTheSettlerError
    if step := set_back_by(lease, at):
        logger.warning("the clock was set back", extra={"seconds": int(step.total_seconds())})
        _bring_forward(step, at)
    lease.holder, lease.until = holder, at + LEASE


def keep_lease(holder: str) -> None:
    """Extend the lease; first in every settling transaction, since the row stays locked until its end.

    Raises NotTheSettlerError if another process has settled meanwhile, even if it has finished: what was planned before
    may be done already.
    """
    lease = db.session.get(SettlerLease, 1, with_for_update=True, populate_existing=True)
    if lease is None or lease.holder != holder:
        raise NotTheSettlerError
    lease.until = now() + LEASE


def _bring_forward(step: timedelta, at: datetime) -> None:
    """Move due times of the old clock to the new one."""
    # Rows written since the last settling have times a little later than the lease.
    due_before = at + step + CLOCK_SKEW
    mail.bring_forward(at, step, due_before)
    notices.bring_forward(at, due_before)
    notification_mails.bring_forward(at, due_before)
    for stuck in db.session.scalars(sa.select(StuckSignal).where(StuckSignal.next_try > at)):
        stuck.next_try -= step


def give_lease_back(holder: str) -> None:
    """End the lease, so that the next settler can begin at once."""
    db.session.execute(sa.update(SettlerLease).where(SettlerLease.holder == holder).values(holder="", until=now()))


def settle_in_this_transaction() -> None:
    """Sequence pending signals and have every reader read them, all within the caller's transaction.

    For acts that must be visible together with what follows from them, or not at all. A signal that cannot be read
    raises; nothing is set aside. Other settlers wait for the lease's row until the commit.
    """
    lease = db.session.get(SettlerLease, 1, with_for_update=True, populate_existing=True)
    if lease is None:
        db.session.add(SettlerLease(id=1, holder="", until=now()))
        db.session.flush()
    while sequence_waiting():
        pass
    for reader in READERS:
        while read_next(reader, READER_CHUNK):
            pass


def sequence_waiting() -> int:
    """Give pending signals their sequence numbers, gapless, in the order of their ids; return how many.

    Ids follow the order of writing where it matters: a reversal can only be written once what it reverses is committed,
    so its id is higher.
    """
    start = last_seq()
    waiting = sa.select(PendingSignal.signal_id).order_by(PendingSignal.signal_id).limit(SEQUENCE_CHUNK).subquery()
    place = start + sa.func.row_number().over(order_by=waiting.c.signal_id)
    placed = sa.select(place, waiting.c.signal_id)
    db.session.execute(sa.insert(SignalSequence).from_select(["seq", "signal_id"], placed))
    # Only those just sequenced: others may have been written meanwhile, also with lower ids.
    are_placed = PendingSignal.signal_id.in_(sa.select(SignalSequence.signal_id).where(SignalSequence.seq > start))
    gone = sa.delete(PendingSignal).where(are_placed).returning(PendingSignal.signal_id)
    return len(db.session.execute(gone.execution_options(synchronize_session=False)).all())


def read_next(reader: LedgerReader, most: int) -> int:
    """Have the reader read its next chunk and store its position; return the chunk's length."""
    row = get_reader_row(reader.name)
    chunk = list_signals(row.read_to, most)
    if chunk:
        reader.read(chunk, chunk[-1].seq)
        row.read_to = chunk[-1].seq
    return len(chunk)


def set_aside_next(reader: LedgerReader, error: str) -> None:
    """Put the reader's next signal on the stuck page and advance the reader past it."""
    row = get_reader_row(reader.name)
    for signal in list_signals(row.read_to, 1):
        seq = signal.seq
        db.session.add(StuckSignal(reader=reader.name, seq=seq, error=error, tries=1, next_try=now() + pause_after(1)))
        row.read_to = seq


def retry_stuck(reader: LedgerReader, seq: int) -> None:
    """Have the reader read one stuck signal again; it leaves the page if that succeeds."""
    row = get_reader_row(reader.name)
    reader.read(list_signals(seq - 1, 1), row.read_to)
    db.session.execute(sa.delete(StuckSignal).where(StuckSignal.reader == reader.name, StuckSignal.seq == seq))


def postpone_stuck(reader: LedgerReader, seq: int, error: str) -> None:
    """Record another failed try and when the next one is due."""
    stuck = db.session.get(StuckSignal, (reader.name, seq))
    if stuck is not None:
        stuck.tries += 1
        stuck.error = error
        stuck.next_try = now() + pause_after(stuck.tries)


def hurry_stuck(by: Member) -> None:
    """Make every stuck signal due now, because a person says that the cause is mended."""
    db.session.execute(sa.update(StuckSignal).values(next_try=now()))
    record(by.id, "settlement.hurry_stuck", "stuck_signal", None)
    hurry("settlement.settle")


def forget(reader: LedgerReader) -> None:
    """Empty the reader's tables and reset it to the start of the ledger: the next settling reads all of it."""
    row = get_reader_row(reader.name)
    db.session.execute(sa.delete(StuckSignal).where(StuckSignal.reader == reader.name))
    reader.forget()
    row.read_to = 0


def get_reader_row(name: str) -> Reader:
    """Return the reader's row, locked; it is created at first use."""
    row = db.session.get(Reader, name, with_for_update=True, populate_existing=True)
    if row is None:
        row = Reader(name=name, read_to=0)
        db.session.add(row)
        db.session.flush()
    return row
