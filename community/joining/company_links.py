"""Actions and queries on links by which the people of one company join."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from community import audit
from community.joining import queries as joining_queries
from community.joining import rules as joining_rules
from community.signin import tokens
from models.accounts import Account, Member
from models.base import db, now
from models.joining import CompanyLink


class LinkClosedError(Exception):
    """The link was withdrawn, ran out or was used up after its page was shown."""


@dataclass(frozen=True)
class LinkTerms:
    """How many days a link holds, for how many people, and whether only for the company's mail domains."""

    days: int
    max_uses: int
    own_domains_only: bool


def make_link(account: Account, by: Member, holds: LinkTerms) -> tuple[CompanyLink, str]:
    """Add a link, and return it with its token. Only the token's hash is stored, so its address is shown once."""
    token = tokens.make_token()
    link = CompanyLink(
        token_hash=tokens.fingerprint(token),
        account=account,
        own_domains_only=holds.own_domains_only,
        max_uses=holds.max_uses,
        made_by=by,
        expires_at=now() + timedelta(days=holds.days),
    )
    db.session.add(link)
    db.session.flush()
    after = {
        "account_id": account.id,
        "max_uses": link.max_uses,
        "expires_at": link.expires_at.isoformat(),
        "own_domains_only": link.own_domains_only,
    }
    audit.record(by.id, "company_link.make", "company_link", link.id, after=after)
    return link, token


def renew_token(link: CompanyLink, by: Member) -> str:
    """Give the link a new token and return it; the old address opens nothing any more.

    `by` answers for the link from now on: it holds as long as they could make one.
    """
    token = tokens.make_token()
    link.made_by = by
    link.token_hash = tokens.fingerprint(token)
    audit.record(by.id, "company_link.renew", "company_link", link.id)
    return token


def withdraw_link(link: CompanyLink, by: Member) -> None:
    """Withdraw the link, also for people whose mail is on its way. Idempotent."""
    if link.withdrawn_at is None:
        link.withdrawn_at = now()
        audit.record(by.id, "company_link.withdraw", "company_link", link.id)


def use_link(link_id: int) -> None:
    """Count one more use of the link, in one statement: of two people and one last use one wins.

    Raises LinkClosedError.
    """
    counted = db.session.execute(
        sa.update(CompanyLink)
        .where(
            CompanyLink.id == link_id,
            CompanyLink.withdrawn_at.is_(None),
            CompanyLink.expires_at > now(),
            CompanyLink.uses < CompanyLink.max_uses,
        )
        .values(uses=CompanyLink.uses + 1)
        .returning(CompanyLink.id)
    )
    if counted.scalar() is None:
        raise LinkClosedError


# --- reading


def get_link_by_token(token: str) -> CompanyLink | None:
    """Return the link with this token, usable or not; None without one."""
    return db.session.scalar(sa.select(CompanyLink).where(CompanyLink.token_hash == tokens.fingerprint(token)))


def get_link(link_id: int, seen_by: Member) -> CompanyLink | None:
    """Return the link with this id; None without one, and where the viewer could not withdraw it."""
    link = db.session.get(CompanyLink, link_id)
    return link if link is not None and joining_rules.can_withdraw_invitations_into(seen_by, link.account) else None


def list_usable_links(seen_by: Member) -> Sequence[CompanyLink]:
    """Return the usable links into companies that the viewer may invite into, newest first.

    Links of people who could not make them any more are left out.
    """
    accounts = [account.id for account in joining_queries.list_accounts_to_invite_into(seen_by)]
    chosen = sa.select(CompanyLink).where(
        CompanyLink.account_id.in_(accounts),
        CompanyLink.withdrawn_at.is_(None),
        CompanyLink.expires_at > now(),
        CompanyLink.uses < CompanyLink.max_uses,
    )
    links = db.session.scalars(chosen.order_by(CompanyLink.id.desc()))
    return [link for link in links if joining_rules.can_vouch(link.made_by, link.account)]
