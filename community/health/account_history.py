"""One account's history: its acts and snapshots, loaded once, from which readings of any day are computed.

A company's page shows the score, why it changed and which acts are behind it; all of that comes from the same few
hundred rows of the ledger. `counting.py` counts many accounts at once, in the database, with the same results.
"""

import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from community.health.causes import Why, why
from community.health.explanation import Change, Situation, change
from community.health.fading import find_fading
from community.health.ledger_acts import LedgerAct, MovedActs, Reversal, find_moved_acts
from community.health.losses import find_decline
from community.health.rules import Behavior, Counts
from community.health.situations import Customers, Standing, WrittenDay, load_customers
from models.base import db, today
from models.health import AccountSnapshot
from models.ledger import Signal, SignalSequence


@dataclass(frozen=True)
class Reading:
    """An account's behavior axis on a day, with what the score was computed from."""

    standing: Standing
    read_to: int
    situation: Situation
    recorded: bool
    """Whether this is the day's snapshot ("as recorded then"), or computed from what is known now."""

    @property
    def behavior(self) -> Behavior:
        """The score with all its contributions."""
        return self.situation.behavior


@dataclass(frozen=True)
class ScoreChange:
    """The change between two readings, by parts and by causes; `change` is None without a reading on both days."""

    before: Reading | None
    after: Reading | None
    change: Change | None
    why: Why
    moved: MovedActs = field(default_factory=MovedActs)
    """Acts of both days that came or went with their members between the two readings."""


@dataclass(frozen=True)
class AccountHistory:
    """One account's history: snapshots from `since` to `until`, and every act up to `read_to`."""

    account_id: int
    customers: Customers
    read_to: int
    since: date
    until: date
    written: Mapping[date, WrittenDay]
    acts: Sequence[LedgerAct]
    _counted: dict[tuple[int, int], Counts] = field(default_factory=dict)

    def explain(self, day: date, *, as_known_now: bool = False) -> Reading | None:
        """Return a day's reading, or None: the snapshot, or (if there is none, or if asked for) what is known now.

        Raises LookupError if the day's snapshot was not read.
        """
        if self.account_id not in self.customers.ends:
            return None
        snapshot = None if as_known_now else self._written_on(day)
        if snapshot is None:
            last = self.customers.last_day(self.account_id, day)
            standing, place = self.customers.standing(self.account_id, last), self.read_to
        else:
            standing, place = Standing.of_snapshot(snapshot, self.customers.policies), snapshot.read_to
        if standing is None:
            return None
        situation = Situation(self.counts(place), standing.day, standing.policy.terms, standing.scale)
        return Reading(standing, place, situation, recorded=snapshot is not None)

    def is_as_known_now(self, reading: Reading) -> bool:
        """Return whether a reading of its day by what is known now has the same acts, on the same terms."""
        day = self.customers.last_day(self.account_id, reading.standing.day)
        if self.customers.standing(self.account_id, day) != reading.standing:
            return False
        acts = (act for act in self.acts if act.day <= day)
        return not any(
            act.seq > reading.read_to or (act.reversals and act.reversals[-1].seq > reading.read_to) for act in acts
        )

    def last_told_day(self, day: date) -> date:
        """Return the last day up to this one of the contract and with a member: what was then is told since."""
        if self.account_id not in self.customers.ends:
            return day
        return self.customers.last_told_day(self.account_id, day)

    def explain_change(self, since: date, until: date) -> ScoreChange:
        """Return the change between the ends of two days, each as recorded, where there is a record."""
        before, after = self.explain(since), self.explain(until)
        if before is None or after is None:
            return ScoreChange(before, after, None, Why(_score(before), _score(after)))
        standing = self.counts(after.read_to, recorded_to=before.read_to)
        explained = change(before.situation, standing, after.situation)
        departures = self.customers.rosters[self.account_id].departures(after.standing.day)
        decline = find_decline(after.situation, before.standing.day, departures, self.until)
        moved = find_moved_acts(self.acts, before.standing.day, after.read_to, before.read_to)
        causes = why(explained, decline, moved, find_fading(explained, departures))
        return ScoreChange(before, after, explained, causes, moved)

    def acts_of(self, reading: Reading) -> Iterator[tuple[LedgerAct, Sequence[Reversal]]]:
        """Yield every act known to a reading with the reversals known to it, in the ledger's order."""
        for act in self.acts:
            if act.seq > reading.read_to:
                return
            if act.day <= reading.standing.day:
                yield act, act.reversals_to(reading.read_to)

    def counts(self, read_to: int, *, recorded_to: int | None = None) -> Counts:
        """Return the counts of acts that stand as of a sequence number; `recorded_to` as in `counting.ledger_counts`.

        Equal for all numbers between two rows of the account: the same object is returned.
        """
        place = bisect_right(self._places, read_to)
        among = place if recorded_to is None else bisect_right(self._places, recorded_to)
        if (place, among) not in self._counted:
            self._counted[place, among] = self._count(read_to, read_to if recorded_to is None else recorded_to)
        return self._counted[place, among]

    def _count(self, read_to: int, recorded_to: int) -> Counts:
        objects: defaultdict[tuple[int, str, date], set[tuple[str, int]]] = defaultdict(set)
        for act in self.acts:
            if act.seq > recorded_to:
                break
            if len(act.reversals_to(read_to)) % 2 == 0:
                objects[act.member_id, act.kind, act.day].add((act.subject_kind, act.subject_id))
        return {grain: len(distinct) for grain, distinct in objects.items()}

    @cached_property
    def _places(self) -> list[int]:
        """The sequence numbers of the account's acts and reversals, ascending."""
        return sorted([act.seq for act in self.acts] + [each.seq for act in self.acts for each in act.reversals])

    def _written_on(self, day: date) -> WrittenDay | None:
        if not self.since <= day <= self.until:
            msg = f"the history was loaded from {self.since} to {self.until}, not {day}"
            raise LookupError(msg)
        return self.written.get(day)


