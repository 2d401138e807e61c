"""Writes a `NotificationMail` row with each notification: it is to be mailed.

community/mailings decides later whether and when.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from community.jobs import hurry
from models.base import db, is_among
from models.ledger import Signal, SignalSequence
from models.mail import NotificationMail
from models.notifications import Notification

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
# By name: the room that writes these mails stands above this one.
WRITE = "mailings.write_mails"


def keep_due(at: datetime, due_before: datetime) -> None:
    """Make due at `at` what was due already before the clock was set back to `at`; later mails keep their time."""
    is_early = sa.and_(NotificationMail.due_at > at, NotificationMail.due_at <= due_before)
    due = sa.update(NotificationMail).where(is_early).values(due_at=at)
    db.session.execute(due.execution_options(synchronize_session=False))


def replace_mails_of_acts(signal_ids: Collection[int], notified: Collection[Mapping[str, Any]], up_to: int) -> None:
    """Make pending rows of these acts match their notifications; finished rows are never touched.

    `notified`: the notifications that are still to be mailed, as mappings of their columns, with the ids of the acts'
    first records. A row whose act was recorded anew, but not yet projected up to `up_to`, stays until it is.
    """
    record, sequenced = aliased(Signal), aliased(SignalSequence)
    is_later = record.moved_from_id == NotificationMail.signal_id
    has_notification = sa.exists().where(
        Notification.member_id == NotificationMail.member_id,
        Notification.signal_id == record.id,
        sa.or_(record.id == NotificationMail.signal_id, is_later),
    )
    is_projected = sa.exists().where(sequenced.signal_id == record.id, sequenced.seq <= up_to)
    is_recorded_anew = sa.exists().where(is_later, record.root_id.is_(None), ~is_projected.correlate(record))
    firsts = sa.select(sa.func.coalesce(Signal.moved_from_id, Signal.id)).where(is_among(Signal.id, signal_ids))
    lost = sa.and_(
        NotificationMail.signal_id.in_(firsts),
        NotificationMail.due_at.is_not(None),
        ~has_notification.correlate(NotificationMail),
        ~is_recorded_anew.correlate(NotificationMail),
    )
    db.session.execute(sa.delete(NotificationMail).where(lost).execution_options(synchronize_session=False))
    if not notified:
        return
    rows = [{name: row[name] for name in ("member_id", "signal_id", "kind", "at")} for row in notified]
    added = _INSERT[db.session.get_bind().dialect.name](NotificationMail)
    named_later = added.on_conflict_do_update(
        index_elements=["signal_id", "member_id"],
        set_={"kind": added.excluded.kind},
        where=NotificationMail.due_at.is_not(None),
    )
    db.session.execute(named_later.execution_options(synchronize_session=False), rows)
    hurry(WRITE)


def add_mails_of_notices(rows: Collection[Mapping[str, Any]]) -> None:
    """Add a row for each new notice; `rows` hold its notice_id, member_id, kind, at and due_at."""
    if rows:
        db.session.execute(sa.insert(NotificationMail), list(rows))
        hurry(WRITE)
