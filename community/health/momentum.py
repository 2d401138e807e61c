"""Rule 7: whether a company becomes more active or falls silent. Pure, from the same counts as the score."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from community.health.rules import Points, decays

SHORT_HALF_LIFE = 14.0
LONG_HALF_LIFE = 90.0
"""Momentum divides a fortnight's memory by a quarter's, both per day."""

HISTORY_DAYS = 90
"""With less history the long memory is not filled, and every newcomer would seem to rise steeply."""

COOLING_BELOW = 0.5

FALL_POINTS = 20.0
FALL_DAYS = 30
"""An account that fell by so many points in so many days is worth a call."""

SILENT_DAYS = 30
ACTIVE_DAYS = 90
SILENT_SHARE = 0.8
"""Silence: four in five of those active in the quarter before have not been seen for a month."""


class Alert(StrEnum):
    """Reasons to look at an account."""

    FELL = "fell"
    SILENT = "silent"


@dataclass(frozen=True)
class Activity:
    """How many members were active in the quarter before the last month, and how many of them were silent since."""

    active: int
    silent: int

    @property
    def is_silent(self) -> bool:
        """Whether the silent share reaches SILENT_SHARE."""
        return self.active > 0 and self.silent >= SILENT_SHARE * self.active


def momentum(points: Points, day: date) -> float | None:
    """Return short memory over long memory; None if the acts go back less than HISTORY_DAYS.

    1 is steady, below COOLING_BELOW is cooling. All kinds count, without the member cap; the history begins with the
    first act that counts.
    """
    today = day.toordinal()
    aged = [(x, [today - on for on in days if on <= today]) for worth in points.values() for x, days in worth]
    if max((max(ages) for _, ages in aged if ages), default=0) < HISTORY_DAYS:
        return None
    short, long = (_memory(aged, half_life) for half_life in (SHORT_HALF_LIFE, LONG_HALF_LIFE))
    return short / long if long > 0 else None


def _memory(aged: Iterable[tuple[float, Sequence[int]]], half_life: float) -> float:
    """Return the points per day that are left with this half-life."""
    left_at = decays(half_life)
    return math.fsum([x * left_at[age] for x, ages in aged for age in ages]) / half_life


def activity(points: Points, day: date) -> Activity:
    """Return how many acted in the ACTIVE_DAYS that end SILENT_DAYS before `day`, and how many were silent since."""
    silence_began = day - timedelta(days=SILENT_DAYS)
    active = _seen(points, silence_began, ACTIVE_DAYS)
    return Activity(len(active), len(active - _seen(points, day, SILENT_DAYS)))


def recently_active(points: Points, day: date) -> int:
    """Return how many members did anything that counts in the last ACTIVE_DAYS."""
    return len(_seen(points, day, ACTIVE_DAYS))


def _seen(points: Points, day: date, days: int) -> set[int]:
    """Return the members who acted in so many days, of which `day` is the last."""
    span = _span(day.toordinal(), days)
    return {member for (member, _), worth in points.items() if not all(span.isdisjoint(on) for _, on in worth)}


@lru_cache(maxsize=64)
def _span(last: int, days: int) -> frozenset[int]:
    return frozenset(range(last - days + 1, last + 1))


def alerts(score: float, score_before: float | None, seen: Activity) -> list[Alert]:
    """Return the alerts; `score_before` is the reading FALL_DAYS earlier, None if there was none."""
    found = []
    if score_before is not None and score_before - score >= FALL_POINTS:
        found.append(Alert.FELL)
    if seen.is_silent:
        found.append(Alert.SILENT)
    return found
