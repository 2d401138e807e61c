"""Who may hide and restore."""

from community.accounts.rules import is_moderator
from models.accounts import Member


def can_moderate(member: Member | None) -> bool:
    """Return whether the person may remove others' content and restore it."""
    return member is not None and is_moderator(member)
