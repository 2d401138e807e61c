"""The acts behind a score, one by one: what each is worth now, and which are withdrawn."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from community.health.account_history import AccountHistory, Reading
from community.health.explanation import ScorableAct, act_contributions
from community.health.ledger_acts import LedgerAct, Reversal


class ListedAct(NamedTuple):
    """One act of the ledger with its points in a reading; `reversals` oldest first, an odd number withdraws it."""

    ledger_act: LedgerAct
    reversals: Sequence[Reversal]
    points: float

    @property
    def counts(self) -> bool:
        """Whether the act is not withdrawn; it may still be worth 0 points."""
        return len(self.reversals) % 2 == 0

    @property
    def turned_at(self) -> datetime | None:
        """When the act was last withdrawn or restored; None if never."""
        return self.reversals[-1].occurred_at if self.reversals else None


def list_acts(
    account_history: AccountHistory,
    reading: Reading,
    *,
    kind: str | None = None,
    member_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[ListedAct]:
    """Return the acts behind a reading, newest first; `since` and `until` are inclusive days.

    The points of all acts that count add up to the reading's score.
    """
    known = list(account_history.acts_of(reading))
    # As `as_scorable_act` makes them: called for each of many hundred acts, it is a twentieth of a company's page.
    standing = [
        ScorableAct(act.id, act.member_id, act.kind, act.day, (act.subject_kind, act.subject_id))
        for act, reversals in known
        if len(reversals) % 2 == 0
    ]
    points = act_contributions(reading.behavior, standing, reading.standing.day, reading.situation.terms)
    found = [
        ListedAct(act, reversals, points.get(act.id, 0.0))
        for act, reversals in known
        if (kind is None or act.kind == kind)
        and (member_id is None or act.member_id == member_id)
        and (since is None or act.day >= since)
        and (until is None or act.day <= until)
    ]
    return newest_first(found)


def newest_first(acts: list[ListedAct]) -> list[ListedAct]:
    """Return the acts newest first: by day, and within a day by the ledger's order."""
    return sorted(acts, key=lambda act: (act.ledger_act.day, act.ledger_act.seq), reverse=True)


def as_scorable_act(act: LedgerAct) -> ScorableAct:
    """Return what the worth of an act depends on."""
    return ScorableAct(act.id, act.member_id, act.kind, act.day, act.object_key)
