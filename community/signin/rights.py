"""Actions of administrators on people: roles, administrators of companies, suspensions."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from flask import current_app

from community import audit
from community.accounts import actions, memberships, queries, rules
from community.signin import credentials
from models.accounts import Account, Member, StaffRole
from models.base import db


class LastAdministratorError(Exception):
    """Without this person no administrator would be left who can sign in."""


class LostRightError(Exception):
    """The acting person has lost the right meanwhile, by somebody who acted at the same time."""


class UnfitRoleError(ValueError):
    """A role of the vendor's for somebody who is not one of the vendor's people."""


class OwnSuspensionError(ValueError):
    """A person would suspend themselves."""


def give_role(member: Member, role: StaffRole | None, *, by: Member, reason: str) -> None:
    """Give a staff role, or take it away with None. Raises LastAdministratorError, UnfitRoleError, LostRightError."""
    administrators = lock_rights(member)
    if role is not None and not rules.can_hold_role(member, role):
        raise UnfitRoleError(role)
    if role != StaffRole.ADMINISTRATOR:
        _require_other_administrator(administrators, member)
    _recheck_right(by, rules.can_grant_roles)
    actions.grant_role(member, role, by=by, reason=reason)


def set_company_admin(member: Member, account: Account, *, is_admin: bool, by: Member) -> bool:
    """Make the member an administrator of their company, or no longer. Return whether they still belong to it.

    If not, nothing is written: a transfer at the same time comes first or after, and nobody becomes administrator of a
    company that was not meant.
    """
    memberships.lock_member(member)
    if member.membership is not None:
        db.session.expire(member.membership)
    db.session.refresh(member, ["membership"])
    membership = member.membership
    if membership is None or not rules.belongs_to(member, account):
        return False
    if membership.is_company_admin == is_admin:
        return True
    memberships.name_company_admin(member, is_admin=is_admin)
    about = {"account_id": membership.account_id}
    audit.record(
        by.id,
        "member.set_company_admin",
        "member",
        member.id,
        before={**about, "is_company_admin": not is_admin},
        after={**about, "is_company_admin": is_admin},
    )
    return True


def share_company(member: Member, account: Account, *, is_admin: bool, by: Member) -> bool:
    """Let a company's administrator name another one, or take that back. Return whether they still belong to it.

    One administrator who can sign in must remain. Raises LastAdministratorError, LostRightError.
    """
    db.session.execute(sa.select(Account.id).where(Account.id == account.id).with_for_update(key_share=True))
    db.session.refresh(member, ["membership"])
    others = [each for each in queries.list_company_admins(account.id) if each.id != member.id]
    if not is_admin and not any(rules.can_sign_in(each) for each in others):
        raise LastAdministratorError
    _recheck_right(by, lambda person: rules.is_company_admin(person, account))
    return set_company_admin(member, account, is_admin=is_admin, by=by)


def suspend(member: Member, through: date, *, by: Member, reason: str) -> None:
    """Suspend the member until that day is over: sessions, known devices and open pages end at once.

    Raises OwnSuspensionError, LastAdministratorError, LostRightError.
    """
    if member.id == by.id:
        raise OwnSuspensionError
    _require_other_administrator(lock_rights(member), member)
    _recheck_right(by, rules.can_grant_roles)
    _set_suspension(member, end_of(through), "member.suspend", by, reason)
    credentials.sign_out_everywhere(member, by=by)


def lift_suspension(member: Member, *, by: Member, reason: str) -> None:
    """End the suspension before its time; nothing happens without one. The member must be locked.

    Raises LostRightError.
    """
    _recheck_right(by, rules.can_grant_roles)
    if rules.is_suspended(member):
        _set_suspension(member, None, "member.lift_suspension", by, reason)


def end_of(day: date) -> datetime:
    """Return the instant at which the day is over in the community's time zone."""
    return datetime.combine(day + timedelta(days=1), time.min, current_app.config["COMMUNITY_ZONE"])


def _set_suspension(member: Member, until: datetime | None, action: str, by: Member, reason: str) -> None:
    before, member.suspended_until = member.suspended_until, until
    db.session.flush()
    audit.record(
        by.id,
        action,
        "member",
        member.id,
        before={"suspended_until": before.isoformat() if before else None},
        after={"suspended_until": until.isoformat() if until else None},
        reason=reason,
    )


def lock_rights(member: Member) -> Sequence[Member]:
    """Lock the member and every administrator, and return the administrators as they are now.

    In one order, so that two administrators at once follow one another.
    """
    held = db.session.scalars(
        sa.select(Member)
        .where(sa.or_(Member.staff_role == StaffRole.ADMINISTRATOR, Member.id == member.id))
        .order_by(Member.id)
        .with_for_update(of=Member, key_share=True)
        .execution_options(populate_existing=True)
    )
    return [person for person in held if rules.is_administrator(person)]


def _recheck_right(by: Member, rule: Callable[[Member], bool]) -> None:
    """Raise LostRightError if the acting person has lost the right since the view asked, before anything was locked."""
    if by.membership is not None:
        db.session.expire(by.membership)
    db.session.refresh(by, ["staff_role", "suspended_until", "membership"])
    if not (rule(by) and rules.can_sign_in(by)):
        raise LostRightError


def _require_other_administrator(administrators: Sequence[Member], member: Member) -> None:
    """Raise LastAdministratorError if the member is the last administrator who can sign in and is not to leave."""
    others = [
        person
        for person in administrators
        if person.id != member.id and rules.can_sign_in(person) and person.role_until is None
    ]
    if rules.is_administrator(member) and not others:
        raise LastAdministratorError
