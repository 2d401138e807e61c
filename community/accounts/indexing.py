"""What of people and companies can be found, and by whom.

Where somebody works is no part of it: names of companies are shown to few.
"""

import sqlalchemy as sa

from community.search import actions as search
from community.search.actions import Thing
from models.accounts import Account, Member
from models.base import db

from . import rules

MEMBER, ACCOUNT = "member", "account"
# Each stands for one rule of `rules`; `tokens_of` says who holds which.
INSIDE, SIGNED_IN, COMPANIES = "members", "signed_in", "companies"


def tokens_of(member: Member | None) -> frozenset[str]:
    """What the person may find: whom `can_see_profile` shows, and companies where there is a page for them."""
    if member is None:
        return frozenset()
    held = {SIGNED_IN: True, INSIDE: rules.is_member(member), COMPANIES: rules.can_manage_companies(member)}
    return frozenset(token for token, holds in held.items() if holds)


def index_members(*members: Member) -> None:
    """After a person came, changed, or moved. Their membership of today must be loaded."""
    db.session.flush()
    search.forget(MEMBER, [member.id for member in members if member.erased_at is not None])
    search.index(*(_of_member(member) for member in members if member.erased_at is None))


def index_accounts(*accounts: Account) -> None:
    """After a company came or changed."""
    db.session.flush()
    search.index(*map(_of_account, accounts))


def index_people_of(account: Account) -> None:
    """After it changed what they are to the community."""
    there = sa.select(Member).where(Member.membership.has(account_id=account.id))
    index_members(*db.session.scalars(there.execution_options(populate_existing=True)))


def index_members_after(member_id: int, limit: int = 500) -> int | None:
    """The next people by id, for building the index anew; the last one's id, or None where there are no more."""
    held = sa.select(Member).where(Member.id > member_id).order_by(Member.id).limit(limit)
    held = held.with_for_update(read=True, of=Member).execution_options(populate_existing=True)
    people = db.session.scalars(held).all()
    index_members(*people)
    return people[-1].id if people else None


def index_accounts_after(account_id: int, limit: int = 500) -> int | None:
    """The same of companies."""
    held = sa.select(Account).where(Account.id > account_id).order_by(Account.id).limit(limit)
    accounts = db.session.scalars(held.with_for_update(read=True).execution_options(populate_existing=True)).all()
    index_accounts(*accounts)
    return accounts[-1].id if accounts else None


def _of_member(member: Member) -> Thing:
    """The vendor's people are known to whoever is signed in."""
    readings = (member.family_reading + member.given_reading, f"{member.family_reading} {member.given_reading}")
    return Thing(
        kind=MEMBER,
        id=member.id,
        title=member.display_name,
        body="\n".join(filter(None, (member.headline, member.bio))),
        audience=frozenset({SIGNED_IN if rules.is_staff(member) else INSIDE}),
        written_at=member.created_at,
        author_id=member.id,
        spellings=(member.family_name + member.given_name, *readings, member.handle),
    )


def _of_account(account: Account) -> Thing:
    return Thing(
        kind=ACCOUNT,
        id=account.id,
        title=account.name,
        body=account.industry,
        audience=frozenset({COMPANIES}),
        written_at=account.created_at,
        spellings=(account.reading,),
    )
