"""From notices to mails: each is written, put off, left to the digest or left out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from community.jobs import hurry
from community.mail.actions import message_id_of
from community.mail.letters import Letter
from models.base import db, now
from models.mail import Delivery, Mail, MailNotice

from . import hours, queries, rules
from .letters import Desk
from .news import News, Recipient

SEND = "mailings.send_waiting"

Row = dict[str, Any]  # a mail's columns
Going = tuple[MailNotice, Row]


def write_news(most: int, desk: Desk) -> int:
    """Decide about the next notices that are due, and write the mails of those that go at once; return how many."""
    at = now()
    notices = queries.list_due(at, most)
    if not notices:
        return 0
    recipients = queries.list_recipients({notice.member_id for notice in notices})
    mailed = Counter({member_id: recipient.mailed_today for member_id, recipient in recipients.items()})
    going: list[Going] = []
    for news in queries.list_news(notices):
        recipient = recipients.get(news.notice.member_id)
        if recipient and _goes_now(news, recipient, mailed[recipient.member.id], at):
            mailed[recipient.member.id] += 1
            going.append((news.notice, _write(news, recipient, desk)))
        elif recipient is None:
            leave_out(news.notice, rules.NOBODY)
    _post(going)
    return len(notices)


def write_digests(people: int, desk: Desk) -> int:
    """Write the digests that are due of so many people; return how many had one due."""
    at = now()
    notices = queries.list_due_digests(at, people)
    recipients = queries.list_recipients({notice.member_id for notice in notices})
    everything = queries.list_news(notices) if notices else []
    going: list[Going] = []
    for member_id, some in groupby(everything, key=lambda news: news.notice.member_id):
        gathered, recipient = list(some), recipients.get(member_id)
        wanted = [news for news in gathered if _is_for_digest(news, recipient, at)]
        if wanted and recipient and _is_digest_time(wanted, recipient, at):
            mail = _mail(recipient, rules.DIGEST, _digest_key(recipient, at), desk.write_digest(wanted, recipient))
            going += [(news.notice, mail) for news in wanted]
    _post(going)
    return len({notice.member_id for notice in notices})


def leave_out(notice: MailNotice, why: str) -> None:
    """There will be no mail of it."""
    notice.due_at = None
    notice.obstacle = why


def write_anew(mail: Mail, notices: Iterable[MailNotice]) -> None:
    """Throw a digest away that has not gone yet: something in it may no longer be told, and it is made without it."""
    for notice in notices:
        notice.mail_id, notice.due_at = None, now()
    db.session.flush()
    db.session.delete(mail)
    hurry("mailings.write_mails")


def forget_old() -> None:
    """Mails that could wait and are done, and what was noted about them, after a while."""
    before = now() - rules.KEPT_FOR
    old = sa.select(Mail.id).where(Mail.can_wait, Mail.next_try.is_(None), Mail.created_at < before)
    done = sa.and_(MailNotice.due_at.is_(None), MailNotice.at < before)
    kept = sa.select(MailNotice.mail_id).where(MailNotice.mail_id.is_not(None))
    for statement in (
        sa.delete(MailNotice).where(sa.or_(done, MailNotice.mail_id.in_(old))),
        sa.delete(Mail).where(Mail.id.in_(old), Mail.id.not_in(kept), Mail.id.not_in(queries.returned_mail_ids())),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))


# --- news by news


def _goes_now(news: News, recipient: Recipient, mailed_today: int, at: datetime) -> bool:
    """Whether a mail of it is written now; if not, its notice says what becomes of it."""
    why_not = rules.obstacle(news, recipient, at)
    if why_not:
        leave_out(news.notice, why_not)
        return False
    if rules.delivery_of(recipient, news.notice.kind) == Delivery.DIGEST or rules.is_full(mailed_today):
        news.notice.in_digest = True
        news.notice.due_at = hours.next_morning(at, recipient.zone, at_any_hour=recipient.at_any_hour)
        return False
    opening = hours.next_opening(at, recipient.zone, at_any_hour=recipient.at_any_hour)
    news.notice.due_at = opening
    return opening <= at


def _is_for_digest(news: News, recipient: Recipient | None, at: datetime) -> bool:
    why_not = rules.obstacle(news, recipient, at)
    if not why_not and recipient is not None and rules.has_been_here(news, recipient, at):
        why_not = rules.SEEN
    if why_not:
        leave_out(news.notice, why_not)
    return not why_not


def _is_digest_time(wanted: Sequence[News], recipient: Recipient, at: datetime) -> bool:
    """In working hours, and once a day; else it waits for the next time."""
    opening = hours.next_opening(at, recipient.zone, at_any_hour=recipient.at_any_hour)
    if opening <= at and queries.find_mails([message_id_of(_digest_key(recipient, at))]):
        opening = hours.next_morning(at, recipient.zone, at_any_hour=recipient.at_any_hour)
    for news in wanted:
        news.notice.due_at = opening
    return opening <= at


def _digest_key(recipient: Recipient, at: datetime) -> str:
    return f"digest {recipient.member.id} {at.astimezone(recipient.zone).date()}"


def _write(news: News, recipient: Recipient, desk: Desk) -> Row:
    assert news.topic is not None and news.post is not None  # noqa: S101, PT018  nothing hidden is mailed
    letter = desk.write_news(news, news.topic, news.post, recipient)
    return _mail(recipient, news.notice.kind, f"act {news.notice.signal_id} {recipient.member.id}", letter)


def _mail(recipient: Recipient, kind: str, event_key: str, letter: Letter) -> Row:
    return {
        "message_id": message_id_of(event_key),
        "kind": kind,
        "can_wait": True,
        "to_address": recipient.member.email,
        "member_id": recipient.member.id,
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "drop_after": now() + rules.OVERDUE_AFTER,
    }


def _post(going: Sequence[Going]) -> None:
    """Put the mails into the outbox, and note with each notice which one it is.

    All with one statement: SQLite would take objects one by one. A mail that is there already stays as it is, for an
    act, or a day's digest, has one.
    """
    if not going:
        return
    rows = {row["message_id"]: row for _, row in going}
    known = queries.find_mails(rows)
    new = [row for message_id, row in rows.items() if message_id not in known]
    if new:
        db.session.execute(sa.insert(Mail), new)
    ids = queries.find_mails(rows)
    for notice, row in going:
        notice.mail_id, notice.due_at = ids[row["message_id"]], None
    hurry(SEND)
