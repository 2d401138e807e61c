"""Rule 7: is the company speeding up or falling silent? Pure, from the same counts as the score."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from community.health.policy import PolicyTerms
from community.health.rules import Counts, daily_points, decay

SHORT_HALF_LIFE = 14.0
LONG_HALF_LIFE = 90.0
"""Momentum compares a fortnight's memory with a quarter's, each per day."""

HISTORY_DAYS = 90
"""Without a quarter of history the long memory is not filled and every beginner would look like a rocket."""

COOLING_BELOW = 0.5

FALL_POINTS = 20.0
FALL_DAYS = 30
"""An account that fell by so many points in so many days is worth a call."""

SILENT_DAYS = 30
ACTIVE_DAYS = 90
SILENT_SHARE = 0.8
"""Silence: of those active in the quarter before, four in five have not been seen for a month."""


class Alert(StrEnum):
    """Why an account wants to be looked at."""

    FELL = "fell"
    SILENT = "silent"


@dataclass(frozen=True)
class Activity:
    """How many of the members active in the quarter before the last month are silent since."""

    active: int
    silent: int

    @property
    def is_silent(self) -> bool:
        """Whether so large a share fell silent that somebody should ask."""
        return self.active > 0 and self.silent >= SILENT_SHARE * self.active


def momentum(counts: Counts, day: date, terms: PolicyTerms) -> float | None:
    """Short memory over long memory: 1 is steady, below COOLING_BELOW is cooling; None before HISTORY_DAYS of acts.

    All kinds, without the member cap; the history begins with the first act that counts.
    """
    points = [
        ((day - acted_on).days, daily_points(kind_terms, n))
        for (_, kind, acted_on), n in counts.items()
        if n > 0 and acted_on <= day and (kind_terms := terms.by_kind.get(kind)) is not None
    ]
    if not points or max(age for age, _ in points) < HISTORY_DAYS:
        return None
    short = math.fsum(x * decay(age, SHORT_HALF_LIFE) for age, x in points) / SHORT_HALF_LIFE
    long = math.fsum(x * decay(age, LONG_HALF_LIFE) for age, x in points) / LONG_HALF_LIFE
    return short / long if long > 0 else None


def activity(counts: Counts, day: date, terms: PolicyTerms) -> Activity:
    """Count who was active in the ACTIVE_DAYS that end SILENT_DAYS before `day`, and who of them is silent since."""
    silence_began = day - timedelta(days=SILENT_DAYS)
    active_from = silence_began - timedelta(days=ACTIVE_DAYS)
    active: set[int] = set()
    heard: set[int] = set()
    for (member, kind, acted_on), n in counts.items():
        if n > 0 and kind in terms.by_kind:
            if active_from < acted_on <= silence_began:
                active.add(member)
            elif silence_began < acted_on <= day:
                heard.add(member)
    return Activity(len(active), len(active - heard))


def recently_active(counts: Counts, day: date, terms: PolicyTerms) -> int:
    """Count the members who did anything that counts in the last ACTIVE_DAYS."""
    since = day - timedelta(days=ACTIVE_DAYS)
    return len(
        {member for (member, kind, on), n in counts.items() if n > 0 and since < on <= day and kind in terms.by_kind}
    )


def alerts(score: float, score_before: float | None, seen: Activity) -> list[Alert]:
    """Name what is alarming; `score_before` is the reading FALL_DAYS earlier, None when there was none."""
    found = []
    if score_before is not None and score_before - score >= FALL_POINTS:
        found.append(Alert.FELL)
    if seen.is_silent:
        found.append(Alert.SILENT)
    return found
