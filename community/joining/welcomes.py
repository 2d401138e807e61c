"""A newcomer's welcome: waits from joining until it is closed, and does not come back."""

from models.accounts import Member
from models.base import db, now
from models.joining import Welcome


def begin(member: Member) -> None:
    """Somebody has just joined."""
    db.session.add(Welcome(member_id=member.id))
    db.session.flush()


def close(member: Member) -> None:
    """Enough of it. Closed already, or never begun: nothing changes."""
    welcome = db.session.get(Welcome, member.id)
    if welcome is not None and welcome.closed_at is None:
        welcome.closed_at = now()


def is_waiting(member: Member) -> bool:
    welcome = db.session.get(Welcome, member.id)
    return welcome is not None and welcome.closed_at is None
