"""What rings for a company on a day, and what is known of it besides its score: rules 7, 9, 10 and 13. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from community.health.momentum import momentum
from community.health.policy import PolicyTerms
from community.health.presence import People, Roster, people_behind
from community.health.rules import Behavior, Points, behavior_of
from community.health.silence import Silence, find_silence

RULES_VERSION = 2
"""The rules beyond the policy's numbers. 1: momentum alone; 2: also who is there, and alarms (rules 9 to 14)."""

FALL_POINTS = 20.0
FALL_DAYS = 30
"""A company that fell by so many points in so many days is worth a call."""

RINGING_DAYS = 90
"""An alarm about people rings for so many days unless somebody sees to it; after that a mark stays."""


class Alarm(StrEnum):
    """Reasons to call a company, the most urgent first."""

    EMPTY = "empty"
    LEFT = "left"
    SILENT = "silent"
    FELL = "fell"


@dataclass(frozen=True)
class Assessment:
    """A company's score on a day with all that rules 7 to 13 say about it."""

    behavior: Behavior
    momentum: float | None
    people: People
    silence: Silence | None
    """The silence, where it is long enough to ring; None else."""
    alarms: tuple[Alarm, ...]


def assess(
    points: Points,
    day: date,
    terms: PolicyTerms,
    scale: float,
    roster: Roster,
    *,
    score_before: float | None,
) -> Assessment:
    """Return the assessment of a day on which somebody is there.

    `score_before`: the score recorded FALL_DAYS earlier, if there was one.
    """
    behavior = behavior_of(points, day, terms, scale)
    people = people_behind(behavior, points, day, terms, scale, roster)
    silence = find_silence(points, day)
    left_since = people.left_since
    rings = {
        Alarm.FELL: score_before is not None and score_before - behavior.score >= FALL_POINTS,
        Alarm.SILENT: silence is not None and silence.rings,
        Alarm.LEFT: left_since is not None and is_ringing(left_since, day),
    }
    return Assessment(
        behavior=behavior,
        momentum=momentum(points, day),
        people=people,
        silence=silence if rings[Alarm.SILENT] else None,
        alarms=tuple(alarm for alarm in Alarm if rings.get(alarm)),
    )


def is_ringing(since: date, day: date) -> bool:
    """Return whether an alarm about people that began on `since` still rings on `day`, unless somebody saw to it."""
    return day - since < timedelta(days=RINGING_DAYS)


def written(alarms: Iterable[Alarm]) -> str:
    """Return alarms as a snapshot stores them."""
    return ",".join(sorted(alarms))
