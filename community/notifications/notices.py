"""Notifications of what is no act of the ledger's: changes asked for, a consent that expires, a place that is free.

A room writes them in the transaction of its own act. The ledger's reader knows nothing of them: a rebuild leaves them.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from community.room import Key, NotificationKind
from models.accounts import Member
from models.base import db, now
from models.notifications import Notice

from .bell import push_unread
from .mails import add_mails_of_notices

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def notify(
    kind: NotificationKind,
    recipients: Collection[int],
    thing: Key,
    *,
    key: str,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    by: Member | None = None,
) -> None:
    """Notify these members of something about the thing, once for each `key`; `by` is not notified of their own doing.

    A key belongs to its kind. The same again writes nothing, not even after `withdraw`. `due_at` (None: now): nobody
    sees it before; `expires_at`: nor from then on. `by`: who did it; None: nobody in particular.
    """
    at = now()
    due_at = due_at or at
    rows = [
        {
            "kind": kind.name,
            "member_id": member_id,
            "thing_kind": thing[0],
            "thing_id": thing[1],
            "key": key,
            "by_id": by.id if by else None,
            "at": at,
            "due_at": due_at,
            "expires_at": expires_at,
        }
        for member_id in sorted(set(recipients))
        if by is None or member_id != by.id
    ]
    if not rows:
        return
    added = _INSERT[db.session.get_bind().dialect.name](Notice).on_conflict_do_nothing(
        index_elements=["kind", "key", "member_id"]
    )
    new = db.session.execute(added.returning(Notice.id, Notice.member_id), rows).all()
    mails = [
        {"notice_id": row.id, "member_id": row.member_id, "kind": kind.name, "at": due_at, "due_at": due_at}
        for row in new
    ]
    add_mails_of_notices(mails)
    if due_at <= at:
        push_unread([row.member_id for row in new])


def withdraw(kind: NotificationKind, key: str) -> None:
    """Take back what was notified under this key of the kind: no page shows it, no mail that has not gone tells it."""
    is_meant = sa.and_(Notice.kind == kind.name, Notice.key == key, Notice.withdrawn_at.is_(None))
    withdrawn = sa.update(Notice).where(is_meant).values(withdrawn_at=now())
    gone = db.session.scalars(withdrawn.returning(Notice.member_id).execution_options(synchronize_session=False))
    push_unread(gone.all())


def bring_forward(at: datetime, due_before: datetime) -> None:
    """Keep what was shown as shown, though the clock was set back to `at`; what is due later waits still."""
    due = sa.update(Notice).where(Notice.due_at > at, Notice.due_at <= due_before).values(due_at=at)
    db.session.execute(due.execution_options(synchronize_session=False))
