"""Writes watches and mentions, and marks notifications as read."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from community.ledger.queries import newest_id
from community.room import Key
from models.base import db, now
from models.notifications import Mention, Notice, Notification, NotificationRead, Watch

from .bell import push_unread
from .projector import catch_up
from .queries import IS_READ, Subject, is_about, is_shown, key_of

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def watch(member_id: int, subject: Subject | Key, *, at: datetime | None = None) -> None:
    """Subscribe the member to the subject from now on. Idempotent."""
    kind, subject_id = key_of(subject)
    added = _insert(Watch).values(
        member_id=member_id, subject_kind=kind, subject_id=subject_id, since=at or now(), after_signal_id=newest_id()
    )
    db.session.execute(added.on_conflict_do_nothing())


def unwatch(member_id: int, subject: Subject | Key, *, at: datetime | None = None) -> None:
    """End the member's subscription to the subject. Existing notifications stay. Idempotent."""
    kind, subject_id = key_of(subject)
    db.session.execute(
        sa.update(Watch)
        .where(
            Watch.member_id == member_id,
            Watch.subject_kind == kind,
            Watch.subject_id == subject_id,
            Watch.until.is_(None),
        )
        .values(until=at or now(), until_signal_id=newest_id())
    )


def mention(member_ids: Collection[int], subject: Subject | Key) -> None:
    """Store that the subject mentions these members, and notify those whom an edit has added.

    Callers pass only members who may read the subject.
    """
    if not member_ids:
        return
    kind, subject_id = key_of(subject)
    rows = [{"subject_kind": kind, "subject_id": subject_id, "member_id": m} for m in sorted(set(member_ids))]
    db.session.execute(_insert(Mention).values(rows).on_conflict_do_nothing())
    catch_up((kind, subject_id))


def mark_read(member_id: int, signal_ids: Collection[int] | None = None) -> int:
    """Mark the member's notifications of these acts as read; None: all notifications, notices too.

    Return how many were unread.
    """
    if signal_ids is None:
        return _mark_where(member_id, sa.true(), sa.true())
    return _mark_where(member_id, Notification.signal_id.in_(signal_ids), None)


def mark_read_about(member_id: int, subject: Subject | Key) -> int:
    """Mark the member's notifications about the subject as read, since they opened it. Return how many were unread."""
    kind, subject_id = key_of(subject)
    of_notices = sa.and_(Notice.thing_kind == kind, Notice.thing_id == subject_id)
    return _mark_where(member_id, is_about((kind, subject_id)), of_notices)


def _mark_where(member_id: int, of_acts: sa.ColumnElement[bool], of_notices: sa.ColumnElement[bool] | None) -> int:
    unread = (
        sa.select(Notification.member_id, Notification.signal_id, sa.literal(now(), NotificationRead.at.type))
        .outerjoin(NotificationRead, IS_READ)
        .where(Notification.member_id == member_id, NotificationRead.signal_id.is_(None), of_acts)
    )
    # Two pages of one member may do so at once.
    marked = _insert(NotificationRead).from_select(["member_id", "signal_id", "at"], unread).on_conflict_do_nothing()
    count = len(db.session.execute(marked.returning(NotificationRead.signal_id)).all())
    if of_notices is not None:
        at = now()
        seen = sa.update(Notice).where(
            Notice.member_id == member_id, is_shown(at), Notice.read_at.is_(None), of_notices
        )
        seen = seen.values(read_at=at).returning(Notice.id).execution_options(synchronize_session=False)
        count += len(db.session.execute(seen).all())
    if count:
        push_unread([member_id])
    return count


def _insert(model: type[Watch | Mention | NotificationRead]) -> Any:  # noqa: ANN401  two dialects' Insert, of one shape
    return _INSERT[db.session.get_bind().dialect.name](model)
