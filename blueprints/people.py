"""Addresses of members' pages."""

from community.accounts.rules import can_see_profile
from community.app.cached_urls import cached_url
from models.accounts import Member


def profile_of(member: Member, seen_by: Member | None) -> str | None:
    """Return the address of the member's page; None if the viewer may not open it."""
    if seen_by is None or not can_see_profile(seen_by, member):
        return None
    return cached_url("accounts.show_profile", handle=member.handle)
