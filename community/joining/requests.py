"""Joining without a personal invitation: an address is given, proven by mail, and becomes a member of its company."""

from datetime import date, timedelta
from typing import Unpack

import sqlalchemy as sa

from community import links
from community.accounts import actions, mail_addresses, queries
from community.accounts.actions import MemberFacts
from community.accounts.mail_addresses import tidy_address
from community.jobs import hurry
from community.joining import company_links
from community.joining import rules as joining_rules
from community.mail.actions import queue_mail
from community.mail.letters import write_letter
from community.signin import tokens
from models.accounts import Account, Member
from models.base import db, now
from models.joining import CompanyLink, JoinRequest
from models.mail import Mail

# Over a night and a weekend's first day; the address is proven by its reader of today.
REQUEST_LIFE = timedelta(days=2)
# Addresses of people who have not joined are not kept.
KEPT_AFTERWARDS = timedelta(days=1)
# Mails of one kind to one address, from however many people and machines they are asked for. They are good for longer
# than a day (REQUEST_LIFE): an address that gets no further one has five good ones.
MAILS_A_DAY = 5


class RequestClosedError(Exception):
    """The request was used or ran out, or its company or link is closed by now."""


def request_to_join(email: str, locale: str, link: CompanyLink | None = None) -> None:
    """Send the address the one mail that fits: the way in, the way to sign in, or whom to ask.

    The same work is done in each case, so that a stranger cannot see who is known here.
    """
    email = tidy_address(email)
    _forget_old_requests()
    known = queries.get_member_by_address_key(email)
    owner = queries.get_account_by_mail_domain(email)
    account = _find_company_for(email, owner, link)
    token = tokens.make_token()
    request = JoinRequest(
        token_hash=tokens.fingerprint(token),
        email=email,
        account=account if known is None else None,
        link=link,
        expires_at=now() + REQUEST_LIFE,
    )
    db.session.add(request)
    db.session.flush()
    if known is not None and known.email != email:
        # The address that was typed may be somebody else's: what is known goes to the member's own.
        _send_join_mail(request, "join_variant", known.locale, token, known.email)
        return
    kind = "join_known" if known is not None else "join_confirm" if account is not None else "join_unknown"
    _send_join_mail(request, kind, known.locale if known is not None else locale, token, email)


def confirm_and_join(request: JoinRequest, day: date, handle: str, name: str, **facts: Unpack[MemberFacts]) -> Member:
    """Add the owner of the proven address as a member of its company from that day on, and return them.

    Raises RequestClosedError, LinkClosedError.
    """
    if not joining_rules.is_request_open(request, day) or not is_company_unchanged(request):
        raise RequestClosedError
    _mark_used(request)
    if request.link_id is not None:
        company_links.use_link(request.link_id)
    if request.account is None:
        raise RequestClosedError
    member = actions.add_member(request.email, handle, name, **facts)
    actions.join_account(member, request.account, day)
    return member


def get_request_by_token(token: str) -> JoinRequest | None:
    """Return the request with this token, open or not; None without one."""
    return db.session.scalar(sa.select(JoinRequest).where(JoinRequest.token_hash == tokens.fingerprint(token)))


def is_company_unchanged(request: JoinRequest) -> bool:
    """Return whether the address would join the same company today: its domain may be another one's meanwhile."""
    account = _find_company_for(request.email, queries.get_account_by_mail_domain(request.email), request.link)
    return account is not None and account.id == request.account_id


def _find_company_for(email: str, owner: Account | None, link: CompanyLink | None) -> Account | None:
    """Return the company that the address may join, or None.

    By its domain, or by the link where no other company owns the domain.
    """
    if link is None:
        is_free = mail_addresses.is_free_mail(email.rpartition("@")[2])
        can_be_joined = owner is not None and joining_rules.can_be_joined(owner, queries.today())
        return owner if can_be_joined and not is_free else None
    is_elsewhere = owner is not None and owner.id != link.account_id
    is_stranger = link.own_domains_only and owner is None
    return None if is_elsewhere or is_stranger else link.account


def _forget_old_requests() -> None:
    db.session.execute(sa.delete(JoinRequest).where(JoinRequest.expires_at < now() - KEPT_AFTERWARDS))


def _mark_used(request: JoinRequest) -> None:
    """Mark the request as used, in one statement: of two requests at once one wins. Raises RequestClosedError."""
    used = db.session.execute(
        sa.update(JoinRequest)
        .where(JoinRequest.id == request.id, JoinRequest.used_at.is_(None), JoinRequest.expires_at > now())
        .values(used_at=now())
        .returning(JoinRequest.id)
    )
    if used.scalar() is None:
        raise RequestClosedError


def _send_join_mail(request: JoinRequest, kind: str, locale: str, token: str, to_address: str) -> None:
    """Write the mail, and send it unless the address got enough of its kind today.

    It is written in any case, so that the time that takes says nothing.
    """
    values = {
        "email": request.email,
        "own_email": to_address,
        "company": request.account.name if request.account else "",
        "address": links.join_confirmation(token),
        "sign_in": links.sign_in(),
        "forgot_password": links.forgot_password(),
        "expires_at": request.expires_at,
    }
    letter = write_letter(kind, locale, values)
    sent = _count_variant_mails_today(to_address) + 1 if kind == "join_variant" else _count_mails_today(request)
    if sent <= MAILS_A_DAY:
        queue_mail(kind, to_address, letter, event_key=f"join {request.id} {kind}", drop_after=request.expires_at)
    else:
        hurry("mail.send_waiting")


def _count_mails_today(request: JoinRequest) -> int:
    """Return how often this address asked for the same company and link within a day.

    Other ways in that strangers ask for do not count against this one.
    """
    counted = sa.select(sa.func.count()).where(
        JoinRequest.email == request.email,
        JoinRequest.account_id.is_not_distinct_from(request.account_id),
        JoinRequest.link_id.is_not_distinct_from(request.link_id),
        JoinRequest.created_at > now() - timedelta(days=1),
    )
    return db.session.scalar(counted) or 0


def _count_variant_mails_today(to_address: str) -> int:
    """Return how often a member was told within a day that somebody asked with another form of their address.

    There are many forms; they are counted together, and apart from what the member asks for.
    """
    counted = sa.select(sa.func.count()).where(
        Mail.to_address == to_address, Mail.kind == "join_variant", Mail.created_at > now() - timedelta(days=1)
    )
    return db.session.scalar(counted) or 0
