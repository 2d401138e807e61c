"""Rule 13: a company whose people have stopped beginning anything, measured by its own rhythm. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from community.health.rules import Points
from community.workdays import count_busy_days
from models.ledger import SignalKind

BEGUN_BY_OTHERS = frozenset(
    {
        SignalKind.MAIL_CLICKED,
        SignalKind.SEMINAR_ATTENDED,
        SignalKind.REGISTERED_NOT_COME,
        SignalKind.REACTION_RECEIVED,
        SignalKind.ANSWER_ACCEPTED,
        SignalKind.STORY_PUBLISHED,
        SignalKind.BALLOT_CAST,
        SignalKind.ENTRY_ADVANCED,
        SignalKind.ENTRY_WON,
    }
)
"""Kinds that answer somebody else's invitation, or happen to a person. All others that count are own acts."""

CIRCLE_DAYS, CIRCLE = 90, 3
"""In so many days before the silence so many members acted: of one or two people, a pause says nothing of a company."""

RHYTHM_DAYS, RHYTHM = 365, 4
"""In so many days before the silence lie at least so many days with an own act: else there is no rhythm to break."""

SHORTEST, TIMES = 15, 1.5
"""Silence is at least so many working days, and so many times the longest pause of the year before."""


@dataclass(frozen=True)
class Silence:
    """How long nobody has begun anything, in working days, and how long the longest pause of the year before was."""

    last_act: date
    days: int
    longest_pause: int

    @property
    def rings(self) -> bool:
        """Whether the silence is long by any measure, and for this company."""
        return self.days >= SHORTEST and self.days >= TIMES * self.longest_pause


def find_silence(points: Points, day: date) -> Silence | None:
    """Return the silence that lasts at the end of `day`; None where too few people or days show a rhythm before it."""
    acted = _own_days(points, day)
    if not acted:
        return None
    last = max(acted)
    if len({member for on in _within(acted, last, CIRCLE_DAYS) for member in acted[on]}) < CIRCLE:
        return None
    rhythm = _within(acted, last, RHYTHM_DAYS)
    if len(rhythm) < RHYTHM:
        return None
    pauses = [_days_between(before, after) for before, after in pairwise(rhythm)]
    return Silence(last, count_busy_days(last, day), max(pauses))


def _own_days(points: Points, day: date) -> dict[date, set[int]]:
    """Return who began something on which day, up to `day`."""
    acted: dict[date, set[int]] = {}
    for (member, kind), worth in points.items():
        if kind in BEGUN_BY_OTHERS:
            continue
        for _, days in worth:
            for ordinal in days:
                if ordinal <= day.toordinal():
                    acted.setdefault(date.fromordinal(ordinal), set()).add(member)
    return acted


def _within(days: Collection[date], last: date, span: int) -> Sequence[date]:
    """Return the days of a span that ends with `last`, in order."""
    first = last - timedelta(days=span)
    return sorted(day for day in days if first < day <= last)


def _days_between(before: date, after: date) -> int:
    """Return the working days between two days, themselves left out."""
    return count_busy_days(before, after - timedelta(days=1))
