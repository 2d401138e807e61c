"""Who is what, and who may do what to people and companies. Pure: a member and a thing in, a judgement out."""

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

# Beneath these lies every company of the sample (a test looks). Registries keep the names free for examples (RFC 2606,
# JPRS), so no real person has an address there.
SAMPLE_ENDINGS = (".example.jp", ".example.com")


# --- what a person is


def role_of(member: Member, at: datetime | None = None) -> StaffRole | None:
    """Return the staff role that counts then; one of the vendor's ends on the day its holder leaves the vendor."""
    if member.role_until is not None and day_at(at or now()) >= member.role_until:
        return None
    return member.staff_role


def is_staff(member: Member) -> bool:
    """One of the vendor's own people, by role or by company."""
    return role_of(member) in STAFF_ROLES or _is_of(member, AccountKind.VENDOR)


def is_member(member: Member) -> bool:
    """A person of a customer or partner, or of the vendor."""
    return is_staff(member) or _is_of(member, AccountKind.CUSTOMER) or _is_of(member, AccountKind.PARTNER)


def is_moderator(member: Member) -> bool:
    """May keep the place clean; community managers and administrators may too.

    A customer's moderator rests when the contract of their company is over.
    """
    return role_of(member) in MODERATING_ROLES and can_take_part(member)


def is_community_manager(member: Member) -> bool:
    """Runs the community; administrators may too."""
    return role_of(member) in MANAGING_ROLES


def is_cs(member: Member) -> bool:
    """Accompanies customers; administrators may too."""
    return role_of(member) in CS_ROLES


def is_administrator(member: Member) -> bool:
    return role_of(member) == StaffRole.ADMINISTRATOR


def is_company_admin(member: Member, account: Account, at: datetime | None = None) -> bool:
    """Looks after the people of this very company; nobody's parent or subsidiary. Not once its contract is over."""
    return belongs_to(member, account) and is_any_company_admin(member, at)


def is_any_company_admin(member: Member, at: datetime | None = None) -> bool:
    """Looks after the people of some company: their own. Not once its contract is over."""
    return is_named_company_admin(member) and can_take_part(member, at)


def is_named_company_admin(member: Member) -> bool:
    """Was named to look after the company's people, whether or not its contract still runs. Gives no right to act."""
    return member.membership is not None and member.membership.is_company_admin


def belongs_to(member: Member, account: Account) -> bool:
    """Whether this is the person's company today."""
    return member.membership is not None and member.membership.account_id == account.id


def _is_of(member: Member, kind: AccountKind) -> bool:
    account = member.account
    return account is not None and account.kind == kind


# --- coming in


def can_sign_in(member: Member, at: datetime | None = None) -> bool:
    """Not erased, suspended or published, and somewhere to belong: a company whose contract stands, or the staff."""
    at = at or now()
    if member.erased_at is not None or is_suspended(member, at) or is_published_login(member):
        return False
    if role_of(member, at) in STAFF_ROLES:
        return True
    return member.account is not None and not has_ended(member.account, day_at(at))


def is_sample_login(email: str) -> bool:
    """Whether the address is a sample person's."""
    return email.rpartition("@")[2].lower().endswith(SAMPLE_ENDINGS)


def are_published_refused() -> bool:
    """Whether this installation lets in nobody by a published log-in: it is in production."""
    config: Config = current_app.config["TSUDOI"]
    return config.environment == "production"


def is_published_login(member: Member) -> bool:
    """A sample person in a production installation, where that is no way in."""
    return is_sample_login(member.email) and are_published_refused()


def has_second_factor(member: Member) -> bool:
    """Signs in with a code, besides the password."""
    return member.totp_since is not None


def lacks_second_factor(member: Member, *, required: bool) -> bool:
    """Has to set it up before anything else. `required`: of the vendor's people, by configuration."""
    return required and is_staff(member) and not has_second_factor(member)


def is_suspended(member: Member, at: datetime | None = None) -> bool:
    return member.suspended_until is not None and member.suspended_until > (at or now())


def is_without_company(member: Member, at: datetime | None = None) -> bool:
    """Not shut out, but with nowhere to belong: left the company, or its contract is over."""
    return member.erased_at is None and not is_suspended(member, at) and not can_sign_in(member, at)


