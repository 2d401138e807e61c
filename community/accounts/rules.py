"""Rules: who is what, and who may do what to people and companies. Pure: they read the rows that they are given.

`at` None means now.
"""

from datetime import date, datetime, timedelta

from flask import current_app

from community.config import Config
from models.accounts import Account, AccountKind, AccountPhase, Member, StaffRole
from models.base import day_at, now

# "When a contract ends, its people can still sign in for a while and take their data" (docs: what ends).
FAREWELL_DAYS = 90

# Who runs the community for the vendor. A moderator may be a customer and is therefore not among them.
STAFF_ROLES = frozenset({StaffRole.COMMUNITY_MANAGER, StaffRole.CS, StaffRole.ADMINISTRATOR})
MODERATING_ROLES = frozenset({StaffRole.MODERATOR, StaffRole.COMMUNITY_MANAGER, StaffRole.ADMINISTRATOR})
MANAGING_ROLES = frozenset({StaffRole.COMMUNITY_MANAGER, StaffRole.ADMINISTRATOR})
CS_ROLES = frozenset({StaffRole.CS, StaffRole.ADMINISTRATOR})
MEMBER_KINDS = frozenset({AccountKind.CUSTOMER, AccountKind.PARTNER, AccountKind.VENDOR})

# Beneath these lies every company of the sample (a test looks). Registries keep the names free for examples (RFC 2606,
# JPRS), so no real person has an address there.
SAMPLE_ENDINGS = (".example.jp", ".example.com")


# --- what a person is


def role_of(member: Member, at: datetime | None = None) -> StaffRole | None:
    """Return the staff role that counts at that moment, or None; one of the vendor's ends when its holder leaves."""
    if member.role_until is not None and day_at(at or now()) >= member.role_until:
        return None
    return member.staff_role


def is_staff(member: Member) -> bool:
    """Return whether the person is one of the vendor's people, by role or by company."""
    return role_of(member) in STAFF_ROLES or _is_of(member, AccountKind.VENDOR)


def is_member(member: Member) -> bool:
    """Return whether the person belongs to a customer, a partner or the vendor; prospects do not count."""
    account = member.account
    return (account is not None and account.kind in MEMBER_KINDS) or role_of(member) in STAFF_ROLES


def is_moderator(member: Member) -> bool:
    """Return whether the person may moderate; community managers and administrators may too.

    A customer's moderator may not while their company's contract is over.
    """
    return role_of(member) in MODERATING_ROLES and can_take_part(member)


def is_community_manager(member: Member) -> bool:
    """Return whether the person manages the community; administrators count too."""
    return role_of(member) in MANAGING_ROLES


def is_cs(member: Member) -> bool:
    """Return whether the person is in customer success; administrators count too."""
    return role_of(member) in CS_ROLES


def works_in_cs(member: Member) -> bool:
    """Return whether the person's own work is customer success; administrators may do it, and have other work."""
    return role_of(member) == StaffRole.CS


def is_administrator(member: Member) -> bool:
    """Return whether the person is a system administrator."""
    return role_of(member) == StaffRole.ADMINISTRATOR


def is_company_admin(member: Member, account: Account, at: datetime | None = None) -> bool:
    """Return whether the person administers this very company (no parent or subsidiary), and its contract runs."""
    return belongs_to(member, account) and is_any_company_admin(member, at)


def is_any_company_admin(member: Member, at: datetime | None = None) -> bool:
    """Return whether the person administers the company they belong to, and its contract is not over."""
    return is_named_company_admin(member) and can_take_part(member, at)


def is_named_company_admin(member: Member) -> bool:
    """Return whether the person was named administrator of their company, even if its contract is over.

    That alone gives no right to act.
    """
    return member.membership is not None and member.membership.is_company_admin


def belongs_to(member: Member, account: Account) -> bool:
    """Return whether this is the person's company today."""
    return member.membership is not None and member.membership.account_id == account.id


def _is_of(member: Member, kind: AccountKind) -> bool:
    account = member.account
    return account is not None and account.kind == kind


# --- coming in


def can_sign_in(member: Member, at: datetime | None = None) -> bool:
    """Return whether the person may sign in: neither erased nor suspended nor a published log-in, and with a place.

    That is a role of the vendor's, or a company whose contract ended at most FAREWELL_DAYS ago.
    """
    at = at or now()
    if member.erased_at is not None or is_suspended(member, at) or is_published_login(member):
        return False
    if role_of(member, at) in STAFF_ROLES:
        return True
    return member.account is not None and not has_ended(member.account, day_at(at))


def is_sample_login(email: str) -> bool:
    """Return whether the address is a sample person's."""
    return email.rpartition("@")[2].lower().endswith(SAMPLE_ENDINGS)


def are_published_refused() -> bool:
    """Return whether this installation refuses published log-ins: it runs in production."""
    config: Config = current_app.config["TSUDOI"]
    return config.environment == "production"


