"""What a company does less than before: rule 12, "Why it fell". Pure.

A fall has always to do with time: nobody's score falls while they go on as before. So the days of the fall are compared
with as many days before them, in points before decay: who does less of what, and when somebody last did anything.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from community.health.explanation import Situation
from community.health.policy import PolicyTerms
from community.health.presence import Departure
from community.health.rules import Counts, daily_points

SHORTEST_SPAN = 7
"""Fewer days are not compared: a Monday would be found to have more acts than a Sunday."""


@dataclass(frozen=True)
class Loss:
    """Acts of one kind that were more in the span before; objects and points of both spans, before decay."""

    kind: str
    member_id: int | None
    """None: several people did it in the span before, and nobody does it now."""
    points: float
    objects_before: int
    objects_now: int
    left_on: date | None = None
    """When the member left the company, if so."""


@dataclass(frozen=True)
class Decline:
    """What a company does less since a day, largest loss first, and the last day with an act that counts."""

    days: int = 0
    losses: Sequence[Loss] = ()
    last_act: date | None = None
    told_on: date | None = None
    """The day on which this is told: later than the last day compared where a contract has ended."""


@dataclass
class _Done:
    """Points before decay, and objects, of one member and kind in one span."""

    points: float = 0.0
    objects: int = 0


def find_decline(situation: Situation, since: date, departures: Mapping[int, Departure], told_on: date) -> Decline:
    """Return what was done less from the day after `since` to the situation's day than in as many days before.

    Counted are the acts as they are known in the situation. `departures` are those who have left, by member.
    """
    until, counts, terms = situation.day, situation.counts, situation.terms
    days = (until - since).days
    return Decline(
        days=days,
        losses=_find_losses(counts, terms, since, days, departures) if days >= SHORTEST_SPAN else (),
        last_act=max(
            (day for (_, kind, day), n in counts.items() if _counts(terms, kind, n) and day <= until), default=None
        ),
        told_on=told_on,
    )


def _counts(terms: PolicyTerms, kind: str, n: int) -> bool:
    kind_terms = terms.by_kind.get(kind)
    return n > 0 and kind_terms is not None and kind_terms.weight > 0


def _find_losses(
    counts: Counts, terms: PolicyTerms, since: date, days: int, departures: Mapping[int, Departure]
) -> tuple[Loss, ...]:
    span = timedelta(days=days)
    before = _done(counts, terms, since - span, since)
    now = _done(counts, terms, since, since + span)
    found: list[Loss] = []
    for kind in {kind for _, kind in before}:
        did = {member: done for (member, each), done in before.items() if each == kind}
        still = {member: done for (member, each), done in now.items() if each == kind}
        if len(did) > 1 and not still:
            points, objects = (
                math.fsum(done.points for done in did.values()),
                sum(done.objects for done in did.values()),
            )
            found.append(Loss(kind, None, points, objects, 0))
            continue
        for member, done in did.items():
            less = still.get(member, _Done())
            if less.points < done.points and less.objects < done.objects:
                left_on = departures[member].day if member in departures else None
                points = done.points - less.points
                found.append(Loss(kind, member, points, done.objects, less.objects, left_on))
    return tuple(sorted(found, key=lambda loss: (-loss.points, loss.kind, loss.member_id or 0)))


def _done(counts: Counts, terms: PolicyTerms, after: date, until: date) -> dict[tuple[int, str], _Done]:
    """Return what was done after a day, up to and including another, of the kinds that count."""
    done: defaultdict[tuple[int, str], _Done] = defaultdict(_Done)
    chosen = [(key, n) for key, n in counts.items() if after < key[2] <= until and _counts(terms, key[1], n)]
    for (member, kind, _), n in sorted(chosen):  # the same sum to the last bit, whatever the order of the acts
        done[member, kind].points += daily_points(terms.by_kind[kind], n)
        done[member, kind].objects += n
    return dict(done)
