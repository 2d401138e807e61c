"""Who joins a company without a personal letter, and for how long a way in stays open. Pure, like `rules`."""

from datetime import date, datetime

from models.accounts import Account, AccountKind, Member
from models.base import now
from models.joining import CompanyLink, JoinRequest

from .rules import can_invite_into, can_vouch, is_over


def can_be_joined(account: Account, on: date) -> bool:
    """By its people themselves. Whoever is of the vendor's company is staff: they need a letter of their own."""
    return account.kind != AccountKind.VENDOR and not is_over(account, on)


def can_make_link_for(member: Member, account: Account, on: date) -> bool:
    return can_be_joined(account, on) and can_invite_into(member, account)


def is_usable(link: CompanyLink, at: datetime | None = None) -> bool:
    """In time, not withdrawn, not used up, and made by somebody who could still make it."""
    is_in_time = link.withdrawn_at is None and link.expires_at > (at or now()) and link.uses < link.max_uses
    return is_in_time and can_vouch(link.made_by, link.account, at)


def opens_a_door(request: JoinRequest, on: date, at: datetime | None = None) -> bool:
    """Still opens a door: it is in time, and so are its company and its link."""
    if request.account is None or request.used_at is not None or request.expires_at <= (at or now()):
        return False
    return (request.link is None or is_usable(request.link, at)) and can_be_joined(request.account, on)
