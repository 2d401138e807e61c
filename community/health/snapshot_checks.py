"""Computes stored snapshots again, each under the rules that it was taken under, and finds what does not agree."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.health.counting import ledger_counts
from community.health.momentum import momentum
from community.health.policies import Policies, PolicyVersion, list_policies
from community.health.presence import Roster
from community.health.rosters import Known, load_rosters
from community.health.rules import Points, behavior_of, points_of
from community.health.situations import Standing, find_phase, load_phases
from community.health.snapshots import Recorded, assess_day, snapshot_columns, standing_columns
from models.accounts import AccountPhase
from models.base import db
from models.health import AccountSnapshot
from models.ledger import Signal, SignalSequence
from models.records import AccountRecord, MembershipRecord

WRONG = "cannot be computed again"


class SnapshotFault(NamedTuple):
    """A snapshot that does not agree, or the first of several days that lack one. `problem`: for the operator."""

    account_id: int
    day: date
    problem: str


def list_snapshot_faults() -> Iterator[SnapshotFault]:
    """Yield the snapshots that are not equal, to the last bit, when computed again under their own rules.

    Also days between two snapshots of an account that had a reading and have no snapshot.
    """
    policies = list_policies()
    account_records = db.session.scalars(sa.select(AccountRecord.id).order_by(AccountRecord.id)).all()
    chosen = sa.select(AccountSnapshot.account_id).distinct().order_by(AccountSnapshot.account_id)
    for account_id in db.session.scalars(chosen).all():
        yield from _list_faults_of(_Sources.load(account_id, policies, account_records))


@dataclass(frozen=True)
class _Sources:
    """What one account's snapshots are computed from. Every state of it is read once, however many days it lasted."""

    account_id: int
    policies: Policies
    phases: Sequence[AccountPhase]
    acts: Sequence[int]
    """Sequence numbers at which the account's acts changed, ascending."""
    membership_records: Sequence[int]
    """Ids of the records of everybody who was ever recorded with the account, ascending."""
    account_records: Sequence[int]
    """Ids of all records of companies, ascending: a parent's parent may be any."""
    recorded: Recorded = field(default_factory=dict)
    points: dict[tuple[int, int], Points] = field(default_factory=dict)
    rosters: dict[tuple[int, int], Roster] = field(default_factory=dict)

    @classmethod
    def load(cls, account_id: int, policies: Policies, account_records: Sequence[int]) -> "_Sources":
        phases = load_phases([account_id]).get(account_id, [])
        acts = sa.select(SignalSequence.seq).join(Signal).where(Signal.account_id == account_id)
        record = MembershipRecord
        theirs = sa.select(record.member_id).where(record.account_id == account_id)
        records = sa.select(record.id).where(record.member_id.in_(theirs)).order_by(record.id)
        acts, records = (db.session.scalars(chosen).all() for chosen in (acts.order_by(SignalSequence.seq), records))
        return cls(account_id, policies, phases, acts, records, account_records)

    def standing(self, day: date) -> Standing | None:
        """Return how the day is scored: phases and policies of days that are over never change."""
        phase, policy = find_phase(self.phases, day), self.policies.in_force(day)
        if phase is None:
            return None
        return Standing(day, policy, phase.segment, phase.stage, policy.terms.scale_of(phase.segment))

    def points_at(self, read_to: int, policy: PolicyVersion) -> Points:
        """Return the points of the acts that stood as of a sequence number."""
        state = (bisect_right(self.acts, read_to), policy.version)
        if state not in self.points:
            self.points[state] = points_of(ledger_counts([self.account_id], read_to)[self.account_id], policy.terms)
        return self.points[state]

    def roster_at(self, snapshot: AccountSnapshot) -> Roster | None:
        """Return the people as far as they were known to the snapshot; None where it does not say how far."""
        if snapshot.memberships_to is None or snapshot.accounts_to is None:
            return None
        known = Known(snapshot.memberships_to, snapshot.accounts_to)
        state = (
            bisect_right(self.membership_records, known.memberships_to),
            bisect_right(self.account_records, known.accounts_to),
        )
        if state not in self.rosters:
            self.rosters[state] = load_rosters([self.account_id], known)[self.account_id]
        return self.rosters[state]


