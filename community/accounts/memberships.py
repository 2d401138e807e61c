"""Where a person belongs from which day on: one company after another, with gaps, never two at a time.

A move says what holds from a day on, whatever was written for later days before. So a wrong move is mended by another
one, and what is planned is replaced by what is planned instead.
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
    """A person belongs to exactly one company at a time, and somebody asked for two."""


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

    def company_on(self, day: date) -> int | None:
        """Return the id of the company that the person will have belonged to on that day; None: to none."""
        return next((stay.account_id for stay in self.stays if stay.covers(day)), None)

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
    write(move.member, move.stays)
    audit.record(
        by.id,
        "member.move",
        "member",
        move.member.id,
        before={"stays": [_plain(stay) for stay in move.before]},
        after={"stays": [_plain(stay) for stay in move.stays]},
        reason=reason,
    )


def join(member: Member, account: Account, from_day: date, *, is_company_admin: bool = False) -> None:
    """From that day on the person belongs to the company; what was planned for later is dropped.

    Raises BelongsElsewhereError where they belong to a company on that day or after it already.
    """
    hold(member)
    before = _without_plans(list_stays(member), today())
    if any(stay.until_day is not None and stay.until_day > from_day for stay in before):
        raise BelongsElsewhereError(f"member {member.id} belongs to a company after {from_day}")
    write(member, [*_ended(member, before, from_day), Stay(account.id, from_day, is_company_admin=is_company_admin)])


def name_company_admin(member: Member, *, is_admin: bool) -> None:
    """Let somebody look after the people of the company they belong to today, or no longer. They belong to one."""
    assert member.membership is not None  # noqa: S101  the caller has looked
    member.membership.is_company_admin = is_admin
    db.session.flush()
    realtime.rights_changed(f"member:{member.id}")


def write(member: Member, stays: Sequence[Stay]) -> None:
    """Make these the person's memberships. Nothing else writes them, so that nothing that follows is forgotten.

    That is who finds the person, today and on the days to come, what their open pages may hear, and when a role of the
    vendor's ends. The person must be held.
    """
    own = sa.select(Membership).where(Membership.member_id == member.id).order_by(Membership.from_day)
    there = {row.from_day: row for row in db.session.scalars(own.execution_options(populate_existing=True))}
    for day in there.keys() - {stay.from_day for stay in stays}:
        db.session.delete(there.pop(day))
    db.session.flush()
    # Those that end first: of one person one may be open at a time, at every moment.
    for stay in sorted(stays, key=lambda stay: (stay.until_day is None, stay.from_day)):
        row = there.get(stay.from_day) or Membership(member_id=member.id, from_day=stay.from_day)
        row.account_id, row.until_day = stay.account_id, stay.until_day
        row.is_company_admin = stay.is_company_admin
        db.session.add(row)
        db.session.flush()
        db.session.expire(row)  # its company may be another one
    db.session.expire(member, ["membership", "memberships"])
    db.session.refresh(member, ["membership"])
    roles.set_end(member)
    indexing.index_members(member)
    realtime.rights_changed(f"member:{member.id}")


def announce_changes_of(day: date) -> int:
    """Have everything that is kept or open be asked anew of whose membership begins or ends on the day; how many.

    What was planned begins without anybody writing anything: nothing else would say so.
    """
    is_turn = sa.or_(Membership.from_day == day, Membership.until_day == day)
    turned = db.session.scalars(sa.select(Membership.member_id).where(is_turn).distinct()).all()
    for member_id in turned:
        realtime.rights_changed(f"member:{member_id}")
    if turned:
        public.changes()
    return len(turned)


def _without_plans(stays: Sequence[Stay], day: date) -> list[Stay]:
    """What was to begin later gives way to what begins now; who was to leave for it stays."""
    begun = [stay for stay in stays if stay.from_day <= day]
    if len(begun) == len(stays):
        return begun
    return [
        replace(stay, until_day=None) if stay.until_day is not None and stay.until_day > day else stay for stay in begun
    ]


def _ended(member: Member, stays: Sequence[Stay], day: date) -> list[Stay]:
    """The same with the one that is open ended on that day; it is gone where it has not covered a day."""
    if any(stay.until_day is None and stay.from_day > day for stay in stays):
        raise BelongsElsewhereError(f"member {member.id} joined a company after {day}")
    return [
        replace(stay, until_day=day) if stay.until_day is None else stay
        for stay in stays
        if stay.until_day is not None or stay.from_day < day
    ]


def _plain(stay: Stay) -> dict[str, object]:
    """As JSON can keep it."""
    return {
        "account_id": stay.account_id,
        "from_day": stay.from_day.isoformat(),
        "until_day": stay.until_day.isoformat() if stay.until_day else None,
        "is_company_admin": stay.is_company_admin,
    }
