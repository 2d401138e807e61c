"""Queries on people, companies, memberships and phases."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

import sqlalchemy as sa

from community.accounts import names, rules
from community.accounts.mail_addresses import tidy_address
from community.companies.readings import reading_order
from models.accounts import (
    Account,
    AccountKind,
    AccountPhase,
    MailDomain,
    Member,
    Membership,
    covers,
    covers_today,
    holds_role,
)
from models.address_keys import address_key
from models.base import db, today

__all__ = ["today"]

# PostgreSQL cannot even be asked for a text with it.
UNKEEPABLE = "\x00"


def get_member(member_id: int) -> Member | None:
    """Return the person with this id, or None."""
    return db.session.get(Member, member_id)


def get_member_to_change(member_id: int) -> Member | None:
    """Return the person with this id, read anew and locked until the end of the transaction; None without one."""
    return db.session.get(Member, member_id, populate_existing=True, with_for_update={"of": Member})


def get_member_by_email(email: str) -> Member | None:
    """Return the person with this address, or None. The address may be as it was typed."""
    known = sa.select(Member).where(Member.email == tidy_address(email))
    return db.session.scalar(known) if UNKEEPABLE not in email else None


def get_member_by_address_key(email: str, *, besides: Member | None = None) -> Member | None:
    """Return the member with this address, else the one whose address differs from it only in how it is written.

    The address may be as it was typed. `besides`: who asks for themselves is left out, and others who share their key
    too, unless they have this very address. None without one.
    """
    if UNKEEPABLE in email:
        return None
    tidy = tidy_address(email)
    known = sa.select(Member).where(Member.address_key == address_key(tidy))
    if besides is not None:
        is_own_key = besides.address_key == address_key(tidy)
        known = known.where(Member.id != besides.id, *([Member.email == tidy] if is_own_key else []))
    return db.session.scalar(known.order_by(Member.email != tidy, Member.is_second_account, Member.id).limit(1))


def get_member_by_handle(handle: str) -> Member | None:
    """Return the person with this handle, or None."""
    if UNKEEPABLE in handle:
        return None
    return db.session.scalar(sa.select(Member).where(Member.handle == handle))


def get_profile(handle: str, seen_by: Member) -> Member | None:
    """Return the person with this handle if the viewer may see their profile, else None."""
    member = get_member_by_handle(handle)
    return member if member is not None and rules.can_see_profile(seen_by, member) else None


def is_free_handle(handle: str) -> bool:
    """Return whether a new person may choose the handle: it is valid, and nobody has it."""
    return names.is_handle(handle) and get_member_by_handle(handle) is None


def list_members_by_id(member_ids: Collection[int]) -> dict[int, Member]:
    """Return these people by id, erased ones too. One query."""
    return {member.id: member for member in db.session.scalars(sa.select(Member).where(Member.id.in_(member_ids)))}


def list_accounts_by_id(account_ids: Collection[int]) -> dict[int, Account]:
    """Return these companies by id. One query."""
    chosen = sa.select(Account).where(Account.id.in_(account_ids))
    return {account.id: account for account in db.session.scalars(chosen)}


def list_account_names(account_ids: Collection[int]) -> dict[int, str]:
    """Return the names of these companies by id. One query, none without ids."""
    if not account_ids:
        return {}
    return dict(db.session.execute(sa.select(Account.id, Account.name).where(Account.id.in_(account_ids))).all())


def get_account(account_id: int) -> Account | None:
    """Return the company with this id, or None."""
    return db.session.get(Account, account_id)


def get_account_to_change(account_id: int) -> Account | None:
    """Return the company with this id, read anew and locked until the end of the transaction; None without one.

    Rows that only point to it can be written meanwhile.
    """
    return db.session.get(Account, account_id, populate_existing=True, with_for_update={"key_share": True})


def get_account_by_name(name: str) -> Account | None:
    """Return the company with this name, or None."""
    return db.session.scalar(sa.select(Account).where(Account.name == name))


def get_account_by_mail_domain(email: str) -> Account | None:
    """Return the company that owns the domain of the address, or None."""
    domain = tidy_address(email).rpartition("@")[2]
    return db.session.scalar(sa.select(Account).join(Account.mail_domains).where(MailDomain.domain == domain))


def list_accounts(kinds: Collection[AccountKind] = tuple(AccountKind)) -> Sequence[Account]:
    """Return the companies of these kinds, in the order of their readings without their legal forms."""
    return _in_reading_order(db.session.scalars(sa.select(Account).where(Account.kind.in_(kinds))))


def count_accounts() -> dict[AccountKind, int]:
    """Return the number of companies of each kind; kinds without any are missing."""
    counted = sa.select(Account.kind, sa.func.count()).group_by(Account.kind)
    return {AccountKind(kind): count for kind, count in db.session.execute(counted)}


def count_members(account_ids: Collection[int]) -> dict[int, int]:
    """Return how many people belong to each company today, by its id.

    Erased people are left out, companies without any are missing.
    """
    counted = (
        sa.select(Membership.account_id, sa.func.count())
        .join(Member, Member.id == Membership.member_id)
        .where(Membership.account_id.in_(account_ids), covers_today(), Member.erased_at.is_(None))
        .group_by(Membership.account_id)
    )
    return dict(db.session.execute(counted).all())


def list_mail_domains(account_id: int) -> Sequence[str]:
    """Return the company's mail domains in alphabetical order."""
    owned = sa.select(MailDomain.domain).where(MailDomain.account_id == account_id)
    return db.session.scalars(owned.order_by(MailDomain.domain)).all()


