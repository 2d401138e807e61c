"""Turns notifications into mails: each is mailed now, postponed, left to the digest or left out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from community.jobs import hurry
from community.mail.actions import message_id_of
from community.mail.letters import Letter
from community.room import current_rooms
from models.base import db, now
from models.mail import Delivery, Mail, NotificationMail

from . import hours, queries, rules
from .items import MailItem, Recipient
from .rendering import MailRenderer

SEND = "mailings.send_waiting"

Row = dict[str, Any]  # a mail's columns
Outgoing = tuple[NotificationMail, Row]


def write_at_once(most: int, renderer: MailRenderer) -> int:
    """Decide about at most `most` due notifications, and write the mails of those that go at once.

    Return how many were due.
    """
    at = now()
    due = queries.list_due(at, most)
    if not due:
        return 0
    recipients = queries.list_recipients({notification_mail.member_id for notification_mail in due})
    mailed = Counter({member_id: recipient.mailed_today for member_id, recipient in recipients.items()})
    going: list[Outgoing] = []
    for item in queries.list_items(due, recipients.values()):
        recipient = recipients.get(item.notification_mail.member_id)
        if recipient and _schedule(item, recipient, mailed[recipient.member.id], at):
            mailed[recipient.member.id] += 1
            going.append((item.notification_mail, _row_of_mail_at_once(item, recipient, renderer)))
        elif recipient is None:
            leave_out(item.notification_mail, rules.NOBODY)
    _add_to_outbox(going)
    return len(due)


def write_digests(people: int, renderer: MailRenderer) -> int:
    """Write the due digests of at most `people` people. Return how many people had notifications due for a digest."""
    at = now()
    due = queries.list_due_digests(at, people)
    recipients = queries.list_recipients({notification_mail.member_id for notification_mail in due})
    everything = queries.list_items(due, recipients.values()) if due else []
    going: list[Outgoing] = []
    for member_id, some in groupby(everything, key=lambda item: item.notification_mail.member_id):
        gathered, recipient = list(some), recipients.get(member_id)
        wanted = [item for item in gathered if _keep_for_digest(item, recipient, at)]
        if wanted and recipient and _schedule_digest(wanted, recipient, at):
            letter = renderer.render_digest(wanted, recipient)
            row = _row_of_mail(recipient, rules.DIGEST, _digest_key(recipient, at), letter)
            going += [(item.notification_mail, row) for item in wanted]
    _add_to_outbox(going)
    return len({notification_mail.member_id for notification_mail in due})


def leave_out(notification_mail: NotificationMail, why: str) -> None:
    """Note that this notification is not mailed, with the reason."""
    notification_mail.due_at = None
    notification_mail.obstacle = why


def write_anew(mail: Mail, notification_mails: Iterable[NotificationMail]) -> None:
    """Delete an unsent digest of which something may no longer be mailed; the rest becomes due for a new one."""
    for notification_mail in notification_mails:
        notification_mail.mail_id, notification_mail.due_at = None, now()
    db.session.flush()
    db.session.delete(mail)
    hurry("mailings.write_mails")


def forget_old() -> None:
    """Delete finished mails that could wait, and finished `NotificationMail` rows, if older than `KEPT_FOR`."""
    before = now() - rules.KEPT_FOR
    old = sa.select(Mail.id).where(Mail.can_wait, Mail.next_try.is_(None), Mail.created_at < before)
    done = sa.and_(NotificationMail.due_at.is_(None), NotificationMail.at < before)
    kept = sa.select(NotificationMail.mail_id).where(NotificationMail.mail_id.is_not(None))
    for statement in (
        sa.delete(NotificationMail).where(sa.or_(done, NotificationMail.mail_id.in_(old))),
        sa.delete(Mail).where(Mail.id.in_(old), Mail.id.not_in(kept), Mail.id.not_in(queries.returned_mail_ids())),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))


# --- one by one


def _schedule(item: MailItem, recipient: Recipient, mailed_today: int, at: datetime) -> bool:
    """Note in the item's row what becomes of it: left out, digest, or when it is due; return whether it is due now."""
    why_not = rules.obstacle(item, recipient, at)
    if why_not:
        leave_out(item.notification_mail, why_not)
        return False
    kind = current_rooms().notification_kinds[item.notification_mail.kind]
    if rules.delivery_of(recipient, kind) == Delivery.DIGEST or rules.is_full(mailed_today):
        item.notification_mail.in_digest = True
        item.notification_mail.due_at = hours.next_morning(at, recipient.zone, at_any_hour=recipient.at_any_hour)
        return False
    opening = hours.next_opening(at, recipient.zone, at_any_hour=recipient.at_any_hour)
    item.notification_mail.due_at = opening
    return opening <= at


def _keep_for_digest(item: MailItem, recipient: Recipient | None, at: datetime) -> bool:
    """Leave the item out if anything is against it; return whether it stays in the digest."""
    why_not = rules.obstacle(item, recipient, at)
    if not why_not and recipient is not None and rules.has_been_here(item, recipient, at):
        why_not = rules.SEEN
    if why_not:
        leave_out(item.notification_mail, why_not)
    return not why_not


def _schedule_digest(wanted: Sequence[MailItem], recipient: Recipient, at: datetime) -> bool:
    """Set when the digest is due, in working hours and once a day; return whether it is due now."""
    opening = hours.next_opening(at, recipient.zone, at_any_hour=recipient.at_any_hour)
    if opening <= at and queries.find_mails([message_id_of(_digest_key(recipient, at))]):
        opening = hours.next_morning(at, recipient.zone, at_any_hour=recipient.at_any_hour)
    for item in wanted:
        item.notification_mail.due_at = opening
    return opening <= at


def _digest_key(recipient: Recipient, at: datetime) -> str:
    return f"digest {recipient.member.id} {at.astimezone(recipient.zone).date()}"


def _row_of_mail_at_once(item: MailItem, recipient: Recipient, renderer: MailRenderer) -> Row:
    return _row_of_mail(
        recipient,
        item.notification_mail.kind,
        f"{item.event} {recipient.member.id}",
        renderer.render_at_once(item, recipient),
    )


def _row_of_mail(recipient: Recipient, kind: str, event_key: str, letter: Letter) -> Row:
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


def _add_to_outbox(going: Sequence[Outgoing]) -> None:
    """Add the mails to the outbox, and note with each notification which mail it went into.

    One statement inserts them all, since SQLite would insert objects one by one. A mail that exists stays as it is: an
    act has one for each recipient, and so has a day's digest.
    """
    if not going:
        return
    rows = {row["message_id"]: row for _, row in going}
    known = queries.find_mails(rows)
    new = [row for message_id, row in rows.items() if message_id not in known]
    if new:
        db.session.execute(sa.insert(Mail), new)
    ids = queries.find_mails(rows)
    for notification_mail, row in going:
        notification_mail.mail_id, notification_mail.due_at = ids[row["message_id"]], None
    hurry(SEND)
