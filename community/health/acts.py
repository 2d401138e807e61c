"""The acts behind a score, one by one: what each is worth now, and which are withdrawn."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from community.health.book import Book, Entry, Reading, Reversal
from community.health.explanation import Act, act_contributions


class ListedAct(NamedTuple):
    """One act of the ledger with its points in a reading; `reversals` oldest first, an odd number withdraws it."""

    entry: Entry
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
    book: Book,
    reading: Reading,
    *,
    kind: str | None = None,
    member_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[ListedAct]:
    """Return the acts behind a reading of the book, newest first; `since` and `until` are inclusive days.

    The points of all acts that count add up to the reading's score.
    """
    known = list(book.entries_of(reading))
    standing = [as_act(entry) for entry, reversals in known if len(reversals) % 2 == 0]
    points = act_contributions(reading.behavior, standing, reading.standing.day, reading.situation.terms)
    found = [
        ListedAct(entry, reversals, points.get(entry.id, 0.0))
        for entry, reversals in known
        if (kind is None or entry.kind == kind)
        and (member_id is None or entry.member_id == member_id)
        and (since is None or entry.day >= since)
        and (until is None or entry.day <= until)
    ]
    return newest_first(found)


def newest_first(acts: list[ListedAct]) -> list[ListedAct]:
    """Return the acts newest first: by day, and within a day by the ledger's order."""
    return sorted(acts, key=lambda act: (act.entry.day, act.entry.seq), reverse=True)


def as_act(entry: Entry) -> Act:
    """Return what the worth of a ledger entry depends on."""
    return Act(entry.id, entry.member_id, entry.kind, entry.day, entry.object_key)