def list_owners_of_domains(domains: Collection[str]) -> dict[str, Account]:
    """Return the companies that own these domains, by domain; domains without an owner are missing."""
    owned = sa.select(MailDomain.domain, Account).join(MailDomain.account).where(MailDomain.domain.in_(domains))
    return dict(db.session.execute(owned).all())


def list_cs_people() -> Sequence[Member]:
    """Return the people who can be in charge of a customer (CS), in the order of their readings."""
    chosen = sa.select(Member).where(holds_role(rules.CS_ROLES), Member.erased_at.is_(None))
    return db.session.scalars(chosen.order_by(Member.family_reading, Member.given_reading, Member.id)).all()


def account_id_on(member_id: int, day: date) -> int | None:
    """Return the id of the company that the person belonged to on that day, or None."""
    return db.session.scalar(sa.select(Membership.account_id).where(Membership.member_id == member_id, covers(day)))


def list_memberships(member_id: int) -> Sequence[Membership]:
    """Return all memberships of the person, earliest first, planned ones too."""
    own = sa.select(Membership).where(Membership.member_id == member_id).order_by(Membership.from_day)
    return db.session.scalars(own).all()


def list_memberships_of(member_ids: Collection[int]) -> dict[int, list[Membership]]:
    """Return all memberships of each of these people, earliest first, by member id."""
    found: dict[int, list[Membership]] = {member_id: [] for member_id in member_ids}
    chosen = sa.select(Membership).where(Membership.member_id.in_(member_ids)).order_by(Membership.from_day)
    for membership in db.session.scalars(chosen):
        found[membership.member_id].append(membership)
    return found


def list_members_of(account_id: int, day: date) -> Sequence[Member]:
    """Return the people who belonged to the company on that day, in the order of their readings; no erased ones."""
    chosen = (
        sa.select(Member)
        .join(Membership, Membership.member_id == Member.id)
        .where(
            Membership.account_id == account_id,
            covers(day),
            Member.erased_at.is_(None),
        )
    )
    return db.session.scalars(chosen.order_by(Member.family_reading, Member.given_reading, Member.id)).all()


def count_members_of(account_id: int, day: date) -> int:
    """Return how many people belonged to the company on that day, without erased ones."""
    there = sa.select(sa.func.count()).select_from(Membership).join(Member, Membership.member_id == Member.id)
    of_company = there.where(Membership.account_id == account_id, covers(day), Member.erased_at.is_(None))
    return db.session.scalar(of_company) or 0


def list_company_admins(account_id: int) -> Sequence[Member]:
    """Return the company's administrators of today, without erased people, by id."""
    chosen = (
        sa.select(Member)
        .join(Membership, Membership.member_id == Member.id)
        .where(
            Membership.account_id == account_id,
            covers_today(),
            Membership.is_company_admin.is_(True),
            Member.erased_at.is_(None),
        )
    )
    return db.session.scalars(chosen.order_by(Member.id).execution_options(populate_existing=True)).all()


def list_member_ids_of(account_id: int) -> Sequence[int]:
    """Return the ids of the people who belong to the company today."""
    today_there = sa.select(Membership.member_id).where(Membership.account_id == account_id, covers_today())
    return db.session.scalars(today_there.order_by(Membership.member_id)).all()


def phase_on(account_id: int, day: date) -> AccountPhase | None:
    """Return the company's segment and stage on that day; None before its first phase."""
    return db.session.scalar(phases_until(account_id, day).limit(1))


def phases_until(
    account_id: int | sa.BindParameter[int], day: date | sa.BindParameter[date]
) -> sa.Select[AccountPhase]:
    """Return a SELECT of the company's phases that have begun by that day, newest first."""
    begun = sa.select(AccountPhase).where(AccountPhase.account_id == account_id, AccountPhase.from_day <= day)
    return begun.order_by(AccountPhase.from_day.desc())


def phases_on(account_ids: Collection[int], day: date) -> dict[int, AccountPhase]:
    """Return the phases of that day by company id; companies before their first phase are missing. One query."""
    begun = sa.select(AccountPhase).where(AccountPhase.account_id.in_(account_ids), AccountPhase.from_day <= day)
    return {phase.account_id: phase for phase in db.session.scalars(begun.order_by(AccountPhase.from_day))}


def list_phases(account_id: int) -> Sequence[AccountPhase]:
    """Return all phases of the company, planned ones too, newest first."""
    chosen = sa.select(AccountPhase).where(AccountPhase.account_id == account_id)
    return db.session.scalars(chosen.order_by(AccountPhase.from_day.desc())).all()


def newest_phase(account_id: int) -> AccountPhase | None:
    """Return the company's last phase, which may still be planned; None without one."""
    return next(iter(list_phases(account_id)), None)


def list_subsidiaries(account_id: int) -> Sequence[Account]:
    """Return the companies directly below this one, in the order of their readings without their legal forms."""
    return _in_reading_order(db.session.scalars(sa.select(Account).where(Account.parent_id == account_id)))


def _in_reading_order(accounts: Iterable[Account]) -> Sequence[Account]:
    return sorted(accounts, key=lambda account: (*reading_order(account.reading, account.name), account.id))
