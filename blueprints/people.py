"""People's own pages, for whoever may open them."""

from flask import url_for

from community.accounts.rules import can_see_profile
from models.accounts import Member


def profile_of(member: Member, seen_by: Member | None) -> str | None:
    """The address of a person's page, for whoever may open it."""
    if member.erased_at or seen_by is None or not can_see_profile(seen_by, member):
        return None
    return url_for("accounts.show_profile", handle=member.handle)
