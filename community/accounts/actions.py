"""Actions on people and companies: adding them, what they are called, where they belong, what they may do."""

from datetime import date, datetime, timedelta
from typing import TypedDict, Unpack

import sqlalchemy as sa

from community import audit, realtime
from community.accounts import indexing, memberships, roles
from community.accounts.mail_addresses import tidy_address
from models.accounts import (
    Account,
    AccountKind,
    AccountPhase,
    MailDomain,
    Member,
    Segment,
    StaffRole,
    Stage,
)
from models.address_keys import address_key
from models.base import db, now

# A person who comes back within this time is on the same visit: what is new stays new over a lunch break.
SAME_VISIT = timedelta(hours=4)


class AccountFacts(TypedDict, total=False):
    """What may be known of a company besides its name and kind; see `models.accounts.Account`."""

    reading: str
    plan: str
    licences: int | None
    prefecture: int | None
    industry: str
    employees: int | None
    csm_id: int | None
    renews_on: date | None
    contract_ended_on: date | None
    created_at: datetime


class MemberFacts(TypedDict, total=False):
    """What may be known of a person besides address, handle and family name; see `models.accounts.Member`."""

    given_name: str
    family_reading: str
    given_reading: str
    headline: str
    bio: str
    password_hash: str | None
    staff_role: StaffRole | None
    locale: str
    time_zone: str
    created_at: datetime
    is_second_account: bool


class Profile(TypedDict):
    """What people say of themselves."""

    family_name: str
    given_name: str
    family_reading: str
    given_reading: str
    headline: str
    bio: str


# --- companies


def create_account(
    name: str,
    kind: AccountKind = AccountKind.CUSTOMER,
    *,
    mail_domains: tuple[str, ...] = (),
    by: Member | None = None,
    **facts: Unpack[AccountFacts],
) -> Account:
    """Add a company and index it for the search. Return it.

    `by`: who does it, for the audit log; None: the operator at the command line. The company has no phase yet:
    `open_phase`.
    """
    account = Account(name=name, kind=kind, **facts)
    db.session.add(account)
    db.session.flush()
    db.session.add_all(MailDomain(domain=domain.lower(), account_id=account.id) for domain in mail_domains)
    indexing.index_accounts(account)
    audit.record(_member_id(by), "account.create", "account", account.id, after={"kind": kind})
    return account


def open_phase(
    account: Account, segment: Segment, stage: Stage, from_day: date, *, by: Member | None = None
) -> AccountPhase:
    """Put the company into this segment and stage from that day on, and return the phase.

    A phase that begins on the same day is overwritten.
    """
    phase = db.session.scalar(
        sa.select(AccountPhase).where(AccountPhase.account_id == account.id, AccountPhase.from_day == from_day)
    )
    if phase is None:
        phase = AccountPhase(account_id=account.id, from_day=from_day)
        db.session.add(phase)
    phase.segment, phase.stage = segment, stage
    db.session.flush()
    after = {"segment": segment, "stage": stage, "from_day": from_day.isoformat()}
    audit.record(_member_id(by), "account.open_phase", "account", account.id, after=after)
    return phase


# --- people


def create_member(
    email: str, handle: str, family_name: str, *, by: Member | None = None, **facts: Unpack[MemberFacts]
) -> Member:
    """Add a person who belongs to no company yet (`join_account`), with an entry in the audit log. Return them.

    `by`: who does it; None: the operator at the command line.
    """
    member = add_member(email, handle, family_name, **facts)
    audit.record(_member_id(by), "member.create", "member", member.id, after={"staff_role": member.staff_role})
    return member


def add_member(email: str, handle: str, family_name: str, **facts: Unpack[MemberFacts]) -> Member:
    """Add a person without an entry in the audit log, as when somebody accepts an invitation. Return them."""
    member = Member(email=tidy_address(email), handle=handle, family_name=family_name, **facts)
    db.session.add(member)
    db.session.flush()
    indexing.index_members(member)
    return member


def join_account(
    member: Member,
    account: Account,
    from_day: date,
    *,
    is_company_admin: bool = False,
    by: Member | None = None,
) -> None:
    """Make the person a member of the company from that day on, and end an earlier membership.

    Raises BelongsElsewhereError if they belong to a company after that day already.
    """
    memberships.join(member, account, from_day, is_company_admin=is_company_admin)
    after = {"account_id": account.id, "from_day": from_day.isoformat(), "is_company_admin": is_company_admin}
    audit.record(_member_id(by) or member.id, "member.join", "member", member.id, after=after)


def grant_role(member: Member, role: StaffRole | None, *, by: Member | None = None, reason: str = "") -> None:
    """Give a staff role, or take it away with None. Takes effect at once, also for pages that are open."""
    before, member.staff_role, member.role_until = member.staff_role, role, None
    roles.set_role_end(member)
    indexing.index_members(member)
    audit.record(
        _member_id(by),
        "member.grant_role",
        "member",
        member.id,
        before={"staff_role": before},
        after={"staff_role": role},
        reason=reason,
    )
    realtime.reauthorise(f"member:{member.id}")


# --- what people set for themselves


def change_profile(member: Member, profile: Profile) -> None:
    """Write what the person says of themselves, and index them anew."""
    for name, value in profile.items():
        setattr(member, name, value)
    indexing.index_members(member)


def change_settings(member: Member, locale: str, time_zone: str) -> None:
    """Write the person's language and time zone."""
    member.locale = locale
    member.time_zone = time_zone


def begin_visit(member: Member, at: datetime | None = None) -> None:
    """Note that the person is back, unless their last visit began less than SAME_VISIT ago.

    What is new to them is counted from `seen_at`, the beginning of the visit before this one.
    """
    at = at or now()
    # A visit of later than now: the clock was set back.
    if member.visited_at is None or not timedelta(0) <= at - member.visited_at < SAME_VISIT:
        member.seen_at, member.visited_at = member.visited_at, at


def _member_id(by: Member | None) -> int | None:
    return by.id if by else None


def fill_address_keys() -> int:
    """Write the keys of addresses that have none, and return how many. Who shares one is a second account."""
    without = db.session.scalars(sa.select(Member).where(Member.address_key == "").order_by(Member.id)).all()
    for member in without:
        key = address_key(member.email)
        taken = sa.select(Member.id).where(Member.address_key == key, Member.id != member.id)
        member.is_second_account = db.session.scalar(taken.limit(1)) is not None
        member.address_key = key
        db.session.flush()
    return len(without)
