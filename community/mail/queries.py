"""Reading the outbox."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.mail import Mail

# The development mailbox shows the latest; older ones are of no use there.
MAILBOX_SIZE = 50


def list_mails() -> Sequence[Mail]:
    """The latest mails, newest first."""
    return db.session.scalars(sa.select(Mail).order_by(Mail.id.desc()).limit(MAILBOX_SIZE)).all()


def get_mail(mail_id: int) -> Mail | None:
    return db.session.get(Mail, mail_id)


def count_mails() -> dict[str, int]:
    """How many mails wait, were sent, and were given up or dropped."""
    waiting, sent = Mail.next_try.is_not(None), Mail.sent_at.is_not(None)
    counts = db.session.execute(
        sa.select(
            sa.func.count().filter(waiting), sa.func.count().filter(sent), sa.func.count().filter(~waiting, ~sent)
        ).select_from(Mail)
    ).one()
    return dict(zip(("waiting", "sent", "failed"), counts, strict=True))


def get_longest_due(at: datetime) -> datetime | None:
    """Since when the most belated mail has been due; None where none is."""
    return db.session.scalar(sa.select(sa.func.min(Mail.next_try)).where(Mail.next_try <= at))
