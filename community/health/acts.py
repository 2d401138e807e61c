"""The acts behind a score, one by one: what each is worth now, which were withdrawn. Where every figure leads to."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from community.health.explanation import Act, act_contributions
from community.health.queries import Reading
from models.base import db
from models.ledger import Signal, SignalSequence


@dataclass(frozen=True)
class ListedAct:
    """One act of the ledger with its points in a reading; `reversals` oldest first, an odd number withdraws it."""

    signal: Signal
    seq: int
    reversals: tuple[Signal, ...]
    points: float

    @property
    def counts(self) -> bool:
        """Whether the act stands; one that stands may still be worth nothing."""
        return len(self.reversals) % 2 == 0

    @property
    def turned_at(self) -> datetime | None:
        """When it was last withdrawn or restored."""
        return self.reversals[-1].occurred_at if self.reversals else None


def list_acts(
    account_id: int,
    reading: Reading,
    *,
    kind: str | None = None,
    member_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[ListedAct]:
    """List the acts behind a reading, newest first; `since` and `until` are days and inclusive.

    The points of the acts that stand, all listed, add up to the reading's score.
    """
    acts = _acts_up_to(account_id, reading)
    points = _points(acts, reading)
    found = [
        ListedAct(signal, seq, reversals, points.get(signal.id, 0.0))
        for signal, seq, reversals in acts
        if (kind is None or signal.kind == kind)
        and (member_id is None or signal.member_id == member_id)
        and (since is None or signal.day >= since)
        and (until is None or signal.day <= until)
    ]
    return sorted(found, key=lambda act: (act.signal.day, act.seq), reverse=True)


def _acts_up_to(account_id: int, reading: Reading) -> list[tuple[Signal, int, tuple[Signal, ...]]]:
    """Every act of the account known to the reading, with the reversals known to it, in the ledger's order."""
    settled = (
        sa.select(Signal, SignalSequence.seq)
        .join(SignalSequence, SignalSequence.signal_id == Signal.id)
        .where(
            Signal.account_id == account_id,
            Signal.day <= reading.standing.day,
            SignalSequence.seq <= reading.read_to,
        )
        .order_by(SignalSequence.seq)
    )
    acts: list[tuple[Signal, int]] = []
    reversals: defaultdict[int, list[Signal]] = defaultdict(list)
    for signal, seq in db.session.execute(settled):
        if signal.root_id is None:
            acts.append((signal, seq))
        else:
            reversals[signal.root_id].append(signal)
    return [(signal, seq, tuple(reversals[signal.id])) for signal, seq in acts]


def _points(acts: Sequence[tuple[Signal, int, tuple[Signal, ...]]], reading: Reading) -> dict[int, float]:
    standing = [
        Act(s.id, s.member_id, s.kind, s.day, f"{s.subject_kind}:{s.subject_id}")
        for s, _, reversals in acts
        if len(reversals) % 2 == 0
    ]
    return act_contributions(reading.behavior, standing, reading.standing.day, reading.situation.terms)
