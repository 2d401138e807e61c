"""When a role of the vendor's ends: on the day on which its holder leaves the vendor, whichever was said first.

The day is written beside the role, so that the role counts no more from that day's first moment; nothing has to run
then. The day's job takes the role out of the row and writes that into the audit log.
"""

from datetime import date

import sqlalchemy as sa

from community import audit, realtime
from community.accounts import indexing, rules
from models.accounts import Account, AccountKind, Member, Membership
from models.base import db, today


def find_role_end(member: Member) -> date | None:
    """Return the first day from today on on which the person does not belong to the vendor; None if they never leave.

    None also for a person without any membership: `create-admin` makes somebody before there is a company.
    """
    periods = db.session.execute(
        sa.select(Membership.from_day, Membership.until_day, Account.kind)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.member_id == member.id)
        .order_by(Membership.from_day)
    ).all()
    if not periods:
        return None
    held = max(today(), periods[0].from_day)
    for period in periods:
        if period.until_day is not None and period.until_day <= held:
            continue
        if period.from_day > held or period.kind != AccountKind.VENDOR:
            break
        if period.until_day is None:
            return None
        held = period.until_day
    return held


def set_role_end(member: Member) -> None:
    """Write when the person's role ends; call it after the role or the memberships changed. The member must be locked.

    A role whose day is over is taken first: a later return to the vendor does not bring it back.
    """
    db.session.flush()
    db.session.refresh(member, ["staff_role", "role_until"])
    if is_role_over(member):
        _take_role(member)
    elif member.staff_role in rules.STAFF_ROLES:
        member.role_until = find_role_end(member)
        if is_role_over(member):
            _take_role(member)
    else:
        member.role_until = None
    db.session.flush()


def revoke_ended_roles() -> int:
    """Take the roles whose last day is over, and return how many. Idempotent."""
    ended = sa.select(Member).where(Member.role_until <= today()).order_by(Member.id).with_for_update(of=Member)
    people = db.session.scalars(ended.execution_options(populate_existing=True)).all()
    for member in people:
        _take_role(member)
    if people:
        indexing.index_members(*people)
    return len(people)


def is_role_over(member: Member) -> bool:
    """Return whether the row holds a role that counts no more, since its holder has left the vendor."""
    return member.staff_role is not None and rules.role_of(member) is None


def _take_role(member: Member) -> None:
    before, member.staff_role, member.role_until = member.staff_role, None, None
    audit.record(
        None,
        "member.lose_role",
        "member",
        member.id,
        before={"staff_role": before},
        after={"staff_role": None},
    )
    db.session.flush()
    realtime.reauthorise(f"member:{member.id}")
