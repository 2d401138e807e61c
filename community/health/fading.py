"""Who has left and still carries so much of a score that its fall is mostly their acts' fading. Pure."""

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
    """Return who of those that left loses most by time; None if they hold too little, or others lose more.

    Named are those with LEAST_HELD whose acts fade most of all people's, or who left in the days of the change or in
    as many days before them: as long back as the losses beside them look.
    """
    by_member: defaultdict[int, list[float]] = defaultdict(list)
    for (member, _kind), points in change.parts[Part.DECAY].items():
        by_member[member].append(points)
    faded = {member: -math.fsum(points) for member, points in by_member.items()}
    most = max(faded.values(), default=0.0)
    recent = change.since - (change.until - change.since)
    after = change.after.of_member
    leavers = [
        member
        for member, lost in faded.items()
        if member in departures
        and lost > 0
        and after.get(member, 0.0) >= LEAST_HELD
        and (lost == most or departures[member].day > recent)
    ]
    if not leavers:
        return None
    member = max(leavers, key=lambda each: (faded[each], -each))
    return Fading(member, departures[member].day, after[member])
