"""Membership periods: people belong to one company after another, with gaps, never to two at a time.

A transfer says what holds from a day on, whatever was written for later days before. So a wrong transfer is mended by
another one, and what is planned is replaced by what is planned instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import sqlalchemy as sa

from community import audit, public, realtime
from community.accounts import indexing, roles
from models.accounts import Account, Member, Membership
from models.base import db, today


class BelongsElsewhereError(ValueError):
    """The person belongs to another company on that day or later; nobody belongs to two at a time."""


@dataclass(frozen=True)
class MembershipPeriod:
    """A period of a person's membership in a company; `until_day` is the first day after it."""

    account_id: int
    from_day: date
    until_day: date | None = None
    is_company_admin: bool = False

    @classmethod
    def of(cls, membership: Membership) -> Self:
        """Return the period that the row holds."""
        return cls(
            membership.account_id,
            membership.from_day,
            membership.until_day,
            is_company_admin=membership.is_company_admin,
        )

    def covers(self, day: date) -> bool:
        """Return whether the day lies in the period."""
        return self.from_day <= day and (self.until_day is None or day < self.until_day)


@dataclass(frozen=True)
class Transfer:
    """A person belongs to the company (None: to none) from that day on.

    `before` and `periods` are all membership periods as they are and as they will be.
    """

    member: Member
    account: Account | None
    from_day: date
    is_company_admin: bool
    before: tuple[MembershipPeriod, ...]
    periods: tuple[MembershipPeriod, ...]

    @property
    def replaced(self) -> list[MembershipPeriod]:
        """The periods that began on that day or later: the transfer deletes them."""
        return [period for period in self.before if period.from_day >= self.from_day]

    def company_on(self, day: date) -> int | None:
        """Return the id of the company that the person will have belonged to on that day, or None."""
        return next((period.account_id for period in self.periods if period.covers(day)), None)

    @property
    def changes_nothing(self) -> bool:
        """Whether the periods stay as they are."""
        return self.before == self.periods


def list_periods(member: Member) -> list[MembershipPeriod]:
    """Return all membership periods of the member, earliest first."""
    own = sa.select(Membership).where(Membership.member_id == member.id).order_by(Membership.from_day)
    return [MembershipPeriod.of(row) for row in db.session.scalars(own.execution_options(populate_existing=True))]


def plan_transfer(
    member: Member, account: Account | None, from_day: date, *, is_company_admin: bool = False
) -> Transfer:
    """Return the transfer with all periods that it leads to. Writes nothing."""
    before = list_periods(member)
    after = _cut_at(before, from_day)
    if account is not None:
        period = MembershipPeriod(account.id, from_day, is_company_admin=is_company_admin)
        last = after[-1] if after else None
        if last is not None and last.account_id == account.id and last.until_day == from_day:
            # They never left.
            after[-1] = MembershipPeriod(account.id, last.from_day, is_company_admin=is_company_admin)
        else:
            after.append(period)
    return Transfer(member, account, from_day, is_company_admin, tuple(before), tuple(after))


def _cut_at(periods: Sequence[MembershipPeriod], day: date) -> list[MembershipPeriod]:
    """Return the periods that began before that day, ended by that day at the latest."""
    kept: list[MembershipPeriod] = []
    for period in periods:
        if period.from_day < day:
            until = day if period.until_day is None else min(period.until_day, day)
            kept.append(
                MembershipPeriod(period.account_id, period.from_day, until, is_company_admin=period.is_company_admin)
            )
    return kept


def lock_member(member: Member) -> None:
    """Lock the member's row: transfers follow one another, and none of the member's acts is recorded meanwhile."""
    db.session.execute(sa.select(Member.id).where(Member.id == member.id).with_for_update())


def hold_writing(member: Member) -> None:
    """Take the lock (FOR NO KEY UPDATE) that the member's own posts take, so that they write nothing meanwhile.

    Acts of others in which the member is named go on; `lock_member` (FOR UPDATE) holds those as well.
    """
    db.session.execute(sa.select(Member.id).where(Member.id == member.id).with_for_update(key_share=True))


def carry_out_transfer(transfer: Transfer, *, by: Member, reason: str) -> None:
    """Write the membership periods of the transfer, with an entry in the audit log.

    The member must have been locked (`lock_member`) before the transfer was planned.
    """
    write_periods(transfer.member, transfer.periods)
    audit.record(  # "move" and "stays" are words of entries that are stored
        by.id,
        "member.move",
        "member",
        transfer.member.id,
        before={"stays": [_as_json(period) for period in transfer.before]},
        after={"stays": [_as_json(period) for period in transfer.periods]},
        reason=reason,
    )


