"""A person goes on at another company, from a day to come or from one that is over: then acts go with them.

scoring.md: an act belongs to the company that its person belonged to on the day of the act; a back-dated change of
membership reverses the acts after it and records them anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from community.accounts import memberships
from community.accounts.memberships import Move, Stay
from models.accounts import Account, AccountKind, Member, Membership
from models.base import db
from models.ledger import Signal, SignalKind

from .actions import record_anew

# What counts for less between colleagues: the kind for people of two companies, the kind inside one.
APART_AND_INSIDE = (
    (SignalKind.ANSWER_ACCEPTED, SignalKind.ANSWER_ACCEPTED_INSIDE),
    (SignalKind.REACTION_RECEIVED, SignalKind.REACTION_RECEIVED_INSIDE),
)
_APART = {kind: pair[0] for pair in APART_AND_INSIDE for kind in pair}
_INSIDE = dict(APART_AND_INSIDE)


@dataclass(frozen=True)
class MovedAct:
    """An act, and what it will be recorded as."""

    act: Signal
    account_id: int | None
    kind: SignalKind

    @property
    def changes_company(self) -> bool:
        """Otherwise it only counts as between other people than before: colleagues, or no longer."""
        return self.act.account_id != self.account_id


def plan(move: Move) -> list[MovedAct]:
    """What a move would do to the ledger; nothing for one that begins tomorrow or later."""
    return _moved_acts(move.member.id, move.from_day, move.stays)


def carry_out(move: Move, *, by: Member, reason: str) -> list[MovedAct]:
    """Write the memberships, and record anew the acts that they change. Both companies are then to be scored again."""
    memberships.hold(move.member)
    move = memberships.plan_move(move.member, move.account, move.from_day, is_company_admin=move.is_company_admin)
    memberships.carry_out(move, by=by, reason=reason)
    return follow(move.member, move.from_day)


def follow(member: Member, from_day: date) -> list[MovedAct]:
    """Record anew the person's acts since that day that lie with another company than theirs on the day."""
    stays = memberships.list_stays(member)
    moved = _moved_acts(member.id, from_day, stays)
    for each in moved:
        record_anew(each.act, each.account_id, each.kind)
    return moved


def _moved_acts(member_id: int, from_day: date, stays: Sequence[Stay]) -> list[MovedAct]:
    acts = _acts_of(member_id, from_day)
    companies = _Companies(acts, member_id, stays)
    planned = [MovedAct(act, companies.scored(act), companies.kind(act)) for act in acts]
    return [each for each in planned if each.changes_company or each.kind != each.act.kind]


def _acts_of(member_id: int, from_day: date) -> list[Signal]:
    """Acts by the person, and what they said of others' posts; those that were recorded anew only as they are now."""
    said = sa.and_(Signal.by_id == member_id, Signal.kind.in_(_APART))
    found = db.session.scalars(
        sa.select(Signal)
        .where(
            Signal.day >= from_day,
            Signal.root_id.is_(None),
            sa.or_(Signal.member_id == member_id, said),
        )
        .order_by(Signal.id)
    )
    newest = {act.moved_from_id or act.id: act for act in found}
    return list(newest.values())


class _Companies:
    """Who belonged where on the day of each act: the person who moves as planned, the others as it is written."""

    def __init__(self, acts: Sequence[Signal], member_id: int, stays: Sequence[Stay]) -> None:
        others = {i for act in acts for i in (act.member_id, act.by_id) if i is not None} - {member_id}
        self._stays: dict[int, list[Stay]] = {member_id: list(stays)}
        for row in _memberships_of(others):
            self._stays.setdefault(row.member_id, []).append(Stay.of(row))
        ids = {stay.account_id for some in self._stays.values() for stay in some}
        self._vendors = set(
            db.session.scalars(sa.select(Account.id).where(Account.id.in_(ids), Account.kind == AccountKind.VENDOR))
        )

    def scored(self, act: Signal) -> int | None:
        """Whose act it is; acts of the vendor's people are nobody's."""
        company = self._on(act.member_id, act.day)
        return None if company in self._vendors else company

    def kind(self, act: Signal) -> SignalKind:
        apart = _APART.get(act.kind)
        if apart is None or act.by_id is None:
            return SignalKind(act.kind)
        is_inside = self._on(act.member_id, act.day) == self._on(act.by_id, act.day)
        return _INSIDE[apart] if is_inside else apart

    def _on(self, member_id: int, day: date) -> int | None:
        return next((stay.account_id for stay in self._stays.get(member_id, ()) if stay.covers(day)), None)


def _memberships_of(member_ids: Iterable[int]) -> Sequence[Membership]:
    return db.session.scalars(sa.select(Membership).where(Membership.member_id.in_(set(member_ids)))).all()
