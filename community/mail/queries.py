"""Reading the outbox."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from models.base import db, now
from models.mail import Mail, MailBounce

from . import rules

# Mails on the development mailbox; older ones are of no use there.
MAILBOX_SIZE = 50
ADDRESSES_LOOKED_AT = 500
FAILED_SHOWN = 200


def list_mails(to: str = "") -> Sequence[Mail]:
    """Return the latest mails (to this address, if given), newest first."""
    latest = sa.select(Mail).order_by(Mail.id.desc()).limit(MAILBOX_SIZE)
    return db.session.scalars(latest.where(Mail.to_address == to) if to else latest).all()


def list_addresses(chosen: str = "") -> list[str]:
    """Return the addresses of the latest mails, sorted; `chosen` is always among them."""
    latest = sa.select(Mail.to_address).order_by(Mail.id.desc()).limit(ADDRESSES_LOOKED_AT)
    return sorted({*db.session.scalars(latest), *([chosen] if chosen else [])})


def get_mail(mail_id: int) -> Mail | None:
    """Return the mail, or None."""
    return db.session.get(Mail, mail_id)


def count_mails() -> dict[str, int]:
    """Return the number of mails by state: "waiting", "sent" and "failed" (given up or dropped)."""
    waiting, sent = Mail.next_try.is_not(None), Mail.sent_at.is_not(None)
    counts = db.session.execute(
        sa.select(
            sa.func.count().filter(waiting), sa.func.count().filter(sent), sa.func.count().filter(~waiting, ~sent)
        ).select_from(Mail)
    ).one()
    return dict(zip(("waiting", "sent", "failed"), counts, strict=True))


def get_longest_due(at: datetime) -> datetime | None:
    """Return when the most belated mail became due; None if none is due."""
    return db.session.scalar(sa.select(sa.func.min(Mail.next_try)).where(Mail.next_try <= at))


def list_failed() -> Sequence[tuple[Mail, MailBounce | None]]:
    """Return mails with their bounces, newest first: given up, failed so far, or returned.

    Mails that were dropped on purpose did not fail.
    """
    failed = sa.and_(Mail.sent_at.is_(None), Mail.error != "", Mail.error.not_in(rules.ON_PURPOSE))
    rows = (
        sa.select(Mail, MailBounce)
        .outerjoin(MailBounce, MailBounce.mail_id == Mail.id)
        .where(sa.or_(failed, MailBounce.mail_id.is_not(None)))
        .order_by(Mail.id.desc())
        .limit(FAILED_SHOWN)
    )
    return [(mail, bounce) for mail, bounce in db.session.execute(rows)]


def list_bouncing(addresses: Collection[str]) -> set[str]:
    """Return those of the addresses that are dead: refused for good once, or in passing several times lately."""
    lately = MailBounce.at > now() - timedelta(days=rules.SOFT_BOUNCE_DAYS)
    hard = sa.func.sum(sa.case((MailBounce.is_hard, 1), else_=0))
    recent = sa.func.sum(sa.case((lately, 1), else_=0))
    counted = sa.select(MailBounce.address).where(MailBounce.address.in_(addresses)).group_by(MailBounce.address)
    return set(db.session.scalars(counted.having(sa.or_(hard > 0, recent >= rules.SOFT_BOUNCES))))


def is_bouncing(address: str) -> bool:
    """Return whether the address is dead."""
    return bool(list_bouncing([address]))
