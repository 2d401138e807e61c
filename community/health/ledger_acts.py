"""Acts as the ledger has them, with their reversals, and which of them moved with their member (`reassignment`). Pure.

A back-dated change of company reverses an act and records it anew for the other company. In its old company that looks
like a withdrawn act, in the new one like a late one; only its cause tells.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from models.ledger import SignalCause


class Reversal(NamedTuple):
    """One reversal of an act; every second one restores it."""

    seq: int
    cause: str
    occurred_at: datetime


class LedgerAct(NamedTuple):
    """An act with its sequence number and its reversals, oldest first."""

    id: int
    seq: int
    member_id: int
    kind: str
    day: date
    subject_kind: str
    subject_id: int
    parent_kind: str | None
    parent_id: int | None
    reversals: Sequence[Reversal]
    cause: str = SignalCause.ACT

    def reversals_to(self, place: int) -> Sequence[Reversal]:
        """Return the reversals up to a sequence number."""
        return [each for each in self.reversals if each.seq <= place] if self.reversals else ()

    def counts_at(self, place: int) -> bool:
        """Return whether the act was recorded and not withdrawn as of a sequence number."""
        return self.seq <= place and len(self.reversals_to(place)) % 2 == 0

    @property
    def object_key(self) -> tuple[str, int]:
        """The key by which repeats on one day are recognised."""
        return self.subject_kind, self.subject_id


@dataclass(frozen=True)
class MovedActs:
    """How many acts came with members from another company, and went with them to one, by member."""

    came: Mapping[int, int] = field(default_factory=dict)
    went: Mapping[int, int] = field(default_factory=dict)


def find_moved_acts(acts: Iterable[LedgerAct], day: date, known_now: int, known_then: int | None = None) -> MovedActs:
    """Return which acts up to a day moved as of a sequence number: since another one, or (None) ever.

    An act that was recorded anew for the same company, as another kind, neither came nor went.
    """
    # Most acts neither came nor were reversed.
    known = [act for act in acts if (act.cause == SignalCause.MOVED or act.reversals) and act.day <= day]
    came = [
        act
        for act in known
        if act.cause == SignalCause.MOVED
        and act.counts_at(known_now)
        and (known_then is None or not act.counts_at(known_then))
    ]
    went = [
        act
        for act in known
        if _has_moved(act.reversals_to(known_now)) and (known_then is None or act.counts_at(known_then))
    ]
    stayed = {_identify(act) for act in came} & {_identify(act) for act in went}
    return MovedActs(*(Counter(act.member_id for act in some if _identify(act) not in stayed) for some in (came, went)))


def _has_moved(reversals: Sequence[Reversal]) -> bool:
    """Return whether an act counted until it was recorded anew.

    A withdrawn act that moves is restored first, and both reversals say MOVED.
    """
    causes = [each.cause for each in reversals]
    return len(causes) % 2 == 1 and causes[-1] == SignalCause.MOVED and SignalCause.MOVED not in causes[-2:-1]


def _identify(act: LedgerAct) -> tuple[int, date, tuple[str, int]]:
    return act.member_id, act.day, act.object_key
