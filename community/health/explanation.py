"""Why a score is what it is, act by act, and why it changed, in six parts that add up exactly.

The change between two situations is computed in this order, one thing changing at each step:

1. **decay**: the same acts, seen on the later day;
2. **withdrawn or restored**: the acts that the ledger held then, as they stand now;
3. **late**: acts of the days up to the earlier day that reached the ledger only afterwards;
4. **new**: acts of the days after the earlier day;
5. **policy or segment**: the same acts under the later terms and scale.

Contributions are shares of one saturating score: when an act is new, or another fades, the shares of all others shift.
So the first four parts hold only what each member and kind changed of the score by itself (`attribution`), and how
their contributions differ besides is the sixth part:

6. **share**: contributions that rose because others fell, and fell because others rose. In total it is 0.

The differences telescope, so the parts add up per member and kind, hence per kind, per member and in total.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, TypeVar

from community.health.attribution import attributed
from community.health.policy import PolicyTerms
from community.health.rules import (
    Behavior,
    Counts,
    MemberKind,
    Points,
    behavior,
    behavior_of,
    decays,
    points_of,
    rolled_up,
)
from community.health.tenths import apportioned, tenths

Name = TypeVar("Name", bound=Hashable)


class Part(StrEnum):
    """The parts of a change: the five steps in their order, and what they shifted between members and kinds."""

    DECAY = "decay"
    WITHDRAWN = "withdrawn"
    LATE = "late"
    NEW = "new"
    POLICY = "policy"
    SHARE = "share"


STEPS = (Part.DECAY, Part.WITHDRAWN, Part.LATE, Part.NEW, Part.POLICY)

NO_SHIFT = 1e-12
"""Smaller shifts of shares are errors of floats: where one member has one kind of act, nothing can shift."""


@dataclass(frozen=True)
class Situation:
    """What was known of one account on one day, and the terms by which it was scored."""

    counts: Counts
    day: date
    terms: PolicyTerms
    scale: float

    @cached_property
    def points(self) -> Points:
        """The points of all acts (rule 1)."""
        return points_of(self.counts, self.terms)

    @cached_property
    def behavior(self) -> Behavior:
        """The score of this situation."""
        return behavior_of(self.points, self.day, self.terms, self.scale)


class Row(NamedTuple):
    """One row of an explanation table: before, what each part added, after; before + parts = after."""

    before: float
    parts: Mapping[Part, float]
    after: float


@dataclass(frozen=True)
class Change:
    """The change of one account's behavior axis between two situations."""

    since: date
    until: date
    before: Behavior
    after: Behavior
    parts: Mapping[Part, Mapping[MemberKind, float]]
    count_changes: Mapping[Part, Counts]
    """How many objects each part added or (negative) removed, by (member, kind, day)."""

    def total(self, part: Part) -> float:
        """Return the points that one part added to the whole score; shares only shift, so that theirs are 0."""
        return 0.0 if part is Part.SHARE else math.fsum(self.parts[part].values())

    @cached_property
    def rounded_totals(self) -> Mapping[Part, int]:
        """What each part added to the whole score, in tenths that add up to the difference of the shown scores."""
        parts = [self.total(part) for part in Part]
        shown = apportioned(parts, tenths(self.after.score) - tenths(self.before.score))
        return dict(zip(Part, shown, strict=True))

    def rows(self) -> dict[MemberKind, Row]:
        """Return the finest table: one row for each member and kind that counted before or after."""
        return {
            key: Row(
                self.before.contributions.get(key, 0.0),
                {part: self.parts[part].get(key, 0.0) for part in Part},
                self.after.contributions.get(key, 0.0),
            )
            for key in sorted({key for deltas in self.parts.values() for key in deltas})
        }

    def by_kind(self) -> dict[str, Row]:
        """Return the table by kind of act."""
        return _grouped((key[1], row) for key, row in self.rows().items())

    def by_member(self) -> dict[int, Row]:
        """Return the table by member."""
        return _grouped((key[0], row) for key, row in self.rows().items())


def _grouped(named: Iterable[tuple[Name, Row]]) -> dict[Name, Row]:
    """Return the sums of rows with the same name."""
    groups: defaultdict[Name, list[Row]] = defaultdict(list)
    for name, row in named:
        groups[name].append(row)
    return {
        name: Row(
            math.fsum(row.before for row in group),
            {part: math.fsum(row.parts[part] for row in group) for part in Part},
            math.fsum(row.after for row in group),
        )
        for name, group in groups.items()
    }


