"""What an account's score depends on besides its acts, by day: who is there, phase, policy, scale."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple, Self

import sqlalchemy as sa

from community.health.policies import Policies, PolicyVersion, list_policies
from community.health.presence import Roster
from community.health.rosters import Known, load_rosters
from models.accounts import Account, AccountKind, AccountPhase
from models.base import db, dialect_name, is_among, is_among_parameter, today, written_numbers
from models.health import AccountSnapshot
from models.projections import Projection

PROJECTION = "health"

__all__ = [
    "PROJECTION",
    "Customers",
    "Standing",
    "WrittenDay",
    "find_phase",
    "get_projection_position",
    "list_customer_ids",
    "load_customers",
    "load_phases",
    "recorded_before",
    "today",
    "version_floor",
]


class WrittenDay(NamedTuple):
    """Columns of AccountSnapshot that readings need."""

    day: date
    read_to: int
    policy_version: int
    segment: str
    stage: str
    scale: float
    behavior: float | None


@dataclass(frozen=True)
class Standing:
    """How an account is scored on a day: by which policy, in which segment and stage, on which scale."""

    day: date
    policy: PolicyVersion
    segment: str
    stage: str
    scale: float

    @classmethod
    def of_snapshot(cls, snapshot: AccountSnapshot | WrittenDay, policies: Policies) -> Self:
        """Return the standing as the snapshot recorded it, whatever has changed since."""
        policy = policies.by_version[snapshot.policy_version]
        return cls(snapshot.day, policy, snapshot.segment, snapshot.stage, snapshot.scale)


@dataclass(frozen=True)
class Customers:
    """Customers among the accounts asked for, with what decides whether and how they are scored on a day."""

    ends: dict[int, date | None]
    phases: dict[int, list[AccountPhase]]
    rosters: dict[int, Roster]
    policies: Policies
    read_to: int
    """The position of the health projection; 0 if none of the accounts is a customer."""

    @property
    def ids(self) -> list[int]:
        """The customers' ids, ascending."""
        return sorted(self.ends)

    def last_day(self, account_id: int, day: date) -> date:
        """Return `day`, or the last day of the contract if that was earlier: the score ends there."""
        end = self.ends[account_id]
        return day if end is None else min(day, end)

    def last_told_day(self, account_id: int, day: date) -> date:
        """Return `day`, or the last day of the contract and with a member if that was earlier: its figures are told."""
        return self.rosters[account_id].last_day_with_people(self.last_day(account_id, day))

    def first_day(self, account_id: int) -> date | None:
        """Return the first day with a reading; None while the account has no phase or never had a member."""
        phases, joined = self.phases.get(account_id), self.rosters[account_id].first_day
        return max(phases[0].from_day, joined) if phases and joined else None

    def phase_on(self, account_id: int, day: date) -> AccountPhase | None:
        """Return the account's segment and stage on a day; None before its first phase."""
        return find_phase(self.phases.get(account_id, ()), day)

    def standing(self, account_id: int, day: date) -> Standing | None:
        """Return how the account is scored on a day; None: no reading (判定不能), for lack of a member or a phase.

        Members are those of that day (rule 9): a company that everybody has left has no reading any more.
        """
        phase = self.phase_on(account_id, day)
        if phase is None or not self.rosters[account_id].present(day):
            return None
        policy = self.policies.in_force(day)
        return Standing(day, policy, phase.segment, phase.stage, policy.terms.scale_of(phase.segment))


def get_projection_position() -> int:
    """Return the position of the health projection; 0 before its first run."""
    return db.session.scalar(sa.select(Projection.position).where(Projection.name == PROJECTION)) or 0


def version_floor() -> int:
    """Return the version that new rows of scores have to exceed; 0 unless scores were deleted."""
    return db.session.scalar(sa.select(Projection.version_floor).where(Projection.name == PROJECTION)) or 0


def list_customer_ids() -> list[int]:
    """Return the ids of all customer accounts, ascending; partners, prospects and the vendor have no health."""
    return list(
        db.session.scalars(sa.select(Account.id).where(Account.kind == AccountKind.CUSTOMER).order_by(Account.id))
    )


def load_customers(account_ids: Collection[int], known: Known | None = None) -> Customers:
    """Return the customers among these accounts, with four queries at most, however many they are.

    Their people are those that were `known`; None: all that are known now.
    """
    ends: dict[int, date | None] = {}
    phases: dict[int, list[AccountPhase]] = {}
    read, asked = 0, {"account_ids": written_numbers(account_ids)}
    for account_id, end, place, phase in db.session.execute(_customers(dialect_name()), asked):
        ends[account_id], read = end, place or 0
        if phase is not None:
            phases.setdefault(account_id, []).append(phase)
    return Customers(ends, phases, load_rosters(list(ends), known), list_policies(), read)


def load_phases(account_ids: Collection[int]) -> dict[int, list[AccountPhase]]:
    """Return the phases of these accounts by account, earliest first, with one query."""
    phases: dict[int, list[AccountPhase]] = {}
    for phase in db.session.scalars(
        sa.select(AccountPhase).where(is_among(AccountPhase.account_id, account_ids)).order_by(AccountPhase.from_day)
    ):
        phases.setdefault(phase.account_id, []).append(phase)
    return phases


def find_phase(phases: Sequence[AccountPhase], day: date) -> AccountPhase | None:
    """Return the phase on a day, of one account's phases, earliest first; None before the first."""
    begun = bisect_right(phases, day, key=lambda phase: phase.from_day)
    return phases[begun - 1] if begun else None


@cache
def _customers(dialect: str) -> sa.Select[*tuple[Any, ...]]:
    """Return the query of customers: id, last day of the contract, how far health has read, a phase, earliest first."""
    place = sa.select(Projection.position).where(Projection.name == PROJECTION).scalar_subquery()
    chosen = sa.select(Account.id, Account.contract_ended_on, place, AccountPhase)
    chosen = chosen.outerjoin(AccountPhase, AccountPhase.account_id == Account.id)
    chosen = chosen.where(Account.kind == AccountKind.CUSTOMER, is_among_parameter(Account.id, "account_ids", dialect))
    return chosen.order_by(AccountPhase.from_day)


def recorded_before(customers: Customers, day: date, days: int) -> dict[int, float | None]:
    """Return the recorded behavior so many days before each account's last day, by account, with one query.

    Accounts without a snapshot of that day are missing.
    """
    then = {i: customers.last_day(i, day) - timedelta(days=days) for i in customers.ids}
    rows = db.session.execute(
        sa.select(AccountSnapshot.account_id, AccountSnapshot.day, AccountSnapshot.behavior).where(
            is_among(AccountSnapshot.account_id, then), AccountSnapshot.day.in_(set(then.values()))
        )
    )
    return {account_id: behavior for account_id, on, behavior in rows if then[account_id] == on}
