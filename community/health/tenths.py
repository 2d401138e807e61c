"""Figures as they are shown: in whole tenths, rounded in one place, so that sentence, table, lists and files agree."""

import math
from collections.abc import Sequence

TENTHS = 10
"""Tenths in a point."""


def tenths(value: float) -> int:
    """Return a figure in tenths, rounded as Python prints it with one decimal."""
    return round(round(value, 1) * TENTHS)


def shown_change(before: float, after: float) -> float:
    """Return a change in points as the difference of the two figures as shown: 45.5 and 43.2 differ by 2.3."""
    return (tenths(after) - tenths(before)) / TENTHS


def apportioned(parts: Sequence[float], whole: int) -> list[int]:
    """Return the parts of a change in tenths, which add up to `whole` tenths; a part that is 0 stays 0.

    Each is one of the two tenths around it; those with the largest remainders are rounded up. `whole` is the sum of the
    parts, rounded with the shown figures at both ends.
    """
    exact = [part * TENTHS for part in parts]
    found = [math.floor(part) for part in exact]
    missing = whole - sum(found)
    by_remainder = sorted((i for i, part in enumerate(exact) if part), key=lambda i: found[i] - exact[i])
    for i in by_remainder[: max(missing, 0)]:
        found[i] += 1
    for i in by_remainder[missing:] if missing < 0 else ():  # an error of the last bit, at a figure just between tenths
        found[i] -= 1
    return found
