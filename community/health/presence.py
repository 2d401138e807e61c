"""Who was with a company on a day, who had left, and what that says about its score: rules 9 to 11. Pure.

Acts stay with the company of their day when their people leave, and go on decaying. So the score alone does not say
whether anybody is left to act.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from community.health.policy import PolicyTerms
from community.health.rules import Band, Behavior, Points, band, behavior_of
from models.ledger import SignalKind

ACTIVE_DAYS = 90
"""Who did anything that counts in so many days is active."""

GOOD_NEEDS = 2
"""So many members have to act for a good score to be a good company, except where one seat is licensed."""

LEAST_HELD = 1.0
"""Points of the score that somebody who left must still hold to be named, and to count as having carried it."""

LEAVERS_POINTS = 10.0
"""The people who carried a score have left if it differs by so much, or by a band, from that of those who are there."""

PASSIVE = frozenset({SignalKind.MAIL_CLICKED, SignalKind.REACTION_RECEIVED, SignalKind.REGISTERED_NOT_COME})
"""Kinds that show nobody at work: a good score needs members with others. Fewer than `silence.BEGUN_BY_OTHERS`: who
comes to a seminar is at work, though others began it."""


class BandReason(StrEnum):
    """Why a company's band is not the one that its score alone would have."""

    ONE_ACTIVE = "one_active"
    NONE_ACTIVE = "none_active"
    NOBODY = "nobody"


class Period(NamedTuple):
    """A member's time with a company; `until_day` is the first day after it."""

    member_id: int
    account_id: int
    from_day: date
    until_day: date | None

    def covers(self, day: date) -> bool:
        """Return whether the day lies in the period."""
        return self.from_day <= day and (self.until_day is None or day < self.until_day)


@dataclass(frozen=True)
class Departure:
    """When somebody left (the first day on which they were no longer there), and to which company, if to one."""

    day: date
    account_id: int | None
    """The company right after; None: they have not been with another since."""
    is_inside_family: bool
    """Whether that company is of the family. Who went on from there has left the family none the less."""
    left_family_on: date | None = None
    """The first day on which they were with no company of the family; None: they are with one."""


@dataclass(frozen=True)
class Roster:
    """The people of a company as far as they were known at some moment, with everything that they belonged to."""

    account_id: int
    periods: Sequence[Period] = ()
    topmost: Mapping[int, int] = field(default_factory=dict)
    """The topmost parent by company, of those that have one and that somebody moved to or from."""
    licences: int | None = None

    def present(self, day: date) -> frozenset[int]:
        """Return the members on a day."""
        return frozenset(p.member_id for p in self.periods if p.account_id == self.account_id and p.covers(day))

    def departures(self, day: date) -> dict[int, Departure]:
        """Return who had been with the company and was no longer there on a day, by member."""
        here = self.present(day)
        begun: dict[int, list[Period]] = {}
        for period in self.periods:
            if period.from_day <= day and period.member_id not in here:
                begun.setdefault(period.member_id, []).append(period)
        found: dict[int, Departure] = {}
        for member, theirs in begun.items():
            left = [p.until_day for p in theirs if p.account_id == self.account_id and p.until_day is not None]
            if left:
                found[member] = self._departure(max(left), theirs, day)
        return found

    def _departure(self, left_on: date, periods: Sequence[Period], day: date) -> Departure:
        """Return the departure of somebody with these periods, all of them begun by the day."""
        after = min((p for p in periods if p.from_day >= left_on), key=lambda p: p.from_day, default=None)
        in_family = [p for p in periods if self._is_family(p.account_id)]
        is_there = any(p.covers(day) for p in in_family)
        return Departure(
            left_on,
            after.account_id if after else None,
            is_inside_family=after is not None and self._is_family(after.account_id),
            left_family_on=None if is_there else max(p.until_day for p in in_family if p.until_day is not None),
        )

    def empty_since(self, day: date) -> date | None:
        """Return the first day of those up to this one on which nobody was there; None if somebody is, or never was."""
        ends = [p.until_day for p in self.periods if p.account_id == self.account_id and p.until_day is not None]
        ended = [end for end in ends if end <= day]
        return max(ended) if ended and not self.present(day) else None

    def last_joined_on(self, day: date) -> date:
        """Return the first day of the last period with the company that had begun by a day; `date.min`: none had."""
        began = (p.from_day for p in self.periods if p.account_id == self.account_id and p.from_day <= day)
        return max(began, default=date.min)

    def joined_family_on(self, member_id: int, day: date) -> date:
        """Return the first day of a member's last period with the family begun by a day; `date.min`: none had begun."""
        theirs = (p for p in self.periods if p.member_id == member_id and p.from_day <= day)
        return max((p.from_day for p in theirs if self._is_family(p.account_id)), default=date.min)

    def last_day_with_people(self, day: date) -> date:
        """Return the day, or the last day before it on which somebody was there; the day itself if nobody ever was."""
        empty_since = self.empty_since(day)
        return day if empty_since is None else empty_since - timedelta(days=1)

    @property
    def first_day(self) -> date | None:
        """The day on which the first member came; None if there never was one."""
        return min((p.from_day for p in self.periods if p.account_id == self.account_id), default=None)

    def _is_family(self, account_id: int) -> bool:
        return self.topmost.get(account_id, account_id) == self.topmost.get(self.account_id, self.account_id)


