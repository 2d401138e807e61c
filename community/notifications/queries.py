"""Reads notifications, of acts and of notices alike."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from heapq import merge
from itertools import islice
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from community.accounts.names import MemberName, author_label
from community.room import Key, NotificationKind, current_rooms
from models.accounts import Member
from models.base import BigId, UTCDateTime, db, now
from models.notifications import Notice, Notification, NotificationRead, Watch

# Most notifications on the page; older ones are found in the things themselves.
NEWEST = 500
NAMED_ACTORS = 3

Description = TypeVar("Description")
# Takes the keys of things, and returns descriptions of those that the viewer may see.
Describe = Callable[[Collection[Key]], Mapping[Key, Description]]


class Subject(Protocol):
    """A row that members can watch, or that can mention members."""

    __tablename__: str
    id: Mapped[int]


@dataclass(frozen=True)
class NotificationLine:
    """Notifications of one kind about one thing: "3 replies". `who`: names of the latest actors, the newest first."""

    kind: NotificationKind
    count: int
    unread: int
    who: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class NotificationGroup(Generic[Description]):
    """All notifications about one thing, newest kind first."""

    thing: Key
    described: Description
    lines: tuple[NotificationLine, ...]

    @property
    def at(self) -> datetime:
        """The instant of the newest notification."""
        return max(line.at for line in self.lines)

    @property
    def unread(self) -> int:
        """The number of unread notifications."""
        return sum(line.unread for line in self.lines)


def key_of(subject: Subject | Key) -> Key:
    """Return the key of a row; a key is returned as it is."""
    return subject if isinstance(subject, tuple) else (subject.__tablename__, subject.id)


def is_watching(member_id: int, subject: Subject | Key) -> bool:
    """Return whether the member watches the subject now."""
    return bool(db.session.scalar(sa.select(watches(member_id, key_of(subject)))))


def list_watchers(subject: Subject | Key) -> list[int]:
    """Return the ids of the members who watch the subject now."""
    kind, subject_id = key_of(subject)
    watching = sa.select(Watch.member_id).where(
        Watch.subject_kind == kind, Watch.subject_id == subject_id, Watch.until.is_(None)
    )
    return list(db.session.scalars(watching.order_by(Watch.member_id)))


def watches(member_id: int | sa.BindParameter[int], thing: tuple[str, int | sa.BindParameter[int]]) -> sa.Exists:
    """Return the condition that the member watches the thing now, for use in another query."""
    kind, subject_id = thing
    return sa.exists().where(
        Watch.member_id == member_id,
        Watch.subject_kind == kind,
        Watch.subject_id == subject_id,
        Watch.until.is_(None),
    )


def list_notifications(member_id: int, describe: Describe[Description]) -> list[NotificationGroup[Description]]:
    """Return the member's notifications grouped by thing, newest first.

    Things that `describe` does not return are left out, and so are kinds that no room has.
    """
    kinds = current_rooms().notification_kinds
    lines: dict[Key, dict[str, list[_NotificationRow]]] = {}
    for row in _newest_rows(member_id):
        lines.setdefault(row.about, {}).setdefault(row.kind, []).append(row)
    described = describe(lines.keys()) if lines else {}
    groups = [
        NotificationGroup(
            thing, described[thing], tuple(_notification_line(kinds[kind], rows) for kind, rows in of_kinds.items())
        )
        for thing, of_kinds in lines.items()
        if thing in described
    ]
    return sorted(groups, key=lambda group: group.at, reverse=True)


def find_target(member_id: int, thing: Key) -> Key | None:
    """Return the subject of the oldest unread notification about the thing; if all are read, of the newest.

    Return None if there is no notification about the thing.
    """
    rows = _newest_rows(member_id, thing)
    unread = [row for row in rows if not row.is_read]
    return unread[-1].subject if unread else (rows[0].subject if rows else None)


# --- one by one


class _NotificationRow(NamedTuple):
    kind: str
    about: Key
    subject: Key
    at: datetime
    who: str
    is_read: bool


IS_READ = sa.and_(
    NotificationRead.member_id == Notification.member_id, NotificationRead.signal_id == Notification.signal_id
)


def is_shown(at: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    """Return the condition that a notice is visible at this instant."""
    return sa.and_(
        Notice.due_at <= at,
        Notice.withdrawn_at.is_(None),
        sa.or_(Notice.expires_at.is_(None), Notice.expires_at > at),
    )


def is_about(thing: Key) -> sa.ColumnElement[bool]:
    """Return the condition that a notification is about the thing: its parent, or its subject if it has no parent."""
    kind, thing_id = thing
    return sa.or_(
        sa.and_(Notification.parent_kind == kind, Notification.parent_id == thing_id),
        sa.and_(
            Notification.parent_kind.is_(None), Notification.subject_kind == kind, Notification.subject_id == thing_id
        ),
    )


def _newest_rows(member_id: int, about: Key | None = None) -> list[_NotificationRow]:
    """Return the newest notifications of both sources: acts in the ledger's order, notices by when they were due."""
    of_rooms = {"member_id": member_id, "at": now(), "kinds": list(current_rooms().notification_kinds)}
    chosen = _newest_of_about(about) if about else _newest_of_all()
    acts, notices = [], []
    for row in db.session.execute(chosen, of_rooms):
        (notices if row.is_notice else acts).append(_notification_row(row))
    notices.sort(key=lambda row: row.at, reverse=True)
    return list(islice(merge(acts, notices, key=lambda row: row.at, reverse=True), NEWEST))