def join(member: Member, account: Account, from_day: date, *, is_company_admin: bool = False) -> None:
    """Make the person a member of the company from that day on; planned periods are dropped.

    Raises BelongsElsewhereError where they belong to a company on that day or after it already.
    """
    lock_member(member)
    before = _without_plans(list_periods(member), today())
    if any(period.until_day is not None and period.until_day > from_day for period in before):
        raise BelongsElsewhereError(f"member {member.id} belongs to a company after {from_day}")
    write_periods(
        member,
        [
            *_end_open_period(member, before, from_day),
            MembershipPeriod(account.id, from_day, is_company_admin=is_company_admin),
        ],
    )


def name_company_admin(member: Member, *, is_admin: bool) -> None:
    """Make the member an administrator of their company, or no longer. They must belong to one today."""
    assert member.membership is not None  # noqa: S101  the caller has looked
    member.membership.is_company_admin = is_admin
    db.session.flush()
    realtime.reauthorise(f"member:{member.id}")


def write_periods(member: Member, periods: Sequence[MembershipPeriod]) -> None:
    """Replace the person's memberships by these periods. The member must be locked.

    Nothing else writes memberships, because more follows from them: who finds the person today and on the days to come,
    what their open pages may hear, and when a role of the vendor's ends.
    """
    own = sa.select(Membership).where(Membership.member_id == member.id).order_by(Membership.from_day)
    there = {row.from_day: row for row in db.session.scalars(own.execution_options(populate_existing=True))}
    for day in there.keys() - {period.from_day for period in periods}:
        db.session.delete(there.pop(day))
    db.session.flush()
    # Those that end first: of one person one may be open at a time, at every moment.
    for period in sorted(periods, key=lambda period: (period.until_day is None, period.from_day)):
        row = there.get(period.from_day) or Membership(member_id=member.id, from_day=period.from_day)
        row.account_id, row.until_day = period.account_id, period.until_day
        row.is_company_admin = period.is_company_admin
        db.session.add(row)
        db.session.flush()
        db.session.expire(row)  # its company may be another one
    db.session.expire(member, ["membership", "memberships"])
    db.session.refresh(member, ["membership"])
    roles.set_role_end(member)
    indexing.index_members(member)
    realtime.reauthorise(f"member:{member.id}")


def announce_changes_of(day: date) -> int:
    """Tell open pages and caches about everybody whose membership begins or ends on the day. Return how many.

    A planned membership begins without a write, so nothing else would announce it.
    """
    is_turn = sa.or_(Membership.from_day == day, Membership.until_day == day)
    turned = db.session.scalars(sa.select(Membership.member_id).where(is_turn).distinct()).all()
    for member_id in turned:
        realtime.reauthorise(f"member:{member_id}")
    if turned:
        public.touch_everything()
    return len(turned)


def _without_plans(periods: Sequence[MembershipPeriod], day: date) -> list[MembershipPeriod]:
    """Return the periods without those that begin after the day; the one that was to end for them is open again."""
    begun = [period for period in periods if period.from_day <= day]
    if len(begun) == len(periods):
        return begun
    return [
        replace(period, until_day=None) if period.until_day is not None and period.until_day > day else period
        for period in begun
    ]


def _end_open_period(member: Member, periods: Sequence[MembershipPeriod], day: date) -> list[MembershipPeriod]:
    """Return the periods with the open one ended on that day, or dropped where it has not covered a day.

    Raises BelongsElsewhereError if the open one begins after that day.
    """
    if any(period.until_day is None and period.from_day > day for period in periods):
        raise BelongsElsewhereError(f"member {member.id} joined a company after {day}")
    return [
        replace(period, until_day=day) if period.until_day is None else period
        for period in periods
        if period.until_day is not None or period.from_day < day
    ]


def _as_json(period: MembershipPeriod) -> dict[str, object]:
    """Return the period as JSON can hold it."""
    return {
        "account_id": period.account_id,
        "from_day": period.from_day.isoformat(),
        "until_day": period.until_day.isoformat() if period.until_day else None,
        "is_company_admin": period.is_company_admin,
    }