def _list_faults_of(sources: _Sources) -> Iterator[SnapshotFault]:
    theirs = sa.select(AccountSnapshot).where(AccountSnapshot.account_id == sources.account_id)
    before: date | None = None
    for snapshot in db.session.scalars(theirs.order_by(AccountSnapshot.day)):
        rules = RULES_BY_VERSION.get(snapshot.rules_version)
        if rules is None:
            problem = f"taken under rules {snapshot.rules_version}, which this version does not know"
            yield SnapshotFault(sources.account_id, snapshot.day, problem)
        else:
            if before is not None:
                yield from _list_gaps(sources, rules, before, snapshot)
            if not _agrees(sources, rules, snapshot):
                yield SnapshotFault(sources.account_id, snapshot.day, WRONG)
        before = snapshot.day
        sources.recorded[snapshot.day] = snapshot.behavior


def _agrees(sources: _Sources, rules: "_Rules", snapshot: AccountSnapshot) -> bool:
    standing = sources.standing(snapshot.day)
    if standing is None:
        return False
    found = rules.compute(sources, snapshot, standing)
    if found is None:
        return False
    return all(getattr(snapshot, name) == value for name, value in {**standing_columns(standing), **found}.items())


def _list_gaps(sources: _Sources, rules: "_Rules", before: date, snapshot: AccountSnapshot) -> Iterator[SnapshotFault]:
    """Yield the first of each run of days before this snapshot that had a reading when it was taken.

    The task that takes snapshots fills all days since the one before, with what is known at that moment.
    """
    between = (before + timedelta(days=n) for n in range(1, (snapshot.day - before).days))
    missing = [day for day in between if rules.had_reading(sources, snapshot, day)]
    for day in missing:
        if day - timedelta(days=1) in missing:
            continue
        last = day
        while last + timedelta(days=1) in missing:
            last += timedelta(days=1)
        yield SnapshotFault(sources.account_id, day, "missing" if last == day else f"missing, and those up to {last}")


# --- The rules of each version. What one version said is never changed: a new version is a new entry below.


NOT_IN_RULES_1 = (
    "memberships_to",
    "accounts_to",
    "band",
    "band_reason",
    "members",
    "active_members",
    "leavers_share",
    "behavior_of_present",
    "left_since",
    "alarms",
)


def _compute_1(sources: _Sources, snapshot: AccountSnapshot, standing: Standing) -> Mapping[str, Any]:
    """Rules 1 say score and momentum, and nothing of people."""
    points = sources.points_at(snapshot.read_to, standing.policy)
    return {
        **dict.fromkeys(NOT_IN_RULES_1),
        "behavior": behavior_of(points, snapshot.day, standing.policy.terms, standing.scale).score,
        "momentum": momentum(points, snapshot.day),
    }


def _had_reading_1(sources: _Sources, snapshot: AccountSnapshot, day: date) -> bool:
    """Under rules 1 a company had a reading since its first member came, as far as is known now."""
    del snapshot
    first_day = load_rosters([sources.account_id])[sources.account_id].first_day
    return first_day is not None and day >= first_day


def _compute_2(sources: _Sources, snapshot: AccountSnapshot, standing: Standing) -> Mapping[str, Any] | None:
    """Return all that rules 2 say of the day; None where nobody was there, so that they say nothing."""
    roster = sources.roster_at(snapshot)
    if roster is None or not roster.present(snapshot.day):
        return None
    points = sources.points_at(snapshot.read_to, standing.policy)
    return snapshot_columns(assess_day(standing, points, roster, sources.recorded))


def _had_reading_2(sources: _Sources, snapshot: AccountSnapshot, day: date) -> bool:
    """Return whether somebody was there on a day, as far as was known to this later snapshot."""
    roster = sources.roster_at(snapshot)
    return roster is not None and bool(roster.present(day))


class _Rules(NamedTuple):
    """How the snapshots of one version are checked."""

    compute: Callable[[_Sources, AccountSnapshot, Standing], Mapping[str, Any] | None]
    had_reading: Callable[[_Sources, AccountSnapshot, date], bool]


RULES_BY_VERSION: Mapping[int, _Rules] = {
    1: _Rules(_compute_1, _had_reading_1),
    2: _Rules(_compute_2, _had_reading_2),
}
