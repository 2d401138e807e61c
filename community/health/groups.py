"""The four quadrants of the matrix: how much a company does, and whether that goes on. Pure."""

from enum import StrEnum

from community.health.momentum import COOLING_BELOW

HIGH_FROM = 50.0
"""Where the behavior axis is divided: at its middle, as the accounts page says."""


class MatrixGroup(StrEnum):
    """A company's group, which tells what to talk about with it; the last three have no place in the matrix."""

    MOVING = "moving"
    COOLING = "cooling"
    STIRRING = "stirring"
    QUIET = "quiet"
    FRESH = "fresh"
    UNJUDGED = "unjudged"
    ENDED = "ended"


QUADRANTS = (MatrixGroup.MOVING, MatrixGroup.COOLING, MatrixGroup.STIRRING, MatrixGroup.QUIET)


def group_of(behavior: float | None, momentum: float | None, *, is_over: bool = False) -> MatrixGroup:
    """Return a company's group. FRESH: its history is too short for a momentum; UNJUDGED: no reading (判定不能).

    ENDED: its contract is over, whatever its last figures were.
    """
    if is_over:
        return MatrixGroup.ENDED
    if behavior is None:
        return MatrixGroup.UNJUDGED
    if momentum is None:
        return MatrixGroup.FRESH
    if behavior >= HIGH_FROM:
        return MatrixGroup.COOLING if momentum < COOLING_BELOW else MatrixGroup.MOVING
    return MatrixGroup.QUIET if momentum < COOLING_BELOW else MatrixGroup.STIRRING