@dataclass(frozen=True)
class People:
    """What a score owes to whom on a day."""

    members: int
    active: int
    """Members of the day with an act that counts in ACTIVE_DAYS."""
    leavers_share: float
    """What part of the score the acts of people carry who are no longer there, 0 to 1."""
    behavior_of_present: float | None
    """The score by the same rules over the acts of those who are there; None where nobody is."""
    band: Band
    band_reason: BandReason | None
    lost_share: float
    """What part of the score those carry who have left the family too; who went to a company of it is not counted."""
    behavior_without_lost: float | None
    """The score over the acts of those who are there or with a company of the family; None where nobody is there."""
    core: Mapping[int, date]
    """Who has left the family of those who carried the score, with the day; empty unless without all who have left the
    family the score is of another band or LEAVERS_POINTS less."""

    @property
    def left_since(self) -> date | None:
        """The day on which the last of the core left the family; None: the core is there."""
        return max(self.core.values(), default=None)


def people_behind(
    behavior: Behavior, points: Points, day: date, terms: PolicyTerms, scale: float, roster: Roster
) -> People:
    """Return what the people of the day say about a score of that day (rules 10 and 11)."""
    here = roster.present(day)
    held = behavior.of_member
    gone = held.keys() - here
    left = roster.departures(day)
    moved_inside = {member for member in gone if member in left and left[member].left_family_on is None}
    without = _score_of(here, points, day, terms, scale) if gone else behavior.score
    without_lost = _score_of(here | moved_inside, points, day, terms, scale) if moved_inside else without
    judged, reason = _band_of(behavior.score, here, points, day, terms, roster.licences)
    is_much = behavior.score - without_lost >= LEAVERS_POINTS or band(behavior.score, terms) != band(
        without_lost, terms
    )
    return People(
        members=len(here),
        active=len(here & seen(points, day, ACTIVE_DAYS)),
        leavers_share=_share_of(gone, held, behavior.score),
        behavior_of_present=without,
        band=judged,
        band_reason=reason,
        lost_share=_share_of(gone - moved_inside, held, behavior.score),
        behavior_without_lost=without_lost,
        core=_core(held, left) if is_much else {},
    )


def _core(held: Mapping[int, float], left: Mapping[int, Departure]) -> dict[int, date]:
    """Return who has left the family and still holds LEAST_HELD, with the day; nobody if each holds less.

    By the people, not by the days on which the score says so: those come and go with an act at the edge of a band.
    """
    return {
        member: departure.left_family_on
        for member, departure in left.items()
        if departure.left_family_on is not None and held.get(member, 0.0) >= LEAST_HELD
    }


def _share_of(members: Collection[int], held: Mapping[int, float], score: float) -> float:
    return math.fsum(held[member] for member in members) / score if score > 0 else 0.0


def _score_of(members: Collection[int], points: Points, day: date, terms: PolicyTerms, scale: float) -> float:
    theirs = {key: worth for key, worth in points.items() if key[0] in members}
    return behavior_of(theirs, day, terms, scale).score


def _band_of(
    score: float, here: Collection[int], points: Points, day: date, terms: PolicyTerms, licences: int | None
) -> tuple[Band, BandReason | None]:
    """Return the band, and why it is not the score's own (rule 11)."""
    judged = band(score, terms)
    if judged is not Band.GOOD:
        return judged, None
    at_work = {key: worth for key, worth in points.items() if key[0] in here and key[1] not in PASSIVE}
    acting = len(seen(at_work, day, ACTIVE_DAYS))
    if acting >= (1 if licences == 1 else GOOD_NEEDS):
        return judged, None
    return Band.WATCH, BandReason.ONE_ACTIVE if acting else BandReason.NONE_ACTIVE


def seen(points: Points, day: date, days: int) -> set[int]:
    """Return the people with an act that counts in so many days, of which `day` is the last."""
    span = _span(day.toordinal(), days)
    return {member for (member, _), worth in points.items() if not all(span.isdisjoint(on) for _, on in worth)}


@lru_cache(maxsize=64)
def _span(last: int, days: int) -> frozenset[int]:
    return frozenset(range(last - days + 1, last + 1))
