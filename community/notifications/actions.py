"""Following things, naming people, and having read what one was told."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from community.ledger.queries import newest_id
from models.base import db, now
from models.notifications import Mention, Notification, NotificationRead, Watch

from .news import tell
from .queries import IS_READ, Subject, Thing, is_about, name_of
from .reader import catch_up

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def watch(member_id: int, subject: Subject | Thing, *, at: datetime | None = None) -> None:
    """Hear of what happens there from now on. Done already: nothing changes."""
    kind, subject_id = name_of(subject)
    added = _insert(Watch).values(
        member_id=member_id, subject_kind=kind, subject_id=subject_id, since=at or now(), after_signal_id=newest_id()
    )
    db.session.execute(added.on_conflict_do_nothing())


def unwatch(member_id: int, subject: Subject | Thing, *, at: datetime | None = None) -> None:
    """Hear no more of it. What was told stays told."""
    kind, subject_id = name_of(subject)
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


def mention(member_ids: Collection[int], subject: Subject | Thing) -> None:
    """These people are named in it; they must be able to read it. Named by a later edit, they hear of it too."""
    if not member_ids:
        return
    kind, subject_id = name_of(subject)
    rows = [{"subject_kind": kind, "subject_id": subject_id, "member_id": m} for m in sorted(set(member_ids))]
    db.session.execute(_insert(Mention).values(rows).on_conflict_do_nothing())
    catch_up((kind, subject_id))


def mark_read(member_id: int, signal_ids: Collection[int] | None = None) -> int:
    """The person has seen these notifications (None: all of them); say how many were new. Others' stay untouched."""
    return _mark_read(member_id, sa.true() if signal_ids is None else Notification.signal_id.in_(signal_ids))


def mark_read_about(member_id: int, subject: Subject | Thing) -> int:
    """The person has opened it, and so seen what they were told about it."""
    return _mark_read(member_id, is_about(name_of(subject)))


def _mark_read(member_id: int, condition: sa.ColumnElement[bool]) -> int:
    unread = (
        sa.select(Notification.member_id, Notification.signal_id, sa.literal(now(), NotificationRead.at.type))
        .outerjoin(NotificationRead, IS_READ)
        .where(Notification.member_id == member_id, NotificationRead.signal_id.is_(None), condition)
    )
    # Two pages of one person may do it at once.
    marked = _insert(NotificationRead).from_select(["member_id", "signal_id", "at"], unread).on_conflict_do_nothing()
    count = len(db.session.execute(marked.returning(NotificationRead.signal_id)).all())
    if count:
        tell([member_id])
    return count


def _insert(model: type[Watch | Mention | NotificationRead]) -> Any:  # noqa: ANN401  two dialects' Insert, of one shape
    return _INSERT[db.session.get_bind().dialect.name](model)
