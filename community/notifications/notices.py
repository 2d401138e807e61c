"""Notifications that have no act of the ledger behind them: a consent that expires, a place that has become free.

A room writes them in the transaction of its own action. The projection ignores them, and a rebuild leaves them.
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
    """Notify these members of something about the thing, once for each `key`; not `by`, who did it.

    A key belongs to its kind; the same again writes nothing, not even after `withdraw`, but after `withdraw_all_but`.
    The notice is visible from `due_at` (None: now) until `expires_at` (None: for ever).
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
    """Withdraw the kind's notices with this key: no page shows them, and no mail that is still unsent contains them."""
    _withdraw(sa.and_(Notice.kind == kind.name, Notice.key == key))


def withdraw_all_but(kind: NotificationKind, prefix: str, keys: Collection[str]) -> None:
    """Withdraw the kind's notices whose key begins with `prefix`, but those with one of these keys.

    For notices that follow a state: nobody has to remember which of them were written, and a state that comes back is
    told again, since what was withdrawn gives its key back.
    """
    # A key may hold what LIKE reads as a placeholder.
    begins = sa.func.substr(Notice.key, 1, len(prefix)) == prefix
    given_back = Notice.key + ":withdrawn:" + sa.cast(Notice.id, sa.String)
    _withdraw(sa.and_(Notice.kind == kind.name, begins, Notice.key.not_in(keys)), key=given_back)


def keep_due(at: datetime, due_before: datetime) -> None:
    """Make due at `at` what was due already before the clock was set back to `at`; later notices keep their time."""
    due = sa.update(Notice).where(Notice.due_at > at, Notice.due_at <= due_before).values(due_at=at)
    db.session.execute(due.execution_options(synchronize_session=False))


def _withdraw(is_meant: sa.ColumnElement[bool], **values: sa.ColumnElement[str]) -> None:
    is_meant = sa.and_(is_meant, Notice.withdrawn_at.is_(None))
    withdrawn = sa.update(Notice).where(is_meant).values(withdrawn_at=now(), **values)
    gone = db.session.scalars(withdrawn.returning(Notice.member_id).execution_options(synchronize_session=False))
    push_unread(gone.all())
