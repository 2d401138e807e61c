"""Reads what mails are written from, for many recipients at once."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from flask import current_app

from community.accounts.names import list_names
from community.ledger.queries import counting_firsts, is_record_of
from community.mail.queries import list_bouncing
from community.room import Act, Key, current_rooms
from community.things import SharedThings
from models.accounts import Member
from models.base import db, now
from models.ledger import Signal
from models.mail import Delivery, Mail, MailBounce, MailChoice, MailRhythm, NotificationMail
from models.notifications import Notice, NotificationRead

from .items import MailItem, Recipient

# Earliest first; acts of the same instant in the ledger's order.
_AS_IT_HAPPENED = (NotificationMail.at, NotificationMail.signal_id, NotificationMail.notice_id)


def list_due(at: datetime, most: int) -> Sequence[NotificationMail]:
    """Lock and return at most `most` notifications due to be mailed outside digests, grouped by event."""
    due = sa.select(NotificationMail).where(NotificationMail.due_at <= at, NotificationMail.in_digest.is_(False))
    ordered = due.order_by(NotificationMail.signal_id, NotificationMail.notice_id, NotificationMail.member_id)
    return db.session.scalars(ordered.limit(most).with_for_update(skip_locked=True)).all()


def list_due_digests(at: datetime, people: int) -> Sequence[NotificationMail]:
    """Lock and return the notifications due for the digests of at most `people` people, grouped by person."""
    due = sa.and_(NotificationMail.due_at <= at, NotificationMail.in_digest.is_(True))
    some = sa.select(NotificationMail.member_id).where(due).distinct().order_by(NotificationMail.member_id)
    member_ids = db.session.scalars(some.limit(people)).all()
    chosen = sa.select(NotificationMail).where(due, NotificationMail.member_id.in_(member_ids))
    ordered = chosen.order_by(NotificationMail.member_id, *_AS_IT_HAPPENED)
    return db.session.scalars(ordered.with_for_update(skip_locked=True)).all()


def list_notification_mails(mails: Collection[Mail]) -> Sequence[NotificationMail]:
    """Return the notifications that went into these mails, earliest first."""
    chosen = sa.select(NotificationMail).where(NotificationMail.mail_id.in_([mail.id for mail in mails]))
    ordered = chosen.order_by(*_AS_IT_HAPPENED).execution_options(populate_existing=True)
    return db.session.scalars(ordered).all()


def list_items(notification_mails: Sequence[NotificationMail], recipients: Collection[Recipient]) -> list[MailItem]:
    """Return the notifications in their present state, in the order given.

    Needs four queries and those of the things, however many there are; one more if notices are among them. Acts are
    read from the ledger and not from their notifications, which are gone for a while during a rebuild.
    """
    sources = _sources_of(notification_mails)
    counting, read = (
        counting_firsts({each.signal_id for each in notification_mails if each.signal_id is not None}),
        _list_read_marks(notification_mails),
    )
    keys = {key for source in sources for key in (source.place, source.subject)}
    things = SharedThings(keys, [recipient.member for recipient in recipients])
    actors = list_names({source.actor_id for source in sources if source.actor_id is not None})
    kinds = current_rooms().notification_kinds
    return [
        MailItem(
            notification_mail=each,
            event=source.event,
            kind=kinds.get(each.kind),
            counts=each.signal_id in counting if source.notice is None else source.notice.withdrawn_at is None,
            is_read=(each.member_id, each.signal_id) in read
            if source.notice is None
            else source.notice.read_at is not None,
            expires_at=source.notice.expires_at if source.notice else None,
            place=source.place,
            subject=source.subject,
            actor=actors.get(source.actor_id or 0),
            things=things,
        )
        for each, source in zip(notification_mails, sources, strict=True)
    ]


def list_recipients(member_ids: Collection[int]) -> dict[int, Recipient]:
    """Return the recipients by member id, in five queries however many there are."""
    chosen = sa.select(Member).where(Member.id.in_(member_ids)).execution_options(populate_existing=True)
    members = db.session.scalars(chosen).unique().all()
    bouncing = list_bouncing([member.email for member in members])
    choices = _choices_of(member_ids)
    night_owls = set(
        db.session.scalars(
            sa.select(MailRhythm.member_id).where(MailRhythm.member_id.in_(member_ids), MailRhythm.at_any_hour)
        )
    )
    zones = {member.id: zone_of(member) for member in members}
    mailed = _mailed_today(zones)
    return {
        member.id: Recipient(
            member=member,
            choices=choices.get(member.id, {}),
            zone=zones[member.id],
            at_any_hour=member.id in night_owls,
            is_bouncing=member.email in bouncing,
            mailed_today=mailed[member.id],
        )
        for member in members
    }


def find_mails(message_ids: Collection[str]) -> dict[str, int]:
    """Return the ids of the mails that exist already, by Message-ID."""
    known = sa.select(Mail.message_id, Mail.id).where(Mail.message_id.in_(message_ids))
    return dict(db.session.execute(known).all())


def returned_mail_ids() -> sa.Select[int]:
    """Return the query for ids of mails that bounced; `MailBounce` rows refer to them, so they must stay."""
    return sa.select(MailBounce.mail_id)


def get_choices(member_id: int) -> dict[str, Delivery]:
    """Return the member's choices by kind; kinds without a choice are left out and mailed as the kind suggests."""
    return _choices_of([member_id]).get(member_id, {})


