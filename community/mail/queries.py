"""Reading the outbox."""

from collections.abc import Sequence

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
