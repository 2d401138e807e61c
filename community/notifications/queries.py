"""Reading what people were told."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from models.accounts import Member
from models.base import db
from models.notifications import Notification, NotificationKind, NotificationRead, Watch

# So many of a person's newest notifications make the page; what is older is found in the things themselves.
NEWEST = 500
NAMED_DOERS = 3

Description = TypeVar("Description")
Thing = tuple[str, int]
# Given what notifications are about, (kind, id), tells of those that the reader may see what to call them.
Describe = Callable[[Collection[Thing]], Mapping[Thing, Description]]


class Subject(Protocol):
    """A row that one can follow, or that can name people."""

    __tablename__: str
    id: Mapped[int]


@dataclass(frozen=True)
class Line:
    """One kind of news about one thing: "3 replies". `who`: the newest doers' names."""

    kind: NotificationKind
    count: int
    unread: int
    who: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Group(Generic[Description]):
    """All the news about one thing, newest kind first."""

    thing: Thing
    described: Description
    lines: tuple[Line, ...]

    @property
    def at(self) -> datetime:
        return max(line.at for line in self.lines)

    @property
    def unread(self) -> int:
        return sum(line.unread for line in self.lines)


def count_unread(member_id: int) -> int:
    """What the bell shows."""
    return db.session.scalar(_unread(), {"member_id": member_id}) or 0


@cache
def _unread() -> sa.Select[int]:
    counted = sa.select(sa.func.count()).select_from(Notification).outerjoin(NotificationRead, IS_READ)
    mine = Notification.member_id == sa.bindparam("member_id")
    return counted.where(mine, NotificationRead.signal_id.is_(None))


def count_unread_of(member_ids: Collection[int]) -> dict[int, int]:
    """What each one's bell shows. One query."""
    counted = (
        sa.select(Notification.member_id, sa.func.count())
        .outerjoin(NotificationRead, IS_READ)
        .where(Notification.member_id.in_(member_ids), NotificationRead.signal_id.is_(None))
        .group_by(Notification.member_id)
    )
    return dict.fromkeys(member_ids, 0) | {row[0]: row[1] for row in db.session.execute(counted)}


def name_of(subject: Subject | Thing) -> Thing:
    """A row, or its (kind, id) where it is not in hand, by its kind and id."""
    return subject if isinstance(subject, tuple) else (subject.__tablename__, subject.id)


def is_watching(member_id: int, subject: Subject | Thing) -> bool:
    """Whether the person follows it now."""
    return bool(db.session.scalar(sa.select(watches(member_id, name_of(subject)))))


def watches(member_id: int | sa.BindParameter[int], thing: tuple[str, int | sa.BindParameter[int]]) -> sa.Exists:
    """The same as a condition, for a query that asks more."""
    kind, subject_id = thing
    return sa.exists().where(
        Watch.member_id == member_id,
        Watch.subject_kind == kind,
        Watch.subject_id == subject_id,
        Watch.until.is_(None),
    )


def list_notifications(member_id: int, describe: Describe[Description]) -> list[Group[Description]]:
    """The person's news, in groups about one thing each, newest first. What `describe` does not tell of is left out."""
    lines: dict[Thing, dict[NotificationKind, list[_Told]]] = {}
    for told in _newest(member_id):
        lines.setdefault(told.about, {}).setdefault(told.kind, []).append(told)
    described = describe(lines.keys()) if lines else {}
    groups = [
        Group(thing, described[thing], tuple(_line(kind, told) for kind, told in kinds.items()))
        for thing, kinds in lines.items()
        if thing in described
    ]
    return sorted(groups, key=lambda group: group.at, reverse=True)


def find_target(member_id: int, thing: Thing) -> Thing | None:
    """Where to begin to read the news about the thing: the oldest unread, all read the newest; None: there is none."""
    told = _newest(member_id, is_about(thing))
    unread = [t for t in told if not t.is_read]
    return unread[-1].subject if unread else (told[0].subject if told else None)


# --- one by one


@dataclass(frozen=True)
class _Told:
    kind: NotificationKind
    about: Thing
    subject: Thing
    at: datetime
    who: str
    is_read: bool


IS_READ = sa.and_(
    NotificationRead.member_id == Notification.member_id, NotificationRead.signal_id == Notification.signal_id
)


def is_about(thing: Thing) -> sa.ColumnElement[bool]:
    """Whose parent is the thing; without a parent, whose subject it is."""
    kind, thing_id = thing
    return sa.or_(
        sa.and_(Notification.parent_kind == kind, Notification.parent_id == thing_id),
        sa.and_(
            Notification.parent_kind.is_(None), Notification.subject_kind == kind, Notification.subject_id == thing_id
        ),
    )


def _newest(member_id: int, *conditions: sa.ColumnElement[bool]) -> list[_Told]:
    rows = db.session.execute(
        sa.select(Notification, Member.family_name, Member.given_name, NotificationRead.signal_id.is_not(None))
        .join(Member, Member.id == Notification.by_id)
        .outerjoin(NotificationRead, IS_READ)
        .where(Notification.member_id == member_id, *conditions)
        .order_by(Notification.signal_id.desc())
        .limit(NEWEST)
    )
    return [
        _Told(
            kind=n.kind,
            about=(n.parent_kind or n.subject_kind, n.parent_id or n.subject_id),
            subject=(n.subject_kind, n.subject_id),
            at=n.at,
            who=f"{family} {given}".strip(),
            is_read=is_read,
        )
        for n, family, given, is_read in rows
    ]


def _line(kind: NotificationKind, told: list[_Told]) -> Line:
    """From news of one kind, newest first."""
    return Line(
        kind=kind,
        count=len(told),
        unread=sum(not t.is_read for t in told),
        who=tuple(dict.fromkeys(t.who for t in told if t.who))[:NAMED_DOERS],
        at=told[0].at,
    )