@cache
def _newest_of_all() -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of all of a member's notifications, built once: building it takes longer than running it."""
    return _newest_of(sa.true(), sa.true())


def _newest_of_about(about: Key) -> sa.Select[*tuple[Any, ...]]:
    return _newest_of(is_about(about), sa.and_(Notice.thing_kind == about[0], Notice.thing_id == about[1]))


def _newest_of(
    acts_about: sa.ColumnElement[bool], notices_about: sa.ColumnElement[bool]
) -> sa.Select[*tuple[Any, ...]]:
    member_id = sa.bindparam("member_id", type_=BigId)
    kinds, at = sa.bindparam("kinds", expanding=True), sa.bindparam("at", type_=UTCDateTime)
    acts = _columns_of_acts().where(Notification.member_id == member_id, Notification.kind.in_(kinds), acts_about)
    notices = _columns_of_notices().where(
        Notice.member_id == member_id, Notice.kind.in_(kinds), is_shown(at), notices_about
    )
    both = sa.union_all(sa.select(acts.subquery()), sa.select(notices.subquery())).subquery()
    of_actor = (getattr(Member, name) for name in MemberName._fields)
    return sa.select(both, *of_actor).outerjoin(Member, Member.id == both.c.by_id).order_by(both.c.number.desc())


def _columns_of_acts() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Notification.signal_id.label("number"),
            sa.false().label("is_notice"),
            Notification.kind,
            sa.func.coalesce(Notification.parent_kind, Notification.subject_kind).label("about_kind"),
            sa.func.coalesce(Notification.parent_id, Notification.subject_id).label("about_id"),
            Notification.subject_kind,
            Notification.subject_id,
            Notification.at,
            Notification.by_id,
            NotificationRead.signal_id.is_not(None).label("is_read"),
        )
        .outerjoin(NotificationRead, IS_READ)
        .order_by(Notification.signal_id.desc())
        .limit(NEWEST)
    )


def _columns_of_notices() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Notice.id.label("number"),
            sa.true().label("is_notice"),
            Notice.kind,
            Notice.thing_kind,
            Notice.thing_id,
            Notice.thing_kind.label("subject_kind"),
            Notice.thing_id.label("subject_id"),
            Notice.due_at,
            Notice.by_id,
            Notice.read_at.is_not(None).label("is_read"),
        )
        .order_by(Notice.due_at.desc(), Notice.id.desc())
        .limit(NEWEST)
    )


def _notification_row(row: sa.Row[Any]) -> _NotificationRow:
    actor = MemberName(*row[-len(MemberName._fields) :])
    return _NotificationRow(
        kind=row.kind,
        about=(row.about_kind, row.about_id),
        subject=(row.subject_kind, row.subject_id),
        at=row.at,
        who=author_label(None, actor) if row.by_id is not None else "",
        is_read=bool(row.is_read),
    )


def _notification_line(kind: NotificationKind, rows: list[_NotificationRow]) -> NotificationLine:
    """Return the line of notifications of one kind, given newest first."""
    return NotificationLine(
        kind=kind,
        count=len(rows),
        unread=sum(not row.is_read for row in rows),
        who=tuple(dict.fromkeys(row.who for row in rows if row.who))[:NAMED_ACTORS],
        at=rows[0].at,
    )