def has_ended(account: Account, on: date) -> bool:
    """The contract is over and so is the time to say farewell."""
    return account.contract_ended_on is not None and on > account.contract_ended_on + timedelta(days=FAREWELL_DAYS)


def is_over(account: Account, on: date) -> bool:
    """The last day of the contract is behind us. Its people may still read, and take what is theirs."""
    return is_past(account.contract_ended_on, on)


def is_past(last_day: date | None, on: date) -> bool:
    """`is_over` for those who have only the contract's last day at hand."""
    return last_day is not None and on > last_day


def farewell_day(member: Member, at: datetime | None = None) -> date | None:
    """The last day on which somebody whose company's contract is over can sign in; None for everybody else."""
    account = member.account
    if is_staff(member) or account is None or not is_over(account, day_at(at or now())):
        return None
    assert account.contract_ended_on is not None  # noqa: S101  said by is_over
    return account.contract_ended_on + timedelta(days=FAREWELL_DAYS)


def can_take_part(member: Member, at: datetime | None = None) -> bool:
    """Write, react, upload, invite; not once the contract is over."""
    return farewell_day(member, at) is None


# --- what a person may do


def can_see_scores(member: Member) -> bool:
    """Health scores are for the people who act on them; customers never see them."""
    return role_of(member) in CS_ROLES | MANAGING_ROLES


def can_see_profile(viewer: Member, member: Member) -> bool:
    """People see one another once they are inside; a prospect sees themselves and the vendor's people."""
    if member.erased_at is not None:
        return False
    return viewer.id == member.id or is_member(viewer) or is_staff(member)


def can_see_company_name(viewer: Member | None, account: Account) -> bool:
    """Own company, and everything for staff; other companies are shown by trade and size, unless they wish otherwise.

    Then members see the name, guests and prospects do not. The vendor is the host and known to everybody.
    """
    if account.kind == AccountKind.VENDOR:
        return True
    if viewer is None:
        return False
    return is_staff(viewer) or belongs_to(viewer, account) or (account.is_name_shown and is_member(viewer))


def can_grant_roles(member: Member) -> bool:
    return is_administrator(member)


def can_hold_role(member: Member, role: StaffRole) -> bool:
    """A moderator may be anybody's; whoever acts for the vendor is one of the vendor's people."""
    return role == StaffRole.MODERATOR or _is_of(member, AccountKind.VENDOR)


def can_suspend(member: Member, other: Member) -> bool:
    """The administrator's emergency brake; nobody pulls it on themselves."""
    return is_administrator(member) and member.id != other.id


def can_reset_second_factor(member: Member, other: Member) -> bool:
    """For somebody who has lost telephone and codes; one's own is switched off with the password and a code."""
    return is_administrator(member) and member.id != other.id and has_second_factor(other)


# --- companies


def can_see_own_company(member: Member) -> bool:
    """Read the company's own page and write to the vendor from it: its administrators, also when they say farewell."""
    return is_named_company_admin(member)


def can_share_company(member: Member, other: Member) -> bool:
    """Name a colleague as another administrator, or take it back; also one's own."""
    return member.account is not None and is_company_admin(member, member.account) and belongs_to(other, member.account)


def can_manage_companies(member: Member) -> bool:
    """Set up companies and see their people: community managers, CS, administrators."""
    return role_of(member) in MANAGING_ROLES | CS_ROLES


def can_manage_company(member: Member, account: Account) -> bool:
    """The vendor's own company only by administrators: who is in it is staff."""
    return is_administrator(member) if account.kind == AccountKind.VENDOR else can_manage_companies(member)


def can_transfer(member: Member, other: Member, to: Account | None) -> bool:
    """Move a person to another company (None: to none). The vendor's people, and into them, only administrators."""
    if is_administrator(member):
        return True
    into_vendor = to is not None and to.kind == AccountKind.VENDOR
    return can_manage_companies(member) and not is_staff(other) and not into_vendor


def would_strand_role(other: Member, to: Account | None) -> bool:
    """Whoever acts for the vendor is one of the vendor's people: such a role is taken away first."""
    return role_of(other) in STAFF_ROLES and (to is None or to.kind != AccountKind.VENDOR)


def can_begin_phase(newest: AccountPhase | None, from_day: date, today: date) -> bool:
    """The first phase may have begun at any time; later ones neither change the past nor go before a planned one."""
    return newest is None or from_day >= max(today, newest.from_day)
