"""Queries on invitations, and on the companies that somebody may invite into."""

from collections.abc import Sequence

import sqlalchemy as sa

from community.accounts.queries import get_member_by_address_key, list_accounts
from community.signin import tokens
from models.accounts import Account, Invitation, Member
from models.base import db, now

from . import rules


def list_accounts_to_invite_into(member: Member) -> Sequence[Account]:
    """Return the companies that the person may invite somebody into, in the order of their readings."""
    if not rules.can_invite_anybody(member):
        return [member.account] if member.account and rules.can_invite_into(member, member.account) else []
    return [account for account in list_accounts() if rules.can_invite_into(member, account)]


def get_invited_member(invitation: Invitation) -> Member | None:
    """Return the member whom the invitation is for; None where somebody new may join by it."""
    known = get_member_by_address_key(invitation.email)
    return known if known is not None and rules.is_for(invitation, known) else None


def get_invitation(invitation_id: int, seen_by: Member) -> Invitation | None:
    """Return the invitation with this id; None without one, and where the viewer could not withdraw it."""
    invitation = db.session.get(Invitation, invitation_id)
    return invitation if invitation and rules.can_withdraw_invitation(seen_by, invitation) else None


def get_invitation_by_token(token: str) -> Invitation | None:
    """Return the invitation with this token, open or not; None without one."""
    return db.session.scalar(sa.select(Invitation).where(Invitation.token_hash == tokens.fingerprint(token)))


def list_sent_invitations(member_id: int) -> Sequence[Invitation]:
    """Return all invitations that the member sent, oldest first, open or not."""
    return db.session.scalars(
        sa.select(Invitation).where(Invitation.invited_by_id == member_id).order_by(Invitation.id)
    ).all()


def list_open_invitations(seen_by: Member) -> Sequence[Invitation]:
    """Return the open invitations into companies that the viewer may invite into, newest first."""
    accounts = [account.id for account in list_accounts_to_invite_into(seen_by)]
    chosen = sa.select(Invitation).where(
        Invitation.account_id.in_(accounts),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now(),
    )
    return [each for each in db.session.scalars(chosen.order_by(Invitation.id.desc())) if rules.is_open(each)]
