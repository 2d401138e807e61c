"""Rule 7: whether a company becomes more active or less. Pure, from the same counts as the score."""

import math
from collections.abc import Iterable, Sequence
from datetime import date

from community.health.rules import Points, decays

SHORT_HALF_LIFE = 14.0
LONG_HALF_LIFE = 90.0
"""Momentum divides a fortnight's memory by a quarter's, both per day."""

HISTORY_DAYS = 90
"""With less history the long memory is not filled, and every newcomer would seem to rise steeply."""

COOLING_BELOW = 0.5


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
