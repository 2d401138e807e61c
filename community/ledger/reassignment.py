"""Reassigns acts when a member changes company: after a past day, they are recorded anew.

scoring.md: an act belongs to the company that its member belonged to on the day of the act; a back-dated change of
membership reverses the acts after that day and records them anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from community.accounts import memberships
from community.accounts.memberships import MembershipPeriod, Transfer
from community.companies.families import list_topmost_parents
from models.accounts import Account, AccountKind, Member, Membership
from models.base import db
from models.ledger import Signal, SignalKind

from .actions import record_anew

# Kinds that count for less between colleagues: the kind between two companies, and the kind inside one.
APART_AND_INSIDE = (
    (SignalKind.ANSWER_ACCEPTED, SignalKind.ANSWER_ACCEPTED_INSIDE),
    (SignalKind.REACTION_RECEIVED, SignalKind.REACTION_RECEIVED_INSIDE),
)
_APART = {kind: pair[0] for pair in APART_AND_INSIDE for kind in pair}
_INSIDE = dict(APART_AND_INSIDE)


@dataclass(frozen=True)
class ReassignedAct:
    """An act, and the company and kind it will be recorded with."""

    act: Signal
    account_id: int | None
    kind: SignalKind

    @property
    def changes_company(self) -> bool:
        """Whether the act changes company; if not, it changes only its kind, for colleagues or for others."""
        return self.act.account_id != self.account_id


def plan(transfer: Transfer) -> list[ReassignedAct]:
    """Return the acts that a transfer would record anew; none if it begins tomorrow or later."""
    return _reassigned_acts(transfer)


def carry_out(transfer: Transfer, *, by: Member, reason: str) -> list[ReassignedAct]:
    """Write the memberships, record their acts anew and return those acts. Then both companies need a new score."""
    memberships.lock_member(transfer.member)
    transfer = memberships.plan_transfer(
        transfer.member, transfer.account, transfer.from_day, is_company_admin=transfer.is_company_admin
    )
    memberships.carry_out_transfer(transfer, by=by, reason=reason)
    return follow(transfer)


def follow(transfer: Transfer) -> list[ReassignedAct]:
    """Record anew the acts that belong to another company since this transfer, which is written. Return them."""
    moved = _reassigned_acts(transfer)
    for each in moved:
        record_anew(each.act, each.account_id, each.kind)
    return moved


def _reassigned_acts(transfer: Transfer) -> list[ReassignedAct]:
    acts = _acts_of(transfer.member.id, transfer.from_day)
    companies = _Companies(acts, transfer)
    planned = [ReassignedAct(act, companies.scored(act), companies.kind(act)) for act in acts]
    return [each for each in planned if each.changes_company or each.kind != each.act.kind]


def _acts_of(member_id: int, from_day: date) -> list[Signal]:
    """Return acts by the member, and others' acts that the member caused; of acts recorded anew the newest only."""
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
    """Who belonged where on the day of each act: the transferred member as planned, the others as stored."""

    def __init__(self, acts: Sequence[Signal], transfer: Transfer) -> None:
        others = {i for act in acts for i in (act.member_id, act.by_id) if i is not None} - {transfer.member.id}
        stays: dict[int | None, list[MembershipPeriod]] = {}
        for row in _memberships_of(others):
            stays.setdefault(row.member_id, []).append(MembershipPeriod.of(row))
        self._before = {**stays, transfer.member.id: list(transfer.before)}
        self._after = {**stays, transfer.member.id: list(transfer.periods)}
        ids = {period.account_id for some in self._after.values() for period in some}
        self._vendors = set(
            db.session.scalars(sa.select(Account.id).where(Account.id.in_(ids), Account.kind == AccountKind.VENDOR))
        )
        self._topmost = list_topmost_parents(ids)

    def scored(self, act: Signal) -> int | None:
        """Return the company of an act's member on its day; None for the vendor's and without one."""
        company = _company_on(self._after, act.member_id, act.day)
        return None if company in self._vendors else company

    def kind(self, act: Signal) -> SignalKind:
        """Return the kind that the act has with its two members' companies of that day, or families of today.

        An act whose companies stay keeps its kind: parents that changed since then record nothing anew.
        """
        apart = _APART.get(act.kind)
        before, after = (
            [_company_on(stays, member_id, act.day) for member_id in (act.member_id, act.by_id)]
            for stays in (self._before, self._after)
        )
        if apart is None or act.by_id is None or before == after:
            return SignalKind(act.kind)
        one, other = (self._topmost[company] if company is not None else None for company in after)
        return _INSIDE[apart] if one == other else apart


def _company_on(stays: dict[int | None, list[MembershipPeriod]], member_id: int | None, day: date) -> int | None:
    return next((period.account_id for period in stays.get(member_id, ()) if period.covers(day)), None)


def _memberships_of(member_ids: Iterable[int]) -> Sequence[Membership]:
    return db.session.scalars(sa.select(Membership).where(Membership.member_id.in_(set(member_ids)))).all()