def is_published_login(member: Member) -> bool:
    """Return whether this is a sample person in a production installation, where their password is no way in."""
    return is_sample_login(member.email) and are_published_refused()


def is_suspended(member: Member, at: datetime | None = None) -> bool:
    """Return whether the person is suspended at that moment."""
    return member.suspended_until is not None and member.suspended_until > (at or now())


def is_without_company(member: Member, at: datetime | None = None) -> bool:
    """Return whether the person, neither erased nor suspended, cannot sign in: they left, or the contract is over."""
    return member.erased_at is None and not is_suspended(member, at) and not can_sign_in(member, at)


def has_ended(account: Account, on: date) -> bool:
    """Return whether the contract is over, and so are the FAREWELL_DAYS after it."""
    return account.contract_ended_on is not None and on > account.contract_ended_on + timedelta(days=FAREWELL_DAYS)


def is_over(account: Account, on: date) -> bool:
    """Return whether the contract's last day is past. Its people may still read, and export what is theirs."""
    return is_past(account.contract_ended_on, on)


def is_past(last_day: date | None, on: date) -> bool:
    """Return what `is_over` does, for callers that have only the contract's last day."""
    return last_day is not None and on > last_day


def farewell_day(member: Member, at: datetime | None = None) -> date | None:
    """Return the last day on which a person can sign in whose company's contract is over; None for everybody else."""
    account = member.account
    if is_staff(member) or account is None or not is_over(account, day_at(at or now())):
        return None
    assert account.contract_ended_on is not None  # noqa: S101  said by is_over
    return account.contract_ended_on + timedelta(days=FAREWELL_DAYS)


def can_take_part(member: Member, at: datetime | None = None) -> bool:
    """Return whether the person may write, react, upload and invite: not once their company's contract is over."""
    return farewell_day(member, at) is None


# --- what a person may do


def can_see_scores(member: Member) -> bool:
    """Return whether the person sees health scores: community managers, CS, administrators; never customers."""
    return role_of(member) in CS_ROLES | MANAGING_ROLES


def can_see_profile(viewer: Member, member: Member) -> bool:
    """Return whether the viewer may see the person's profile.

    Members see everybody, prospects themselves and the vendor's people. Nobody sees erased people.
    """
    if member.erased_at is not None:
        return False
    return viewer.id == member.id or is_member(viewer) or is_staff(member)


def can_see_company_name(viewer: Member | None, account: Account) -> bool:
    """Return whether the viewer (None: a guest) may see the company's name; else trade and size stand for it.

    The vendor's is seen by everybody, others by their own people and by staff. If the company shows its name, other
    members see it too, but not guests and prospects.
    """
    if account.kind == AccountKind.VENDOR:
        return True
    if viewer is None:
        return False
    return is_staff(viewer) or belongs_to(viewer, account) or (account.is_name_shown and is_member(viewer))


def can_grant_roles(member: Member) -> bool:
    """Return whether the person may give and take staff roles: administrators."""
    return is_administrator(member)


def can_hold_role(member: Member, role: StaffRole) -> bool:
    """Return whether the person can have the role: only moderators may belong to another company than the vendor."""
    return role == StaffRole.MODERATOR or _is_of(member, AccountKind.VENDOR)


# --- companies


def can_see_own_company(member: Member) -> bool:
    """Return whether the person sees their company's page and may write to the vendor from it.

    Its administrators may, also after the contract.
    """
    return is_named_company_admin(member)


def can_share_company(member: Member, other: Member) -> bool:
    """Return whether the person may name the other one administrator of their common company, or take that back."""
    return member.account is not None and is_company_admin(member, member.account) and belongs_to(other, member.account)


def can_manage_companies(member: Member) -> bool:
    """Return whether the person may set up companies and see their people: community managers, CS, administrators."""
    return role_of(member) in MANAGING_ROLES | CS_ROLES


def can_manage_company(member: Member, account: Account) -> bool:
    """Return whether the person may manage the company.

    The vendor's own only administrators may, since its people are staff.
    """
    return is_administrator(member) if account.kind == AccountKind.VENDOR else can_manage_companies(member)


def can_transfer(member: Member, other: Member, to: Account | None) -> bool:
    """Return whether the person may transfer the other one to a company (None: to none).

    The vendor's people, and into the vendor's company, only administrators may.
    """
    if is_administrator(member):
        return True
    into_vendor = to is not None and to.kind == AccountKind.VENDOR
    return can_manage_companies(member) and not is_staff(other) and not into_vendor


def would_strand_role(other: Member, to: Account | None) -> bool:
    """Return whether the transfer would leave a role of the vendor's with somebody outside the vendor.

    Such a role is taken away first.
    """
    return role_of(other) in STAFF_ROLES and (to is None or to.kind != AccountKind.VENDOR)


def can_begin_phase(newest: AccountPhase | None, from_day: date, today: date) -> bool:
    """Return whether a phase may begin on the day.

    The first one may on any day, others neither in the past nor before the newest one (None: there is none yet).
    """
    return newest is None or from_day >= max(today, newest.from_day)