def change(before: Situation, standing: Counts, after: Situation) -> Change:
    """Return the change from `before` to `after`, in six parts.

    `standing` counts the acts that the ledger already held in `before`, with every reversal known in `after` applied:
    it distinguishes withdrawn acts from late ones. `after.day` is not earlier than `before.day`.
    """
    if after.counts is before.counts and after.terms == before.terms:
        vars(after).setdefault("points", before.points)  # cached: the same acts, computed once
    stages = [
        _up_to(before.counts, before.day),
        _up_to(standing, before.day),
        _up_to(after.counts, before.day),
        _up_to(after.counts, after.day),
    ]
    count_changes = [{}, *(_count_differences(then, now) for then, now in pairwise(stages)), {}]
    walked = [before.behavior, _seen_later(before, after.day)]
    for counts, differences in zip(stages[1:], count_changes[1:-1], strict=True):
        # mostly nothing was withdrawn or late: equal counts have equal scores
        walked.append(behavior(counts, after.day, before.terms, before.scale) if differences else walked[-1])
    walked.append(after.behavior)
    return Change(
        since=before.day,
        until=after.day,
        before=walked[0],
        after=walked[-1],
        parts=_parts(walked, before.terms.member_cap, before.scale),
        count_changes={**dict(zip(STEPS, count_changes, strict=True)), Part.SHARE: {}},
    )


def _parts(walked: Sequence[Behavior], cap: float, scale: float) -> dict[Part, dict[MemberKind, float]]:
    """Return what each step changed by itself, and how it shifted the shares of the rest."""
    parts: dict[Part, dict[MemberKind, float]] = {}
    shifts: defaultdict[MemberKind, list[float]] = defaultdict(list)
    for part, (then, now) in zip(STEPS, pairwise(walked), strict=True):
        moved = _differences(then.contributions, now.contributions) if now is not then else {}
        if part is Part.POLICY:  # other terms or another scale change the worth of everything
            parts[part] = moved
            continue
        parts[part] = own = attributed(then, now, cap, scale)
        for key, whole in moved.items():
            shifts[key] += whole, -own.get(key, 0.0)
    shares = {key: math.fsum(points) for key, points in shifts.items()}
    parts[Part.SHARE] = {key: points if abs(points) > NO_SHIFT else 0.0 for key, points in shares.items()}
    return parts


def _seen_later(before: Situation, day: date) -> Behavior:
    """Return the score of the acts known then, decayed to a later day."""
    last = before.day.toordinal()
    known = {key: [(x, [on for on in days if on <= last]) for x, days in worth] for key, worth in before.points.items()}
    return behavior_of(known, day, before.terms, before.scale)


def _up_to(counts: Counts, day: date) -> Counts:
    return {key: n for key, n in counts.items() if key[2] <= day}


def _differences(then: Mapping[MemberKind, float], now: Mapping[MemberKind, float]) -> dict[MemberKind, float]:
    return {key: now.get(key, 0.0) - then.get(key, 0.0) for key in {*then, *now}}


def _count_differences(then: Counts, now: Counts) -> Counts:
    if now == then:
        return {}
    differences = {key: now.get(key, 0) - then.get(key, 0) for key in {*then, *now}}
    return {key: n for key, n in differences.items() if n}


class ScorableAct(NamedTuple):
    """One effective act, reduced to what its worth depends on; `object_key` is equal for a day's repeats."""

    signal_id: int
    member_id: int
    kind: str
    day: date
    object_key: Hashable


def act_contributions(scored: Behavior, acts: Sequence[ScorableAct], day: date, terms: PolicyTerms) -> dict[int, float]:
    """Return the share of each act in the score, by signal id; over all effective acts they add up to the score.

    `acts` are in the ledger's order.
    """
    worths = act_strengths(acts, day, terms)
    whole = rolled_up(((act.member_id, act.kind), worths[act.signal_id]) for act in acts)
    # Points of score for each point of strength, by member and kind.
    rates = {key: scored.contributions.get(key, 0.0) / worth if worth > 0 else 0.0 for key, worth in whole.items()}
    return {act.signal_id: worths[act.signal_id] * rates[act.member_id, act.kind] for act in acts}


def act_strengths(acts: Sequence[ScorableAct], day: date, terms: PolicyTerms) -> dict[int, float]:
    """Return the decayed points of each act before the member cap, by signal id (rules 1 and 2).

    `acts` are in the ledger's order. Within a member, kind and day the n-th distinct object is worth its margin
    log2((1+n)/n), nothing beyond the daily maximum; a repeat of the same object is worth nothing of its own.
    """
    objects: defaultdict[tuple[int, str, date], set[Hashable]] = defaultdict(set)
    worths: dict[int, float] = {}
    by_kind, today = terms.by_kind, day.toordinal()
    for signal_id, member_id, kind, on, object_key in acts:
        seen = objects[member_id, kind, on]
        kind_terms = by_kind.get(kind)
        is_repeat = object_key in seen
        seen.add(object_key)
        worth, n = 0.0, len(seen)
        if kind_terms is not None and not is_repeat and on <= day and n <= kind_terms.daily_maximum:
            margin = kind_terms.weight * math.log2((1 + n) / n)
            worth = margin * decays(kind_terms.half_life)[today - on.toordinal()]
        worths[signal_id] = worth
    return worths