def _score(reading: Reading | None) -> float | None:
    return reading.behavior.score if reading else None


def load_account_history(account_id: int, until: date | None = None, days: int = 0) -> AccountHistory:
    """Return an account's history, with the snapshots of so many days before its last day (`last_told_day`).

    At most six queries, however many acts the account has. `until` is today by default.
    """
    until = until or today()
    customers = load_customers([account_id])
    last = until
    if account_id in customers.ends:
        last = customers.last_told_day(account_id, until)
    since = last - timedelta(days=days)
    written, place = _load_written_days(account_id, since, until), customers.read_to
    return AccountHistory(account_id, customers, place, since, until, written, _load_acts(account_id, place))


def _load_written_days(account_id: int, since: date, until: date) -> dict[date, WrittenDay]:
    rows = db.session.execute(_DAYS, {"account_id": account_id, "since": since, "until": until})
    return {row[0]: WrittenDay._make(row) for row in rows}


# Tables, not mapped classes, and columns, not objects: a page reads hundreds of rows and changes none.
_SIGNAL, _SEQUENCE, _SNAPSHOT = (model.__table__.c for model in (Signal, SignalSequence, AccountSnapshot))
_DAYS = (
    sa.select(*(_SNAPSHOT[name] for name in WrittenDay._fields))
    .where(
        _SNAPSHOT.account_id == sa.bindparam("account_id"),
        _SNAPSHOT.day.between(sa.bindparam("since"), sa.bindparam("until")),
    )
    .order_by(_SNAPSHOT.day)
)
NOWHERE = sys.maxsize
"""The sequence number of pending signals."""

# A subquery for each row: with a join, PostgreSQL reads the whole sequence for a company's few hundred rows.
_PLACE = sa.select(_SEQUENCE.seq).where(_SEQUENCE.signal_id == _SIGNAL.id).scalar_subquery()
_SIGNALS = sa.select(
    _SIGNAL.id,
    _PLACE,
    _SIGNAL.member_id,
    _SIGNAL.kind,
    _SIGNAL.day,
    _SIGNAL.subject_kind,
    _SIGNAL.subject_id,
    _SIGNAL.parent_kind,
    _SIGNAL.parent_id,
    _SIGNAL.root_id,
    _SIGNAL.cause,
    # Needed of reversals only; reading a timestamp takes longer than the rest of the row.
    sa.case((_SIGNAL.root_id.is_not(None), _SIGNAL.occurred_at)),
).where(_SIGNAL.account_id == sa.bindparam("account_id"))


def _load_acts(account_id: int, place: int) -> list[LedgerAct]:
    """Return the acts up to a sequence number in the ledger's order. A reversal has its act's company."""
    found: Sequence[Sequence[Any]] = db.session.execute(_SIGNALS, {"account_id": account_id}).all()
    signals = sorted((row for row in found if (row[1] or NOWHERE) <= place), key=itemgetter(1))
    reversals: defaultdict[int, list[Reversal]] = defaultdict(list)
    for row in signals:
        root_id, cause, occurred_at = row[9:]
        if root_id is not None:
            reversals[root_id].append(Reversal(row[1], cause, occurred_at))
    return [LedgerAct._make((*row[:9], reversals.get(row[0], ()), row[10])) for row in signals if row[9] is None]
