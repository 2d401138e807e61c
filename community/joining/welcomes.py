"""The welcome page of a new member: it is offered from joining until it is closed, and does not come back."""

from models.accounts import Member
from models.base import db, now
from models.joining import Welcome


def begin(member: Member) -> None:
    """Offer the welcome to somebody who has just joined."""
    db.session.add(Welcome(member_id=member.id))
    db.session.flush()


def close(member: Member) -> None:
    """Close the welcome. Idempotent; nothing happens where there is none."""
    welcome = db.session.get(Welcome, member.id)
    if welcome is not None and welcome.closed_at is None:
        welcome.closed_at = now()


def is_waiting(member: Member) -> bool:
    """Return whether the welcome was offered and not closed yet."""
    welcome = db.session.get(Welcome, member.id)
    return welcome is not None and welcome.closed_at is None
