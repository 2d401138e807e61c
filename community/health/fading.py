"""Who has left and still carries so much of a score that it falls because their acts fade. Pure."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from community.health.explanation import Change, Part
from community.health.presence import LEAST_HELD, Departure


@dataclass(frozen=True)
class Fading:
    """Somebody who left, the day, and the points that they still hold of the score."""

    member_id: int
    left_on: date
    points: float


def find_fading(change: Change, departures: Mapping[int, Departure]) -> Fading | None:
    """Return who of those that left holds most of the score and loses points by time; None: it would explain little.

    It explains the fall where they hold LEAST_HELD, and nobody holds more or nobody loses more, or they left in the
    days of the change or in as many days before them: as long back as the losses beside them look.
    """
    by_member: defaultdict[int, list[float]] = defaultdict(list)
    for (member, _kind), points in change.parts[Part.DECAY].items():
        by_member[member].append(points)
    faded = {member: -math.fsum(points) for member, points in by_member.items()}
    held = change.after.of_member
    leavers = [m for m in departures if held.get(m, 0.0) >= LEAST_HELD and faded.get(m, 0.0) > 0]
    if not leavers:
        return None
    member = max(leavers, key=lambda each: (held[each], -each))
    left_on, span = departures[member].day, change.until - change.since
    is_largest = held[member] == max(held.values()) or faded[member] == max(faded.values())
    return Fading(member, left_on, held[member]) if is_largest or left_on > change.since - span else None
