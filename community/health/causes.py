"""What changed a score, strongest cause first: the structure behind the sentence on the account page. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from community.health.explanation import Change, Part
from community.health.fading import Fading
from community.health.ledger_acts import MovedActs
from community.health.losses import Decline

NAMED_CAUSES = 2
"""The sentence names the two strongest causes; the table below it has all of them."""

NOTHING_MOVED = MovedActs()


class CauseKind(StrEnum):
    """Kinds of causes; each has wording of its own."""

    ACTS = "acts"
    LATE = "late"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"
    DECAY = "decay"
    POLICY = "policy"


@dataclass(frozen=True)
class Cause:
    """One cause of a change: its points (signed), and what its wording needs."""

    kind: CauseKind
    points: float
    objects: int = 0
    """How many acts arrived late, were restored or were withdrawn."""
    moved: int = 0
    """How many of them came from another company, or went to one, with the `members`."""
    act_kind: str = ""
    members: frozenset[int] = frozenset()
    last_day: date | None = None


@dataclass(frozen=True)
class Why:
    """Everything that the sentence says; `before` or `after` is None without a reading (判定不能) on that day.

    `totals` are the parts in tenths, as the table shows them.
    """

    before: float | None
    after: float | None
    ups: tuple[Cause, ...] = ()
    downs: tuple[Cause, ...] = ()
    totals: Mapping[Part, int] = field(default_factory=dict)
    decline: Decline = field(default_factory=Decline)
    fading: Fading | None = None


def why(change: Change, decline: Decline, moved: MovedActs = NOTHING_MOVED, fading: Fading | None = None) -> Why:
    """Return the causes of a change, strongest first, and what is done less than before."""
    found = [cause for cause in (*_new_acts(change), *_others(change, moved)) if cause.points]
    found.sort(key=lambda cause: (-abs(cause.points), cause.kind, cause.act_kind))
    return Why(
        before=change.before.score,
        after=change.after.score,
        ups=tuple(cause for cause in found if cause.points > 0),
        downs=tuple(cause for cause in found if cause.points < 0),
        totals=change.rounded_totals,
        decline=decline,
        fading=fading,
    )


def _new_acts(change: Change) -> list[Cause]:
    """Return one cause for each kind of act that was done."""
    points: defaultdict[str, float] = defaultdict(float)
    members: defaultdict[str, set[int]] = defaultdict(set)
    last_day: dict[str, date] = {}
    for member, kind, day in sorted(change.count_changes[Part.NEW]):
        if member not in members[kind]:
            members[kind].add(member)
            points[kind] += change.parts[Part.NEW].get((member, kind), 0.0)
        last_day[kind] = max(day, last_day.get(kind, day))
    return [
        Cause(CauseKind.ACTS, points[kind], act_kind=kind, members=frozenset(members[kind]), last_day=last_day[kind])
        for kind in points
        if points[kind] > 0
    ]


def _others(change: Change, moved: MovedActs) -> list[Cause]:
    late = sum(change.count_changes[Part.LATE].values())
    restored = sum(n for n in change.count_changes[Part.WITHDRAWN].values() if n > 0)
    withdrawn = -sum(n for n in change.count_changes[Part.WITHDRAWN].values() if n < 0)
    points = change.total(Part.WITHDRAWN)
    return [
        Cause(CauseKind.DECAY, change.total(Part.DECAY)),
        _with_moved(Cause(CauseKind.LATE, change.total(Part.LATE), late), moved.came),
        Cause(CauseKind.RESTORED, points, restored)
        if points > 0
        else _with_moved(Cause(CauseKind.WITHDRAWN, points, withdrawn), moved.went),
        Cause(CauseKind.POLICY, change.total(Part.POLICY)),
    ]


def _with_moved(cause: Cause, moved: Mapping[int, int]) -> Cause:
    """Return the cause with what moved of its acts; repeats of an object on one day were counted as one."""
    return replace(cause, moved=min(sum(moved.values()), cause.objects), members=frozenset(moved))
