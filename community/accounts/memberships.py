"""Where a person belongs from which day on: one company after another, with gaps, never two at a time.

A move says what holds from a day on, whatever was written for later days before. So a wrong move is mended by another
one, and what is planned is replaced by what is planned instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import sqlalchemy as sa

from community import audit, realtime
from models.accounts import Account, Member, Membership
from models.base import db


@dataclass(frozen=True)
class Stay:
    """A person's time at a company; `until_day` no longer belongs to it."""

    account_id: int
    from_day: date
    until_day: date | None = None
    is_company_admin: bool = False

    @classmethod
    def of(cls, membership: Membership) -> Self:
        return cls(
            membership.account_id,
            membership.from_day,
            membership.until_day,
            is_company_admin=membership.is_company_admin,
        )

    def covers(self, day: date) -> bool:
        return self.from_day <= day and (self.until_day is None or day < self.until_day)


@dataclass(frozen=True)
class Move:
    """A person belongs to the company (None: to none) from that day on; `stays` is everything as it will be."""

    member: Member
    account: Account | None
    from_day: date
    is_company_admin: bool
    before: tuple[Stay, ...]
    stays: tuple[Stay, ...]

    @property
    def replaced(self) -> list[Stay]:
        """Stays that began on that day or later, or were to: they will not have been."""
        return [stay for stay in self.before if stay.from_day >= self.from_day]

    @property
    def changes_nothing(self) -> bool:
        return self.before == self.stays


def list_stays(member: Member) -> list[Stay]:
    """In order."""
    own = sa.select(Membership).where(Membership.member_id == member.id).order_by(Membership.from_day)
    return [Stay.of(row) for row in db.session.scalars(own.execution_options(populate_existing=True))]


def plan_move(member: Member, account: Account | None, from_day: date, *, is_company_admin: bool = False) -> Move:
    """Work out what the move means, and write nothing."""
    before = list_stays(member)
    after = _cut(before, from_day)
    if account is not None:
        stay = Stay(account.id, from_day, is_company_admin=is_company_admin)
        last = after[-1] if after else None
        if last is not None and last.account_id == account.id and last.until_day == from_day:
            # They never left.
            after[-1] = Stay(account.id, last.from_day, is_company_admin=is_company_admin)
        else:
            after.append(stay)
    return Move(member, account, from_day, is_company_admin, tuple(before), tuple(after))


def _cut(stays: Sequence[Stay], day: date) -> list[Stay]:
    """What was before that day, ended by it."""
    kept: list[Stay] = []
    for stay in stays:
        if stay.from_day < day:
            until = day if stay.until_day is None else min(stay.until_day, day)
            kept.append(Stay(stay.account_id, stay.from_day, until, is_company_admin=stay.is_company_admin))
    return kept


def hold(member: Member) -> None:
    """Two moves of one person at once follow one another, and no act of theirs is recorded in between."""
    db.session.execute(sa.select(Member.id).where(Member.id == member.id).with_for_update())


def carry_out(move: Move, *, by: Member, reason: str) -> None:
    """Write the stays as they will be. The person must be held, and the move planned since then."""
    member = move.member
    db.session.execute(sa.delete(Membership).where(Membership.member_id == member.id))
    db.session.expire(member, ["membership", "memberships"])
    db.session.add_all(
        Membership(
            member_id=member.id,
            account_id=stay.account_id,
            from_day=stay.from_day,
            until_day=stay.until_day,
            is_company_admin=stay.is_company_admin,
        )
        for stay in move.stays
    )
    db.session.flush()
    db.session.refresh(member, ["membership"])
    audit.record(
        by.id,
        "member.move",
        "member",
        member.id,
        before={"stays": [_plain(stay) for stay in move.before]},
        after={"stays": [_plain(stay) for stay in move.stays]},
        reason=reason,
    )
    realtime.rights_changed(f"member:{member.id}")


def _plain(stay: Stay) -> dict[str, object]:
    """As JSON can keep it."""
    return {
        "account_id": stay.account_id,
        "from_day": stay.from_day.isoformat(),
        "until_day": stay.until_day.isoformat() if stay.until_day else None,
        "is_company_admin": stay.is_company_admin,
    }
