"""Actions on invitations: a personal mail whose link lets exactly one person in, once."""

from datetime import date, timedelta
from typing import Unpack

import sqlalchemy as sa

from community import audit, links
from community.accounts import actions, memberships, queries
from community.accounts.actions import MemberFacts
from community.accounts.mail_addresses import tidy_address
from community.accounts.memberships import Transfer
from community.joining import rules as joining_rules
from community.mail.actions import queue_mail
from community.mail.letters import write_letter
from community.signin import tokens
from models.accounts import Account, Invitation, Member
from models.base import db, now

# Two weeks: the person may be on leave, and a forgotten letter should not stay a key for ever.
INVITATION_LIFE = timedelta(days=14)


class InvitationClosedError(Exception):
    """The invitation was accepted or withdrawn, ran out, or its company's contract ended after its page was shown."""


def invite(
    email: str,
    account: Account,
    by: Member,
    *,
    is_company_admin: bool = False,
    family_name: str = "",
    given_name: str = "",
    second_account_reason: str = "",
) -> Invitation:
    """Mail an invitation and return it. An open one for the same address and company is withdrawn.

    The names fill the form that the person finds, who may change them. The letter for another form of a member's
    address goes to that member, unless there is a reason to let somebody else in with it.
    """
    email = tidy_address(email)
    known = queries.get_member_by_address_key(email)
    member = known if known is not None and known.email != email else None
    _withdraw_open_invitations(email, account, by)
    token = tokens.make_token()
    invitation = Invitation(
        token_hash=tokens.fingerprint(token),
        email=email,
        family_name=family_name,
        given_name=given_name,
        account=account,
        is_company_admin=is_company_admin,
        second_account_reason=second_account_reason if member is not None else "",
        invited_by=by,
        expires_at=now() + INVITATION_LIFE,
    )
    db.session.add(invitation)
    db.session.flush()
    after: dict[str, object] = {"account_id": account.id, "is_company_admin": is_company_admin}
    reason = invitation.second_account_reason
    if member is not None and reason:
        after["like_member_id"] = member.id
    audit.record(by.id, "invitation.send", "invitation", invitation.id, after=after, reason=reason)
    _send_invitation(invitation, by, token, member.email if member is not None and not reason else email)
    return invitation


def withdraw_invitation(invitation: Invitation, by: Member) -> bool:
    """Withdraw the invitation. Return whether it is withdrawn now; False: it was accepted, and nothing changes.

    In one statement, so that of accepting and withdrawing at once one wins.
    """
    mine = sa.and_(Invitation.id == invitation.id, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    withdrawn = sa.update(Invitation).where(mine).values(withdrawn_at=now()).returning(Invitation.id)
    if db.session.scalar(withdrawn) is not None:
        audit.record(by.id, "invitation.withdraw", "invitation", invitation.id)
    db.session.refresh(invitation, ["accepted_at", "withdrawn_at"])
    return invitation.accepted_at is None


def accept_invitation(
    invitation: Invitation, day: date, handle: str, name: str, **facts: Unpack[MemberFacts]
) -> Member:
    """Add the invited person as a member of the company from that day on, and return them.

    Their address needs no other proof: the letter arrived there. Raises InvitationClosedError.
    """
    _mark_accepted(invitation)
    if invitation.second_account_reason:
        facts["is_second_account"] = queries.get_member_by_address_key(invitation.email) is not None
    member = actions.add_member(invitation.email, handle, name, **facts)
    actions.join_account(member, invitation.account, day, is_company_admin=invitation.is_company_admin)
    return member


def transfer_by_invitation(invitation: Invitation, member: Member, day: date) -> Transfer:
    """Transfer somebody who is a member already to the company that invited them, from that day on.

    What was planned for later days, also to leave, is dropped, as with a transfer by the staff. Return the transfer.
    Raises InvitationClosedError.
    """
    _mark_accepted(invitation)
    memberships.lock_member(member)
    account, is_admin = invitation.account, invitation.is_company_admin
    transfer = memberships.plan_transfer(member, account, day, is_company_admin=is_admin)
    memberships.write_periods(member, transfer.periods)
    after = {"account_id": account.id, "from_day": day.isoformat(), "is_company_admin": is_admin}
    audit.record(member.id, "member.join", "member", member.id, after=after)
    return transfer


def _mark_accepted(invitation: Invitation) -> None:
    """Mark the invitation as accepted, in one statement: of two requests at once one wins.

    Raises InvitationClosedError.
    """
    if not joining_rules.is_open(invitation):
        raise InvitationClosedError
    closed = db.session.execute(
        sa.update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now(),
        )
        .values(accepted_at=now())
        .returning(Invitation.id)
    )
    if closed.scalar() is None:
        raise InvitationClosedError


def _withdraw_open_invitations(email: str, account: Account, by: Member) -> None:
    still_open = sa.select(Invitation).where(
        Invitation.email == email,
        Invitation.account_id == account.id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    for invitation in db.session.scalars(still_open):
        withdraw_invitation(invitation, by)


def _send_invitation(invitation: Invitation, by: Member, token: str, to_address: str) -> None:
    values = {
        "inviter": by.display_name,
        "company": invitation.account.name,
        "address": links.invitation(token),
        "email": invitation.email,
        "own_email": to_address if to_address != invitation.email else "",
        "expires_at": invitation.expires_at,
    }
    queue_mail(
        "invitation",
        to_address,
        write_letter("invitation", by.locale, values),
        event_key=f"invitation {invitation.id}",
        drop_after=invitation.expires_at,
    )
