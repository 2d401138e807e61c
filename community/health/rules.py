"""From counted acts to the behavior axis: pure rules 1-6 and 8, the same to the last bit in any order of acts."""

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
"""A member and a kind of act: the grain of the explanation."""

Counts: TypeAlias = Mapping[tuple[int, str, date], int]
"""The stored truth of one account: distinct objects by (member, kind, day in the community's time zone), unclipped."""

Key = TypeVar("Key", bound=Hashable)

Days: TypeAlias = Mapping[tuple[int, str, int], Sequence[int]]
"""Counts the other way round: the days, as proleptic ordinals in any order, by (member, kind, distinct objects)."""

Points: TypeAlias = Mapping[MemberKind, Sequence[tuple[float, Sequence[int]]]]
"""Rule 1 applied: (points of a day, ordinals of the days worth so much) by member and kind, whenever one looks."""

FULL_SCORE = 100.0

COVERAGE_NEEDED = 0.5
"""A health score from less than half of what should be observed is not a judgement."""


class Band(StrEnum):
    """How a score reads; UNJUDGED is 判定不能, which is not the same as bad."""

    GOOD = "good"
    WATCH = "watch"
    DANGER = "danger"
    UNJUDGED = "unjudged"


@dataclass(frozen=True)
class Behavior:
    """The behavior axis of one account on one day, with everything it was made of."""

    score: float
    breadth: float
    """R: the sum of what its members carry; the score is R on the segment's scale."""
    by_member: Mapping[int, float]
    """A: what each member carries, capped."""
    strengths: Mapping[MemberKind, float]
    """S: decayed points before the member cap."""
    contributions: Mapping[MemberKind, float]
    """Parts that add up to the score."""

    @property
    def by_kind(self) -> dict[str, float]:
        """Contributions rolled up by kind of act."""
        return rolled_up((kind, part) for (_, kind), part in self.contributions.items())

    @property
    def of_member(self) -> dict[int, float]:
        """Contributions rolled up by member."""
        return rolled_up((member, part) for (member, _), part in self.contributions.items())


def rolled_up(parts: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    """Sum the parts of each key exactly, so that their order leaves no trace."""
    grouped: defaultdict[Key, list[float]] = defaultdict(list)
    for key, part in parts:
        grouped[key].append(part)
    return {key: math.fsum(values) for key, values in grouped.items()}


def daily_points(terms: KindTerms, n: int) -> float:
    """Rule 1: diminishing within a day, nothing beyond the kind's daily maximum."""
    return terms.weight * math.log2(1 + min(n, terms.daily_maximum))


def days_of(counts: Counts) -> Days:
    """Take together the days on which as much was done."""
    days: defaultdict[tuple[int, str, int], list[int]] = defaultdict(list)
    for (member, kind, day), n in counts.items():
        days[member, kind, n].append(day.toordinal())
    return days


def points_of(counts: Counts, terms: PolicyTerms) -> Points:
    """Rule 1 for one account; kinds without weight are left out."""
    return points_of_days(days_of(counts), terms)


def points_of_days(days: Days, terms: PolicyTerms) -> Points:
    """Rule 1 for one account; kinds without weight are left out."""
    points: defaultdict[MemberKind, list[tuple[float, Sequence[int]]]] = defaultdict(list)
    for (member, kind, n), on in days.items():
        kind_terms = terms.by_kind.get(kind)
        if kind_terms is not None and n > 0:
            points[member, kind].append((daily_points(kind_terms, n), on))
    return points


def decay(age: int, half_life: float) -> float:
    """Rule 2: what is left of an act after `age` days; also of an act today, which is whole."""
    return 2.0 ** (-age / half_life)


class _Decays(dict[int, float]):
    """`decay` by age for one half-life, worked out at the first use."""

    def __init__(self, half_life: float) -> None:
        super().__init__()
        self._half_life = half_life

    def __missing__(self, age: int) -> float:
        self[age] = left = decay(age, self._half_life)
        return left


@lru_cache(maxsize=64)
def decays(half_life: float) -> Mapping[int, float]:
    """`decay` for any age: millions of acts share a few hundred ages and a dozen half-lives."""
    return _Decays(half_life)


def carried(strength: float, cap: float) -> float:
    """Rule 3: what one member carries; near `strength` while small, never more than the cap."""
    return -cap * math.expm1(-strength / cap)


def scaled(breadth: float, scale: float) -> float:
    """Rule 5: breadth as 0 to 100 on the frozen scale of the account's segment."""
    return -FULL_SCORE * math.expm1(-breadth / scale)


def strengths(points: Points, day: date, terms: PolicyTerms) -> dict[MemberKind, float]:
    """Rule 2 for one account: decayed points by member and kind of the acts up to and including `day`."""
    today = day.toordinal()
    found: dict[MemberKind, float] = {}
    for key, worth in points.items():
        left_at = decays(terms.by_kind[key[1]].half_life)
        left = [x * left_at[today - acted_on] for x, days in worth for acted_on in days if acted_on <= today]
        if left:
            found[key] = math.fsum(left)
    return found


def behavior(counts: Counts, day: date, terms: PolicyTerms, scale: float) -> Behavior:
    """Rules 1-6: score one account as of the end of `day`; no act at all reads exactly 0."""
    return behavior_of(points_of(counts, terms), day, terms, scale)


def behavior_of(points: Points, day: date, terms: PolicyTerms, scale: float) -> Behavior:
    """Rules 2-6, for whoever scores the same acts on many days."""
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
    """Part of a whole; 0/0 is 0, as for acts so old that nothing is left of them."""
    return part / whole if whole > 0 else 0.0


def member_ceiling(terms: PolicyTerms, scale: float) -> float:
    """Return the points that no single member can exceed alone, whatever they do."""
    return scaled(terms.member_cap, scale)


def band(score: float | None, terms: PolicyTerms) -> Band:
    """Name the band of a score; no reading is not a bad reading."""
    if score is None:
        return Band.UNJUDGED
    if score >= terms.good_from:
        return Band.GOOD
    return Band.WATCH if score >= terms.watch_from else Band.DANGER


@dataclass(frozen=True)
class Health:
    """The health score and how much of what should be observed it rests on."""

    score: float | None
    coverage: float
    band: Band


def health(readings: Mapping[str, float | None], terms: PolicyTerms) -> Health:
    """Rule 8: the weighted mean of the observed axes; an axis without a reading is left out, never taken as 0."""
    weights = dict(terms.axis_weights)
    observed = {axis: s for axis in weights if (s := readings.get(axis)) is not None}
    seen = math.fsum(weights[axis] for axis in observed)
    coverage = seen / math.fsum(weights.values())
    if seen == 0 or coverage < COVERAGE_NEEDED:
        return Health(None, coverage, Band.UNJUDGED)
    score = math.fsum(weights[axis] * s for axis, s in observed.items()) / seen
    return Health(score, coverage, band(score, terms))
