"""The behavior axis from counted acts: pure rules 1-6 and 8, equal to the last bit for any order of acts."""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias, TypeVar

from community.health.policy import KindTerms, PolicyTerms

MemberKind: TypeAlias = tuple[int, str]
"""A member and a kind of act: the unit of the explanation."""

Counts: TypeAlias = Mapping[tuple[int, str, date], int]
"""The stored counts of one account: distinct objects by (member, kind, day in the community's time zone), unclipped."""

Key = TypeVar("Key", bound=Hashable)

Days: TypeAlias = Mapping[tuple[int, str, int], Sequence[int]]
"""Counts inverted: the days, as proleptic ordinals in any order, by (member, kind, distinct objects)."""

Points: TypeAlias = Mapping[MemberKind, Sequence[tuple[float, Sequence[int]]]]
"""Rule 1 applied: (points of a day, ordinals of the days worth so much) by member and kind, before decay."""

FULL_SCORE = 100.0

COVERAGE_NEEDED = 0.5
"""A health score needs at least half of the axes' weight observed."""


class Band(StrEnum):
    """How a score reads; UNJUDGED is 判定不能, which is not the same as bad."""

    GOOD = "good"
    WATCH = "watch"
    DANGER = "danger"
    UNJUDGED = "unjudged"


@dataclass(frozen=True)
class Behavior:
    """The behavior axis of one account on one day, with all it was computed from."""

    score: float
    breadth: float
    """R: the sum over members of what they contribute; the score is R on the segment's scale."""
    by_member: Mapping[int, float]
    """A: what each member contributes, capped."""
    strengths: Mapping[MemberKind, float]
    """S: decayed points before the member cap."""
    contributions: Mapping[MemberKind, float]
    """Parts that add up to the score."""

    @property
    def by_kind(self) -> dict[str, float]:
        """Contributions summed by kind of act."""
        return rolled_up((kind, part) for (_, kind), part in self.contributions.items())

    @property
    def of_member(self) -> dict[int, float]:
        """Contributions summed by member."""
        return rolled_up((member, part) for (member, _), part in self.contributions.items())


def rolled_up(parts: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    """Return the exact sum of the parts of each key, whatever their order."""
    grouped: defaultdict[Key, list[float]] = defaultdict(list)
    for key, part in parts:
        grouped[key].append(part)
    return {key: math.fsum(values) for key, values in grouped.items()}


def daily_points(terms: KindTerms, n: int) -> float:
    """Return the points of n objects on one day (rule 1): diminishing, none beyond the kind's daily maximum."""
    return terms.weight * math.log2(1 + min(n, terms.daily_maximum))


def days_of(counts: Counts) -> Days:
    """Return the counts inverted: the days by member, kind and number of objects."""
    days: defaultdict[tuple[int, str, int], list[int]] = defaultdict(list)
    for (member, kind, day), n in counts.items():
        days[member, kind, n].append(day.toordinal())
    return days


def points_of(counts: Counts, terms: PolicyTerms) -> Points:
    """Return the points of one account's counts (rule 1), without kinds of no weight."""
    return points_of_days(days_of(counts), terms)


def points_of_days(days: Days, terms: PolicyTerms) -> Points:
    """Return the points of one account's days (rule 1), without kinds of no weight."""
    points: defaultdict[MemberKind, list[tuple[float, Sequence[int]]]] = defaultdict(list)
    for (member, kind, n), on in days.items():
        kind_terms = terms.by_kind.get(kind)
        if kind_terms is not None and n > 0:
            points[member, kind].append((daily_points(kind_terms, n), on))
    return points


def decay(age: int, half_life: float) -> float:
    """Return what share of an act is left after `age` days (rule 2); 1.0 on its own day."""
    return 2.0 ** (-age / half_life)


class _Decays(dict[int, float]):
    """`decay` by age for one half-life, computed at first use."""

    def __init__(self, half_life: float) -> None:
        super().__init__()
        self._half_life = half_life

    def __missing__(self, age: int) -> float:
        self[age] = left = decay(age, self._half_life)
        return left


@lru_cache(maxsize=64)
def decays(half_life: float) -> Mapping[int, float]:
    """Return `decay` by age, cached: millions of acts share a few hundred ages and a dozen half-lives."""
    return _Decays(half_life)


def carried(strength: float, cap: float) -> float:
    """Return what one member contributes (rule 3): close to `strength` while small, never more than the cap."""
    return -cap * math.expm1(-strength / cap)


def scaled(breadth: float, scale: float) -> float:
    """Return breadth as 0 to 100 on the fixed scale of the account's segment (rule 5)."""
    return -FULL_SCORE * math.expm1(-breadth / scale)


def strengths(points: Points, day: date, terms: PolicyTerms) -> dict[MemberKind, float]:
    """Return decayed points by member and kind of the acts up to and including `day` (rule 2)."""
    today = day.toordinal()
    found: dict[MemberKind, float] = {}
    for key, worth in points.items():
        left_at = decays(terms.by_kind[key[1]].half_life)
        left = [x * left_at[today - acted_on] for x, days in worth for acted_on in days if acted_on <= today]
        if left:
            found[key] = math.fsum(left)
    return found


def behavior(counts: Counts, day: date, terms: PolicyTerms, scale: float) -> Behavior:
    """Return the score of one account as of the end of `day` (rules 1-6); exactly 0 without any act."""
    return behavior_of(points_of(counts, terms), day, terms, scale)


def behavior_of(points: Points, day: date, terms: PolicyTerms, scale: float) -> Behavior:
    """Return the score from points (rules 2-6), for callers that score the same acts on many days."""
    strength = strengths(points, day, terms)
    of_member = rolled_up((member, s) for (member, _), s in strength.items())
    by_member = {member: carried(u, terms.member_cap) for member, u in of_member.items()}
    breadth = math.fsum(by_member.values())
    score = scaled(breadth, scale)
    contributions = {
        (member, kind): _share(by_member[member], breadth) * _share(s, of_member[member]) * score
        for (member, kind), s in strength.items()
    }
    return Behavior(score, breadth, by_member, strength, contributions)


def _share(part: float, whole: float) -> float:
    """Return part / whole; 0/0 is 0, as for acts so old that nothing is left of them."""
    return part / whole if whole > 0 else 0.0


def member_ceiling(terms: PolicyTerms, scale: float) -> float:
    """Return the points that a single member cannot exceed."""
    return scaled(terms.member_cap, scale)


def band(score: float | None, terms: PolicyTerms) -> Band:
    """Return the band of a score; UNJUDGED for None, which is not a bad score."""
    if score is None:
        return Band.UNJUDGED
    if score >= terms.good_from:
        return Band.GOOD
    return Band.WATCH if score >= terms.watch_from else Band.DANGER


@dataclass(frozen=True)
class Health:
    """The health score, and the share of the axes' weight that it is based on."""

    score: float | None
    coverage: float
    band: Band


def health(readings: Mapping[str, float | None], terms: PolicyTerms) -> Health:
    """Return the weighted mean of the observed axes (rule 8); an axis without a reading is left out, not taken as 0."""
    weights = dict(terms.axis_weights)
    observed = {axis: s for axis in weights if (s := readings.get(axis)) is not None}
    seen = math.fsum(weights[axis] for axis in observed)
    coverage = seen / math.fsum(weights.values())
    if seen == 0 or coverage < COVERAGE_NEEDED:
        return Health(None, coverage, Band.UNJUDGED)
    score = math.fsum(weights[axis] * s for axis, s in observed.items()) / seen
    return Health(score, coverage, band(score, terms))
