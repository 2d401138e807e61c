"""When a role of the vendor's ends: on the day on which its holder leaves the vendor, whichever of both was said first.

The day is written beside the role, so that the role counts no more from that day's first moment; nothing has to run
then. What the day's job does is to take the role out of the row and to write that down.
"""

from datetime import date

import sqlalchemy as sa

from community import audit, realtime
from community.accounts import indexing, rules
from models.accounts import Account, AccountKind, Member, Membership
from models.base import db, today


def find_role_end(member: Member) -> date | None:
    """Return the first day from today on on which the person is not of the vendor; None where they stay.

    Who has not belonged anywhere yet is not leaving: `create-admin` makes somebody before there is a company.
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
    """Write down when the person's role ends; after the role or the memberships changed. The person must be held.

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


def take_ended_roles() -> int:
    """Take the roles whose day has come; return how many. Done twice, it is done once."""
    ended = sa.select(Member).where(Member.role_until <= today()).order_by(Member.id).with_for_update(of=Member)
    people = db.session.scalars(ended.execution_options(populate_existing=True)).all()
    for member in people:
        _take_role(member)
    if people:
        indexing.index_members(*people)
    return len(people)


def is_role_over(member: Member) -> bool:
    """Whether the person has left the vendor by today, and their role with it."""
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
    realtime.rights_changed(f"member:{member.id}")
