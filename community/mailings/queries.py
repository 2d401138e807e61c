"""Reading what mails are written from, for many people at once."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from flask import current_app

from community.forums.queries import list_readers
from community.ledger.queries import effective_ids
from community.mail.queries import list_bouncing
from community.notifications.rules import doer_of
from models.accounts import Member
from models.base import db, now
from models.forums import Post, Topic
from models.ledger import Signal
from models.mail import Delivery, Mail, MailBounce, MailChoice, MailNotice, MailRhythm
from models.notifications import NotificationKind, NotificationRead

from .news import News, Recipient

Key = tuple[int, int]


def list_due(at: datetime, most: int) -> Sequence[MailNotice]:
    """Notices whose time has come, act by act, locked."""
    due = sa.select(MailNotice).where(MailNotice.due_at <= at, MailNotice.in_digest.is_(False))
    ordered = due.order_by(MailNotice.signal_id, MailNotice.member_id).limit(most)
    return db.session.scalars(ordered.with_for_update(skip_locked=True)).all()


def list_due_digests(at: datetime, people: int) -> Sequence[MailNotice]:
    """All that some people's digests are made of whose time has come, locked, person by person."""
    due = sa.and_(MailNotice.due_at <= at, MailNotice.in_digest.is_(True))
    some = sa.select(MailNotice.member_id).where(due).distinct().order_by(MailNotice.member_id).limit(people)
    notices = sa.select(MailNotice).where(due, MailNotice.member_id.in_(db.session.scalars(some).all()))
    ordered = notices.order_by(MailNotice.member_id, MailNotice.signal_id)
    return db.session.scalars(ordered.with_for_update(skip_locked=True)).all()


def list_notices_of(mails: Collection[Mail]) -> dict[int, list[MailNotice]]:
    """What each of these mails tells of."""
    found: dict[int, list[MailNotice]] = {mail.id: [] for mail in mails}
    notices = sa.select(MailNotice).where(MailNotice.mail_id.in_(found)).order_by(MailNotice.signal_id)
    for notice in db.session.scalars(notices.execution_options(populate_existing=True)):
        if notice.mail_id is not None:
            found[notice.mail_id].append(notice)
    return found


def list_news(notices: Sequence[MailNotice]) -> list[News]:
    """The acts behind the notices as they stand now. Six queries, however many.

    Asked of the ledger, not of the notifications: a rebuild forgets those for a while.
    """
    ids = {notice.signal_id for notice in notices}
    acts = {act.id: act for act in db.session.scalars(sa.select(Signal).where(Signal.id.in_(ids)))}
    counting, read = effective_ids(ids), _read(notices)
    topics, posts = _topics(acts.values()), _posts(acts.values())
    doers = _names({doer_of(act) for act in acts.values()})
    return [
        News(
            notice=notice,
            counts=notice.signal_id in counting,
            is_read=(notice.member_id, notice.signal_id) in read,
            topic=topics.get(_topic_id(act)),
            post=posts.get((act.subject_kind, act.subject_id)),
            who=doers.get(doer_of(act), ""),
        )
        for notice in notices
        for act in (acts[notice.signal_id],)
    ]


def list_recipients(member_ids: Collection[int]) -> dict[int, Recipient]:
    """The people by id. Seven queries, however many."""
    chosen = sa.select(Member).where(Member.id.in_(member_ids)).execution_options(populate_existing=True)
    members = db.session.scalars(chosen).unique().all()
    readers = list_readers(members)
    bouncing = list_bouncing([member.email for member in members])
    choices = _choices(member_ids)
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
            reader=readers[member.id],
            choices=choices.get(member.id, {}),
            zone=zones[member.id],
            at_any_hour=member.id in night_owls,
            is_bouncing=member.email in bouncing,
            mailed_today=mailed[member.id],
        )
        for member in members
    }


def find_mails(message_ids: Collection[str]) -> dict[str, int]:
    """Those of these mails that were written already, by their Message-IDs."""
    known = sa.select(Mail.message_id, Mail.id).where(Mail.message_id.in_(message_ids))
    return dict(db.session.execute(known).all())


def returned_mail_ids() -> sa.Select[int]:
    """Select the mails that came back: what is known of their addresses hangs on them."""
    return sa.select(MailBounce.mail_id)


def get_choices(member_id: int) -> dict[NotificationKind, Delivery]:
    """What the person chose; what is missing is as suggested."""
    return _choices([member_id]).get(member_id, {})


def wants_any_hour(member_id: int) -> bool:
    """Whether the person wants mail that can wait at night and on holidays too."""
    rhythm = db.session.get(MailRhythm, member_id)
    return rhythm is not None and rhythm.at_any_hour


def zone_of(member: Member) -> ZoneInfo:
    """The person's time zone; the community's where theirs is no longer known."""
    try:
        return ZoneInfo(member.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(current_app.config["COMMUNITY_ZONE"].key)


# --- one by one


def _read(notices: Sequence[MailNotice]) -> set[Key]:
    rows = db.session.execute(
        sa.select(NotificationRead.member_id, NotificationRead.signal_id).where(
            NotificationRead.signal_id.in_({notice.signal_id for notice in notices}),
            NotificationRead.member_id.in_({notice.member_id for notice in notices}),
        )
    )
    return {(member_id, signal_id) for member_id, signal_id in rows}


def _topic_id(act: Signal) -> int:
    return act.subject_id if act.subject_kind == Topic.__tablename__ else (act.parent_id or 0)


def _topics(acts: Collection[Signal]) -> dict[int, Topic]:
    wanted = sa.select(Topic).where(Topic.id.in_({_topic_id(act) for act in acts}))
    return {topic.id: topic for topic in db.session.scalars(wanted.execution_options(populate_existing=True))}


def _posts(acts: Collection[Signal]) -> dict[tuple[str, int], Post]:
    """By what an act's subject is: a post, or the topic that it opened."""
    ids = {act.subject_id for act in acts if act.subject_kind == Post.__tablename__}
    opened = {act.subject_id for act in acts if act.subject_kind == Topic.__tablename__}
    wanted = sa.or_(Post.id.in_(ids), sa.and_(Post.topic_id.in_(opened), Post.position == 1))
    found: dict[tuple[str, int], Post] = {}
    for post in db.session.scalars(sa.select(Post).where(wanted).execution_options(populate_existing=True)):
        found[Post.__tablename__, post.id] = post
        if post.position == 1:
            found[Topic.__tablename__, post.topic_id] = post
    return found


def _names(member_ids: Collection[int]) -> dict[int, str]:
    columns = sa.select(Member.id, Member.family_name, Member.given_name).where(Member.id.in_(member_ids))
    return {member_id: f"{family} {given}".strip() for member_id, family, given in db.session.execute(columns)}


def _choices(member_ids: Collection[int]) -> dict[int, dict[NotificationKind, Delivery]]:
    found: dict[int, dict[NotificationKind, Delivery]] = {}
    for choice in db.session.scalars(sa.select(MailChoice).where(MailChoice.member_id.in_(member_ids))):
        found.setdefault(choice.member_id, {})[NotificationKind(choice.kind)] = Delivery(choice.delivery)
    return found


def _mailed_today(zones: dict[int, ZoneInfo]) -> Counter[int]:
    """How many mails that can wait each had on what is today for them."""
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
