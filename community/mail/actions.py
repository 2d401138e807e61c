"""Writing mails into the outbox and recording the result of each attempt."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from community.config import Config
from community.jobs import hurry
from community.mail import bounces, rules
from community.mail.letters import Letter
from models.base import db, now
from models.mail import Mail

# Hexadecimal digits of a SHA-256; enough that two events never have the same.
EVENT_DIGITS = 40
ERROR_MAX_LENGTH = 500


@dataclass(frozen=True)
class Outcome:
    """The result of one attempt; an empty `error` means that the server has accepted the mail."""

    error: str = ""
    final: bool = False  # no later attempt can succeed
    refused: str = ""  # the status with which the server refused the address itself (RFC 3463: "5.1.1")


def queue_mail(
    kind: str,
    to_address: str,
    letter: Letter,
    *,
    event_key: str,
    member_id: int | None = None,
    drop_after: datetime | None = None,
) -> Mail:
    """Put one mail about one event into the outbox and return it; for a known event, return its mail.

    `drop_after`: from then on the mail is useless (an expired link) and is dropped instead of being sent late.
    """
    message_id = message_id_of(event_key)
    known = db.session.scalar(sa.select(Mail).where(Mail.message_id == message_id))
    if known is not None:
        return known
    mail = Mail(
        message_id=message_id,
        kind=kind,
        to_address=to_address,
        member_id=member_id,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        drop_after=drop_after,
    )
    db.session.add(mail)
    db.session.flush()
    hurry("mail.send_waiting")
    return mail


def claim_mail() -> Mail | None:
    """Claim and return the oldest due mail that cannot wait, or None."""
    return next(iter(claim_mails(1)), None)


def claim_mails(most: int, *, can_wait: bool = False) -> Sequence[Mail]:
    """Claim and return the oldest due mails; overdue ones are dropped first.

    Claims expire: a mail whose sender died is due again after CLAIM.
    """
    at = now()
    drop_overdue_mails(at)
    due = sa.select(Mail).where(Mail.next_try <= at, Mail.can_wait.is_(can_wait)).order_by(Mail.id).limit(most)
    mails = db.session.scalars(due.with_for_update(skip_locked=True)).all()
    for mail in mails:
        mail.tries += 1
        mail.next_try = at + rules.CLAIM
    db.session.flush()
    return mails


def lock_if_claimed(mail: Mail) -> bool:
    """Lock the row, and return whether the claim that `mail` was loaded with still holds.

    Each claim counts a try. A process that was suspended for longer than its claim finds another number, or a mail that
    is done.
    """
    claimed = mail.tries
    db.session.refresh(mail, ["tries", "next_try", "sent_at"], with_for_update=True)
    return mail.tries == claimed and mail.next_try is not None


def release_claim(mail: Mail, at: datetime | None = None) -> None:
    """End the claim of a mail that was not tried: the mail is due again at this instant (None: at once)."""
    mail.tries -= 1
    mail.next_try = at or now()


def keep_due(at: datetime, step: timedelta, due_before: datetime) -> None:
    """Move due times back by `step` after the clock was set back by that much to `at`.

    So claims and pauses last as long as before. A mail that waits for an hour of the day after `due_before` keeps its
    time.
    """
    moves = sa.or_(Mail.tries > 0, Mail.next_try <= due_before)
    waiting = sa.select(Mail.id, Mail.next_try).where(Mail.next_try > at, moves).order_by(Mail.id)
    earlier = [{"id": mail_id, "next_try": due - step} for mail_id, due in db.session.execute(waiting) if due]
    if earlier:
        db.session.execute(sa.update(Mail), earlier)


def drop(mail: Mail, reason: str) -> None:
    """Give the mail up, for this reason."""
    _close_mail(mail, reason)


def drop_events(event_keys: Collection[str]) -> None:
    """Give up the mails about these events, which nobody wants any more; one that is being sent just now goes out."""
    ids = [message_id_of(key) for key in event_keys]
    unsent = sa.select(Mail).where(Mail.next_try.is_not(None), Mail.message_id.in_(ids))
    for mail in db.session.scalars(unsent.with_for_update(skip_locked=True)):
        _close_mail(mail, rules.NOT_WANTED)


def drop_overdue_mails(at: datetime) -> None:
    """Give up mails that would come too late."""
    overdue = sa.select(Mail).where(Mail.next_try.is_not(None), Mail.next_try <= at, Mail.drop_after <= at)
    for mail in db.session.scalars(overdue.with_for_update(skip_locked=True)):
        _close_mail(mail, rules.OVERDUE)


def note_outcome(mail: Mail, outcome: Outcome) -> None:
    """Record the result of an attempt, and when the next one is due.

    An attempt that outlasted its claim counts only if it succeeded: another process has tried since.
    """
    is_claimed = lock_if_claimed(mail)
    if not outcome.error:
        mail.sent_at = mail.sent_at or now()
        _close_mail(mail, "")
        return
    if not is_claimed:
        return
    if outcome.refused:
        bounces.note(mail, outcome.refused)
    pause = None if outcome.final else rules.pause_after(mail.tries)
    if pause is None:
        _close_mail(mail, outcome.error)
    else:
        mail.error = outcome.error[:ERROR_MAX_LENGTH]
        mail.next_try = now() + pause


def _close_mail(mail: Mail, error: str) -> None:
    mail.next_try = None
    mail.error = error[:ERROR_MAX_LENGTH]
    if rules.is_secret(mail.kind):
        mail.text = mail.html = ""


def message_id_of(event_key: str) -> str:
    """Return the Message-ID of an event: the same for every attempt, so that a second copy can be recognised."""
    digest = hashlib.sha256(event_key.encode()).hexdigest()[:EVENT_DIGITS]
    config: Config = current_app.config["TSUDOI"]
    return f"<{digest}@{rules.domain_of(config.mail_from)}>"