def wants_any_hour(member_id: int) -> bool:
    """Return whether the member wants mail that can wait at night and on holidays too."""
    rhythm = db.session.get(MailRhythm, member_id)
    return rhythm is not None and rhythm.at_any_hour


def zone_of(member: Member) -> ZoneInfo:
    """Return the member's time zone; the community's if theirs is unknown to this machine."""
    try:
        return ZoneInfo(member.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(current_app.config["COMMUNITY_ZONE"].key)


# --- one by one


class _Source(NamedTuple):
    """The act or notice behind a notification; `notice`: None if it is an act."""

    event: str
    place: Key
    subject: Key
    actor_id: int | None
    notice: Notice | None


def _sources_of(notification_mails: Sequence[NotificationMail]) -> list[_Source]:
    """Return the source of each, in order: one query for acts, one for notices if there are any."""
    acts, notices = _acts_of(notification_mails), _notices_of(notification_mails)
    return [
        _source_of_notice(notices[each.notice_id])
        if each.notice_id is not None
        else _source_of_act(acts[each.signal_id], each.kind)
        for each in notification_mails
    ]


def _source_of_act(act: Act, kind_name: str) -> _Source:
    kind = current_rooms().notification_kinds.get(kind_name)
    actor_id = kind.source.actor(act) if kind and kind.source else None
    return _Source(f"act {act.id}", act.place, act.subject, actor_id, None)


def _source_of_notice(notice: Notice) -> _Source:
    thing = (notice.thing_kind, notice.thing_id)
    # All that a letter says follows from these; a key alone may stand for several things, or several kinds.
    event = f"notice {notice.kind} {notice.thing_kind} {notice.thing_id} {notice.by_id or 0} {notice.key}"
    return _Source(event, thing, thing, notice.by_id, notice)


def _acts_of(notification_mails: Sequence[NotificationMail]) -> dict[int | None, Act]:
    columns = (getattr(Signal, name) for name in Act._fields)
    chosen = sa.select(*columns).where(
        Signal.id.in_({each.signal_id for each in notification_mails if each.signal_id is not None})
    )
    return {row.id: Act(*row) for row in db.session.execute(chosen)}


def _notices_of(notification_mails: Sequence[NotificationMail]) -> dict[int, Notice]:
    ids = {each.notice_id for each in notification_mails if each.notice_id is not None}
    if not ids:
        return {}
    chosen = sa.select(Notice).where(Notice.id.in_(ids)).execution_options(populate_existing=True)
    return {notice.id: notice for notice in db.session.scalars(chosen)}


def _list_read_marks(notification_mails: Sequence[NotificationMail]) -> set[tuple[int, int | None]]:
    """Return who has read about which act, by the id of its first record: it may have been recorded anew since."""
    first_id = sa.func.coalesce(Signal.moved_from_id, Signal.id)
    rows = db.session.execute(
        sa.select(NotificationRead.member_id, first_id)
        .join(Signal, Signal.id == NotificationRead.signal_id)
        .where(
            is_record_of({each.signal_id for each in notification_mails if each.signal_id is not None}),
            NotificationRead.member_id.in_({each.member_id for each in notification_mails}),
        )
    )
    return {(member_id, signal_id) for member_id, signal_id in rows}


def _choices_of(member_ids: Collection[int]) -> dict[int, dict[str, Delivery]]:
    found: dict[int, dict[str, Delivery]] = {}
    for choice in db.session.scalars(sa.select(MailChoice).where(MailChoice.member_id.in_(member_ids))):
        found.setdefault(choice.member_id, {})[choice.kind] = Delivery(choice.delivery)
    return found


def _mailed_today(zones: dict[int, ZoneInfo]) -> Counter[int]:
    """Return how many mails that can wait each member had on the current day of their time zone."""
    at = now()
    rows = db.session.execute(
        sa.select(Mail.member_id, Mail.created_at).where(
            Mail.member_id.in_(zones), Mail.can_wait, Mail.created_at > at - timedelta(days=1)
        )
    )
    return Counter(
        member_id
        for member_id, written in rows
        if member_id is not None
        and written.astimezone(zones[member_id]).date() == at.astimezone(zones[member_id]).date()
    )
