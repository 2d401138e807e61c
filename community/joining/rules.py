"""Who may invite whom into which company, who may join one, and for how long a way in stays open. Pure."""

from datetime import date, datetime

from community.accounts.rules import (
    CS_ROLES,
    MANAGING_ROLES,
    belongs_to,
    can_sign_in,
    is_administrator,
    is_any_company_admin,
    is_company_admin,
    is_over,
    is_staff,
    role_of,
)
from models.accounts import Account, AccountKind, Invitation, Member
from models.base import day_at, now
from models.joining import CompanyLink, JoinRequest

# --- inviting


def can_invite_anybody(member: Member) -> bool:
    """Into any company: community managers, CS, administrators."""
    return role_of(member) in MANAGING_ROLES | CS_ROLES


def can_invite(member: Member) -> bool:
    """Somebody into some company."""
    return can_invite_anybody(member) or is_any_company_admin(member)


def can_invite_into(member: Member, account: Account, at: datetime | None = None) -> bool:
    """A company's administrator invites colleagues; only administrators let people into the vendor's own company.

    Nobody invites into a company whose contract is over: nobody could come in.
    """
    return not is_over(account, day_at(at or now())) and can_withdraw_invitations_into(member, account, at)


def can_vouch(member: Member, account: Account, at: datetime | None = None) -> bool:
    """Whether invitations and links into the company that this person has made hold.

    Who was dismissed or suspended, or has left, must not come back by a way in that they made before.
    """
    return can_sign_in(member, at) and can_invite_into(member, account, at)


def can_withdraw_invitations_into(member: Member, account: Account, at: datetime | None = None) -> bool:
    """Take back invitations and links: whoever may send them, the staff also where the contract is over."""
    if account.kind == AccountKind.VENDOR:
        return is_administrator(member)
    return can_invite_anybody(member) or is_company_admin(member, account, at)


# --- joining


def can_be_joined(account: Account, on: date) -> bool:
    """By its people themselves. Whoever is of the vendor's company is staff: they need a letter of their own."""
    return account.kind != AccountKind.VENDOR and not is_over(account, on)


def can_make_link_for(member: Member, account: Account, on: date) -> bool:
    return can_be_joined(account, on) and can_invite_into(member, account)


def is_usable(link: CompanyLink, at: datetime | None = None) -> bool:
    """In time, not withdrawn, not used up, and made by somebody who could still make it."""
    is_in_time = link.withdrawn_at is None and link.expires_at > (at or now()) and link.uses < link.max_uses
    return is_in_time and can_vouch(link.made_by, link.account, at)


def is_request_open(request: JoinRequest, on: date, at: datetime | None = None) -> bool:
    """Still opens a door: it is in time, and so are its company and its link."""
    if request.account is None or request.used_at is not None or request.expires_at <= (at or now()):
        return False
    return (request.link is None or is_usable(request.link, at)) and can_be_joined(request.account, on)


def is_open(invitation: Invitation, at: datetime | None = None) -> bool:
    """Can still be accepted, as long as whoever sent it could send it.

    Not while the company's contract is over; again when it goes on and there is time left.
    """
    at = at or now()
    is_waiting = invitation.accepted_at is None and invitation.withdrawn_at is None and invitation.expires_at > at
    return is_waiting and can_vouch(invitation.invited_by, invitation.account, at)


def can_withdraw_invitation(member: Member, invitation: Invitation) -> bool:
    """Whoever could have sent it."""
    return can_withdraw_invitations_into(member, invitation.account)


def can_transfer_by(member: Member, invitation: Invitation) -> bool:
    """The invited person goes on at another customer. The vendor's people do not: their rights would stay behind."""
    return (
        member.email == invitation.email
        and not is_staff(member)
        and role_of(member) is None
        and not belongs_to(member, invitation.account)
    )
