"""Rule 7: is the company speeding up or falling silent? Pure, from the same counts as the score."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from community.health.rules import Points, decay

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


def momentum(points: Points, day: date) -> float | None:
    """Short memory over long memory: 1 is steady, below COOLING_BELOW is cooling; None before HISTORY_DAYS of acts.

    All kinds, without the member cap; the history begins with the first act that counts.
    """
    today = day.toordinal()
    aged = [(today - on, x) for dated in points.values() for on, x in dated if on <= today]
    if not aged or max(age for age, _ in aged) < HISTORY_DAYS:
        return None
    short = math.fsum(x * decay(age, SHORT_HALF_LIFE) for age, x in aged) / SHORT_HALF_LIFE
    long = math.fsum(x * decay(age, LONG_HALF_LIFE) for age, x in aged) / LONG_HALF_LIFE
    return short / long if long > 0 else None


def activity(points: Points, day: date) -> Activity:
    """Count who was active in the ACTIVE_DAYS that end SILENT_DAYS before `day`, and who of them is silent since."""
    silence_began = day - timedelta(days=SILENT_DAYS)
    active = _seen(points, silence_began, ACTIVE_DAYS)
    return Activity(len(active), len(active - _seen(points, day, SILENT_DAYS)))


def recently_active(points: Points, day: date) -> int:
    """Count the members who did anything that counts in the last ACTIVE_DAYS."""
    return len(_seen(points, day, ACTIVE_DAYS))


def _seen(points: Points, day: date, days: int) -> set[int]:
    """Return who acted in so many days, of which `day` is the last."""
    last = day.toordinal()
    return {member for (member, _), dated in points.items() if any(last - days < on <= last for on, _ in dated)}


def alerts(score: float, score_before: float | None, seen: Activity) -> list[Alert]:
    """Name what is alarming; `score_before` is the reading FALL_DAYS earlier, None when there was none."""
    found = []
    if score_before is not None and score_before - score >= FALL_POINTS:
        found.append(Alert.FELL)
    if seen.is_silent:
        found.append(Alert.SILENT)
    return found
