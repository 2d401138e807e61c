"""How long the links of a change of mail address hold. Pure, like `rules`."""

from datetime import datetime, timedelta

from models.base import now
from models.security import EmailChange

CONFIRM_LIFE = timedelta(days=1)  # mails are held back; after a day the wish for another address is no longer fresh
# Whose mailbox it was reads mail within a week, after a long weekend too.
UNDO_LIFE = timedelta(days=7)


def can_be_confirmed(change: EmailChange, at: datetime | None = None) -> bool:
    """The link in the new mailbox still changes the address."""
    is_open = change.confirmed_at is None and change.ended_at is None
    return is_open and change.asked_at + CONFIRM_LIFE > (at or now())


def can_be_stopped(change: EmailChange, at: datetime | None = None) -> bool:
    """The link in the old mailbox still stops the change, or undoes it."""
    is_recent = change.confirmed_at is None or change.confirmed_at + UNDO_LIFE > (at or now())
    return change.ended_at is None and is_recent
