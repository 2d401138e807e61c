"""Small lines without axes, beside a name: the behavior axis from 0 to 100, with one day marked. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

FULL = 100.0
EDGE = 4.0
"""Room for the dots at both ends."""


@dataclass(frozen=True)
class Spark:
    """A line as `templates/health/_spark.html` draws it; `marked`: where the day of an event lies."""

    width: int
    height: int
    d: str
    end: tuple[float, float]
    marked: tuple[float, float] | None


STEP_DAYS = 7
"""A point a week: more would not be seen at this size."""


def spark(
    scores: Sequence[tuple[date, float]], span: int, *, size: tuple[int, int] = (196, 52), mark: date | None = None
) -> Spark | None:
    """Return the line of the last `span` days; None with fewer than two points."""
    if len(scores) < 2:  # noqa: PLR2004  a line has two ends
        return None
    width, height = size
    end = scores[-1][0]
    start = end - timedelta(days=span)
    drawn = [(day, score) for day, score in scores if day >= start and (end - day).days % STEP_DAYS == 0]

    def at(day: date, score: float) -> tuple[float, float]:
        x = EDGE + (day - start).days / span * (width - 2 * EDGE)
        return round(x, 1), round(height - EDGE - score / FULL * (height - 2 * EDGE), 1)

    points = [at(day, score) for day, score in drawn]
    marked = next((at(day, score) for day, score in scores if day == mark and day >= start), None)
    d = "M" + "L".join(f"{x} {y}" for x, y in points)
    return Spark(width, height, d, points[-1], marked)
