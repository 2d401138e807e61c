"""What a company does less than before: rule 12, "Why it fell". Pure.

A fall has always to do with time: nobody's score falls while they go on as before. So the days of the fall are compared
with as many days before them, in points before decay: who does less of what, and when somebody last did anything.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from community.health.explanation import Situation
from community.health.policy import PolicyTerms
from community.health.presence import Departure
from community.health.rules import daily_points
from models.ledger import SignalKind

SHORTEST_SPAN = 7
"""Fewer days are not compared: a Monday would be found to have more acts than a Sunday."""

NEVER_A_CAUSE = frozenset({SignalKind.REGISTERED_NOT_COME})
"""Who registered and did not come neither raised the company by it, nor let it fall by not doing so again."""


@dataclass(frozen=True)
class Loss:
    """Acts of one kind that were more in the span before; objects and points of both spans, before decay."""

    kind: str
    member_id: int | None
    """None: several people did it in the span before, and nobody does it now."""
    points: float
    objects_before: int
    objects_now: int
    last_day: date | None = None
    """Of a kind that several people did: the day on which somebody last did it."""
    left_on: date | None = None
    """When the member left the company, if so."""


@dataclass(frozen=True)
class Decline:
    """What a company does less since a day, largest loss first, and the last day with an act that counts."""

    days: int = 0
    losses: Sequence[Loss] = ()
    last_act: date | None = None
    until: date | None = None
    """The last day compared."""
    told_on: date | None = None
    """The day on which this is told: later than `until` where a contract has ended or everybody has left."""


class _Done(NamedTuple):
    """Points before decay, and objects, of one member and kind in one span."""

    points: float
    objects: int


NOTHING = _Done(0.0, 0)

_Counted: TypeAlias = tuple[tuple[int, str, date], int]
"""Member, kind and day, and the number of objects."""


def find_decline(situation: Situation, since: date, departures: Mapping[int, Departure], told_on: date) -> Decline:
    """Return what was done less from the day after `since` to the situation's day than in as many days before.

    Counted are the acts as they are known in the situation. `departures` are those who have left, by member.
    """
    until, terms = situation.day, situation.terms
    counting = {kind for kind, kind_terms in terms.by_kind.items() if kind_terms.weight > 0}
    acted = [(key, n) for key, n in situation.counts.items() if key[1] in counting and key[2] <= until and n > 0]
    days = (until - since).days
    return Decline(
        days=days,
        losses=_find_losses(acted, terms, since, days, departures) if days >= SHORTEST_SPAN else (),
        last_act=max((key[2] for key, _ in acted), default=None),
        until=until,
        told_on=told_on,
    )


def _find_losses(
    acted: Sequence[_Counted], terms: PolicyTerms, since: date, days: int, departures: Mapping[int, Departure]
) -> tuple[Loss, ...]:
    span = timedelta(days=days)
    named = [(key, n) for key, n in acted if key[1] not in NEVER_A_CAUSE]
    before, now = _sum_up(named, terms, since - span, since), _sum_up(named, terms, since, since + span)
    people, done_now = Counter(kind for _, kind in before), {kind for _, kind in now}
    stopped: defaultdict[str, list[_Done]] = defaultdict(list)
    found: list[Loss] = []
    for (member, kind), done in before.items():
        less = now.get((member, kind), NOTHING)
        if people[kind] > 1 and kind not in done_now:
            stopped[kind].append(done)
        elif less.points < done.points and less.objects < done.objects:
            left_on = departures[member].day if member in departures else None
            less_by = done.points - less.points
            found.append(Loss(kind, member, less_by, done.objects, less.objects, left_on=left_on))
    for kind, lost in stopped.items():
        points = math.fsum(done.points for done in lost)
        last_day = max(day for (_, what, day), _ in named if what == kind)
        found.append(Loss(kind, None, points, sum(done.objects for done in lost), 0, last_day))
    return tuple(sorted(found, key=lambda loss: (-loss.points, loss.kind, loss.member_id or 0)))


def _sum_up(acted: Sequence[_Counted], terms: PolicyTerms, after: date, until: date) -> dict[tuple[int, str], _Done]:
    """Return what was done after a day, up to and including another, by member and kind."""
    done: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for (member, kind, day), n in acted:
        if after < day <= until:
            done[member, kind].append(n)
    return {
        (member, kind): _Done(math.fsum(daily_points(terms.by_kind[kind], n) for n in counts), sum(counts))
        for (member, kind), counts in done.items()
    }
