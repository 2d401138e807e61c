"""Rules: who may invite whom into which company, who may join one, and what is still open. Pure. `at` None: now."""

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
from models.address_keys import address_key
from models.base import day_at, now
from models.joining import CompanyLink, JoinRequest

# --- inviting


def can_invite_anybody(member: Member) -> bool:
    """Return whether the person may invite into any company: community managers, CS, administrators."""
    return role_of(member) in MANAGING_ROLES | CS_ROLES


def can_invite(member: Member) -> bool:
    """Return whether the person may invite somebody into some company."""
    return can_invite_anybody(member) or is_any_company_admin(member)


def can_invite_into(member: Member, account: Account, at: datetime | None = None) -> bool:
    """Return whether the person may invite into the company.

    A company's administrator invites colleagues; only system administrators let people into the vendor's own company.
    Nobody invites into a company whose contract is over: nobody could sign in.
    """
    return not is_over(account, day_at(at or now())) and can_withdraw_invitations_into(member, account, at)


def can_vouch(member: Member, account: Account, at: datetime | None = None) -> bool:
    """Return whether invitations and links into the company that the person made still hold.

    After a dismissal, a suspension or a departure they do not: nobody comes back by a link of their own.
    """
    return can_sign_in(member, at) and can_invite_into(member, account, at)


def can_withdraw_invitations_into(member: Member, account: Account, at: datetime | None = None) -> bool:
    """Return whether the person may withdraw invitations and links into the company.

    All who may make them can, the staff also where the contract is over.
    """
    if account.kind == AccountKind.VENDOR:
        return is_administrator(member)
    return can_invite_anybody(member) or is_company_admin(member, account, at)


# --- joining


def can_be_joined(account: Account, on: date) -> bool:
    """Return whether people can join the company by themselves: not the vendor's, whose people are staff.

    Nor one whose contract is over.
    """
    return account.kind != AccountKind.VENDOR and not is_over(account, on)


def can_make_link_for(member: Member, account: Account, on: date) -> bool:
    """Return whether the person may make a link by which people join the company."""
    return can_be_joined(account, on) and can_invite_into(member, account)


def is_usable(link: CompanyLink, at: datetime | None = None) -> bool:
    """Return whether the link is in time, neither withdrawn nor used up, and its maker could still make it."""
    is_in_time = link.withdrawn_at is None and link.expires_at > (at or now()) and link.uses < link.max_uses
    return is_in_time and can_vouch(link.made_by, link.account, at)


def is_request_open(request: JoinRequest, on: date, at: datetime | None = None) -> bool:
    """Return whether the request is unused and in time, and its company and link are open."""
    if request.account is None or request.used_at is not None or request.expires_at <= (at or now()):
        return False
    return (request.link is None or is_usable(request.link, at)) and can_be_joined(request.account, on)


def is_open(invitation: Invitation, at: datetime | None = None) -> bool:
    """Return whether the invitation can still be accepted, and its sender could still send it.

    It is closed while the company's contract is over, and open again if that goes on while there is time left.
    """
    at = at or now()
    is_waiting = invitation.accepted_at is None and invitation.withdrawn_at is None and invitation.expires_at > at
    return is_waiting and can_vouch(invitation.invited_by, invitation.account, at)


def can_withdraw_invitation(member: Member, invitation: Invitation) -> bool:
    """Return whether the person may withdraw the invitation."""
    return can_withdraw_invitations_into(member, invitation.account)


def is_for(invitation: Invitation, member: Member) -> bool:
    """Return whether the invitation is for this member: for their address, or for another form of it.

    One that lets somebody else in with another form is not.
    """
    is_other_person = bool(invitation.second_account_reason)
    is_same_person = member.address_key == address_key(invitation.email) and not is_other_person
    return member.email == invitation.email or is_same_person


def can_transfer_by(member: Member, invitation: Invitation) -> bool:
    """Return whether the member may accept the invitation by changing company.

    It must be for their address, in whatever form, and another company. The vendor's people may not: their rights would
    remain.
    """
    return (
        is_for(invitation, member)
        and not is_staff(member)
        and role_of(member) is None
        and not belongs_to(member, invitation.account)
    )
