"""Writes a `NotificationMail` row with each notification: it is to be mailed.

community/mailings decides later whether and when.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from community.jobs import hurry
from models.base import db
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


def replace_mails_of_acts(signal_ids: Collection[int], notified: Collection[Mapping[str, Any]]) -> None:
    """Make pending rows of these acts match their notifications; finished rows are never touched.

    `notified`: the notifications that are still to be mailed, as mappings of their columns.
    """
    has_notification = sa.exists().where(
        Notification.member_id == NotificationMail.member_id, Notification.signal_id == NotificationMail.signal_id
    )
    lost = sa.and_(NotificationMail.signal_id.in_(signal_ids), NotificationMail.due_at.is_not(None), ~has_notification)
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
