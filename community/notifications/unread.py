"""How much people have not read: the number on their bells."""

from collections import Counter
from collections.abc import Collection
from functools import cache

import sqlalchemy as sa

from community.room import current_rooms
from community.things import SharedThings
from models.accounts import Member
from models.base import BigId, UTCDateTime, db, now
from models.notifications import Notice, Notification, NotificationRead

from .queries import IS_READ, is_shown


def count_unread(member_id: int) -> int:
    """Return what the bell shows: unread notifications of the rooms there are; notices, if their thing may be seen.

    One query; where there are unread notices, those of `_count_visible_notices` too.
    """
    of_rooms = {"member_id": member_id, "at": now(), "kinds": list(current_rooms().notification_kinds)}
    of_acts, of_notices = db.session.execute(_unread(), of_rooms).one()
    return of_acts + (_count_visible_notices([member_id])[member_id] if of_notices else 0)


@cache
def _unread() -> sa.Select[int, int]:
    member_id = sa.bindparam("member_id", type_=BigId)
    kinds, at = sa.bindparam("kinds", expanding=True), sa.bindparam("at", type_=UTCDateTime)
    of_acts = sa.select(sa.func.count()).select_from(Notification).outerjoin(NotificationRead, IS_READ)
    of_acts = of_acts.where(
        Notification.member_id == member_id, NotificationRead.signal_id.is_(None), Notification.kind.in_(kinds)
    )
    of_notices = sa.select(sa.func.count()).select_from(Notice)
    of_notices = of_notices.where(
        Notice.member_id == member_id, Notice.read_at.is_(None), is_shown(at), Notice.kind.in_(kinds)
    )
    return sa.select(of_acts.scalar_subquery(), of_notices.scalar_subquery())


def count_unread_of(member_ids: Collection[int]) -> dict[int, int]:
    """Return what each one's bell shows, by member id. As many queries as for one, however many."""
    kinds = current_rooms().notification_kinds
    of_acts = (
        sa.select(Notification.member_id, sa.false().label("is_notice"))
        .outerjoin(NotificationRead, IS_READ)
        .where(
            Notification.member_id.in_(member_ids), NotificationRead.signal_id.is_(None), Notification.kind.in_(kinds)
        )
    )
    of_notices = sa.select(Notice.member_id, sa.true()).where(_is_unread_notice_of(member_ids))
    unread = sa.union_all(of_acts, of_notices).subquery()
    counted = sa.select(unread.c.member_id, unread.c.is_notice, sa.func.count())
    found, with_notices = dict.fromkeys(member_ids, 0), []
    for member_id, is_notice, count in db.session.execute(counted.group_by(unread.c.member_id, unread.c.is_notice)):
        if is_notice:
            with_notices.append(member_id)
        else:
            found[member_id] = count
    for member_id, count in _count_visible_notices(with_notices).items():
        found[member_id] += count
    return found


def _count_visible_notices(member_ids: Collection[int]) -> Counter[int]:
    """Return how many unread notices each has of things that they may see; acts on what is hidden do not count anyway.

    Two queries and those of the things, however many; none for nobody.
    """
    if not member_ids:
        return Counter()
    about = sa.select(Notice.member_id, Notice.thing_kind, Notice.thing_id).where(_is_unread_notice_of(member_ids))
    notices = [(member_id, (kind, thing_id)) for member_id, kind, thing_id in db.session.execute(about)]
    members = db.session.scalars(sa.select(Member).where(Member.id.in_(member_ids))).unique().all()
    things = SharedThings({thing for _, thing in notices}, members)
    return Counter(member_id for member_id, thing in notices if things.is_seen_by(member_id, thing))


def _is_unread_notice_of(member_ids: Collection[int]) -> sa.ColumnElement[bool]:
    is_of_a_room = Notice.kind.in_(current_rooms().notification_kinds)
    return sa.and_(Notice.member_id.in_(member_ids), Notice.read_at.is_(None), is_shown(now()), is_of_a_room)
