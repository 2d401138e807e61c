"""What a step of a change did to the score, told apart from how it shifted the shares of all others in it. Pure."""

import math
from collections import defaultdict

from community.health.rules import FULL_SCORE, Behavior, MemberKind, rolled_up


def points_per_strength(then: Behavior, now: Behavior, cap: float, scale: float) -> defaultdict[int, float]:
    """Return how many points of the score one point of strength that changed is worth, by member.

    `then` and `now` are scored with the same cap and scale. It is the mean slope of the member cap's curve times that
    of the scale's curve (rules 3 and 5) between both ends. So the worths of all strengths that changed add up to the
    change of the score, each has the sign of its own change, and what did not change is worth nothing.
    """
    slope = FULL_SCORE / scale * _mean_decay(then.breadth / scale, now.breadth / scale)
    before, after = (rolled_up((member, s) for (member, _), s in each.strengths.items()) for each in (then, now))
    return defaultdict(
        float,
        {
            member: slope * _mean_decay(before.get(member, 0.0) / cap, after.get(member, 0.0) / cap)
            for member in {*before, *after}
        },
    )


def attributed(then: Behavior, now: Behavior, cap: float, scale: float) -> dict[MemberKind, float]:
    """Return the change of the score by the members and kinds whose own strength changed."""
    if now is then:
        return {}
    worth = points_per_strength(then, now, cap, scale)
    changes = {
        key: now.strengths.get(key, 0.0) - then.strengths.get(key, 0.0) for key in {*then.strengths, *now.strengths}
    }
    return {key: worth[key[0]] * moved for key, moved in changes.items() if moved}


def _mean_decay(one: float, other: float) -> float:
    """Return the mean of e^(−x) between two numbers that are not negative."""
    low, apart = min(one, other), abs(one - other)
    return math.exp(-low) * (-math.expm1(-apart) / apart if apart else 1.0)
