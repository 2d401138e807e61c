"""Rules of signing in: second factors, suspensions, and how long the links of a change of mail address hold. Pure."""

from datetime import datetime, timedelta

from community.accounts.rules import is_administrator, is_staff
from models.accounts import Member
from models.base import now
from models.security import EmailChange

CONFIRM_LIFE = timedelta(days=1)  # mails are held back; after a day the wish for another address is no longer fresh
# The owner of the old mailbox reads mail within a week, after a long weekend too.
UNDO_LIFE = timedelta(days=7)


def has_second_factor(member: Member) -> bool:
    """Return whether the person signs in with a code, besides the password."""
    return member.totp_since is not None


def lacks_second_factor(member: Member, *, required: bool) -> bool:
    """Return whether the person has to set up a second factor before anything else.

    `required`: whether the configuration requires one of the vendor's people.
    """
    return required and is_staff(member) and not has_second_factor(member)


def can_suspend(member: Member, other: Member) -> bool:
    """Return whether the person may suspend the other one: administrators, but not themselves."""
    return is_administrator(member) and member.id != other.id


def can_reset_second_factor(member: Member, other: Member) -> bool:
    """Return whether the person may remove the other's second factor, which they have lost with its recovery codes.

    One's own is turned off with the password and a code.
    """
    return is_administrator(member) and member.id != other.id and has_second_factor(other)


def can_be_confirmed(change: EmailChange, at: datetime | None = None) -> bool:
    """Return whether the link in the new mailbox can still change the address."""
    is_open = change.confirmed_at is None and change.ended_at is None
    return is_open and change.asked_at + CONFIRM_LIFE > (at or now())


def can_be_stopped(change: EmailChange, at: datetime | None = None) -> bool:
    """Return whether the link in the old mailbox can still stop the change, or undo it."""
    is_recent = change.confirmed_at is None or change.confirmed_at + UNDO_LIFE > (at or now())
    return change.ended_at is None and is_recent
