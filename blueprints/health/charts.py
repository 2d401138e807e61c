"""The geometry of the drawings: every coordinate is computed here, in the drawing's units. Pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol, TypeVar

Point = tuple[date, float | None]
"""A day and its score; None: no reading, so the line has a gap."""

Place = tuple[float, float | None]
"""Of a point in the drawing; without a height where the day has no reading."""


@dataclass(frozen=True)
class Plot:
    """Where the plot area of the drawing lies."""

    left: float
    right: float
    top: float
    bottom: float


class Weighed(Protocol):
    """Something on a day that may get a number on the line; `weight` in points."""

    @property
    def day(self) -> date: ...

    @property
    def weight(self) -> float: ...


AnyWeighed = TypeVar("AnyWeighed", bound=Weighed)


class Event(NamedTuple):
    """What changed the line on a day."""

    day: date
    text: str
    href: str
    kinds: Sequence[str]


@dataclass(frozen=True)
class LineWords:
    """The texts on a line chart, in the viewer's language."""

    title: str
    description: str
    label: str
    value: str
    good: str
    period: str
    month: Callable[[date], str]


@dataclass(frozen=True)
class ChartLine:
    """A line over time: its days, its numbered events, and the days that the text beside it explains."""

    points: Sequence[Point]
    events: Sequence[tuple[int, Event]]
    since: date
    good_from: float
    words: LineWords


@dataclass(frozen=True)
class Frame:
    """The drawing's size, its plot area, and whether the line's name has room at its end."""

    width: int
    height: int
    ground: Plot
    names_line: bool
    label_gap: int

    def along(self, start: date, end: date) -> Callable[[date], float]:
        """Return the position of a day on a line from `start` to `end`; a line has hundreds of days."""
        first, days = start.toordinal(), max((end - start).days, 1)
        left, width = self.ground.left, self.ground.right - self.ground.left

        def x(day: date) -> float:
            return round(left + (day.toordinal() - first) / days * width, 1)

        return x


WIDE = Frame(776, 216, Plot(left=34, right=668, top=4, bottom=166), names_line=True, label_gap=12)
NARROW = Frame(343, 216, Plot(left=28, right=300, top=4, bottom=166), names_line=False, label_gap=9)
"""A phone of 375 pixels without its margins. The figure alone stands at the line's end: the heading names it."""

DISC_Y, DROP_TO = 200, 190
FULL = 100
STEP = 20
"""The line chart may start above 0, and has a tick every 20 points."""

LEAST_SPAN = 40
MARGIN = 4
"""Points left empty above and below the line."""

MOST_EVENTS = 5
LEAST_WEIGHT = 1.0
"""The least points of a day that gets a number."""

DISC_ROOM = 20
"""Numbered discs nearer than this would cover one another; on the narrow drawing too, since both share the numbers."""

PERIOD_LABEL_ROOM = 72
NOTE_WIDTH, NOTE_HEIGHT, STROKE = 84, 20, 4
"""What the words on the guide take, and half of what the line takes."""

NOTE_INSET, NOTE_RISE, NOTE_DROP, NOTE_STEP = 4, 5, 15, 28
"""How far the words stand from the end of the guide, above it, and below it; how far apart the places tried are."""

MONTHS_LABELLED = 7
"""More months than this are labelled every second one."""


def place_events(points: Sequence[Point], events: Sequence[AnyWeighed]) -> list[tuple[int, AnyWeighed]]:
    """Return the heaviest events whose discs have room, numbered in the order of their days."""
    x = NARROW.along(points[0][0], points[-1][0])
    drawn = {day for day, value in points if value is not None}
    weighty = [event for event in events if event.weight >= LEAST_WEIGHT and event.day in drawn]
    chosen: list[AnyWeighed] = []
    for event in sorted(weighty, key=lambda e: (-e.weight, e.day)):
        at = x(event.day)
        if all(abs(x(other.day) - at) >= DISC_ROOM for other in chosen):
            chosen.append(event)
        if len(chosen) == MOST_EVENTS:
            break
    return list(enumerate(sorted(chosen, key=lambda e: e.day), start=1))


def line_chart(line: ChartLine, frame: Frame = WIDE) -> dict[str, Any]:
    """Return a line as templates/components/charts.html draws it. At least one of its days must have a reading."""
    known = [value for _, value in line.points if value is not None]
    low, high = _span(min(known), max(known))
    start, end = line.points[0][0], line.points[-1][0]
    x, y = frame.along(start, end), _scale(low, high, frame.ground)
    last = known[-1]
    places = [(x(day), None if value is None else y(value)) for day, value in line.points]
    return {
        "width": frame.width,
        "height": frame.height,
        "title": line.words.title,
        "description": line.words.description,
        "plot": frame.ground,
        "period": _period(line, start, end, x, frame),
        "y_ticks": [_tick(line, tick, places, x, y, frame) for tick in range(low, high + 1, STEP) if tick > 0],
        "x_ticks": [{"x": x(day), "label": line.words.month(day)} for day in _months(start, end)],
        "series": [
            {
                "kind": "main",
                "d": _path(places),
                "label": line.words.label if frame.names_line else "",
                "value": line.words.value,
                "label_x": frame.ground.right + frame.label_gap,
                "label_y": min(max(y(last) + 4, frame.ground.top + 12), frame.ground.bottom - 2),
            }
        ],
        "events": [
            {
                "n": n,
                "x": x(event.day),
                "y": y(_value_on(line.points, event.day) or 0),
                "drop": DROP_TO,
                "disc_y": DISC_Y,
                "date": f"{event.day.month}/{event.day.day}",
                "text": event.text,
                "href": event.href,
            }
            for n, event in line.events
        ],
    }


def _span(least: float, most: float) -> tuple[int, int]:
    low = max(0, math.floor((least - MARGIN) / STEP) * STEP)
    high = min(FULL, math.ceil((most + MARGIN) / STEP) * STEP)
    if high - low < LEAST_SPAN:
        high = min(FULL, low + LEAST_SPAN)
        low = max(0, high - LEAST_SPAN)
    return low, high


def _scale(low: float, high: float, ground: Plot) -> Callable[[float], float]:
    """Return the function from a score to the drawing; it leaves room above for the label of the highest tick."""
    top = ground.top + 20

    def y(value: float) -> float:
        return round(ground.bottom - (value - low) / (high - low) * (ground.bottom - top), 1)

    return y


def _path(places: Sequence[Place]) -> str:
    """Return the path through the days with a reading; days without one are gaps."""
    drawn, down = [], False
    for along, height in places:
        if height is not None:
            drawn.append(f"{'L' if down else 'M'}{along} {height}")
        down = height is not None
    return "".join(drawn)


def _value_on(points: Sequence[Point], day: date) -> float | None:
    return next((value for on, value in points if on == day), None)


def _tick(
    line: ChartLine,
    tick: int,
    places: Sequence[Place],
    x: Callable[[date], float],
    y: Callable[[float], float],
    frame: Frame,
) -> dict[str, Any]:
    """Return a tick, with a note if it is the guide and there is room for the text."""
    is_guide, at = tick == line.good_from, y(tick)
    place = _free_place(line, at, places, x, y, frame) if is_guide else None
    note = {"x": place[0], "y": place[1], "text": line.words.good} if place else None
    return {"y": at, "label": f"{tick}", "strong": is_guide, "note": note}


def _free_place(
    line: ChartLine,
    at: float,
    places: Sequence[Place],
    x: Callable[[date], float],
    y: Callable[[float], float],
    frame: Frame,
) -> tuple[float, float] | None:
    """Return where the words on the guide cross neither the line nor an event: above it if possible, and far left."""
    ground = frame.ground
    drawn = [(along, height, height) for along, height in places if height is not None]
    drawn += [(x(event.day), y(_value_on(line.points, event.day) or 0), DROP_TO) for _, event in line.events]
    for baseline, top, bottom in (
        (at - NOTE_RISE, at - NOTE_HEIGHT, at + STROKE),
        (at + NOTE_DROP, at - STROKE, at + NOTE_HEIGHT),
    ):
        if bottom > ground.bottom:
            break
        crossed = [where for where, high, low in drawn if high < bottom and low > top]
        left = ground.left + NOTE_INSET
        while left + NOTE_WIDTH <= ground.right:
            if not any(left - NOTE_INSET < where < left + NOTE_WIDTH for where in crossed):
                return left, baseline
            left += NOTE_STEP
    return None


def _months(start: date, end: date) -> list[date]:
    """Return the first days of the months on the line, few enough that their labels do not touch."""
    months = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
    firsts = [first for first in (date(month // 12, month % 12 + 1, 1) for month in months) if first >= start]
    return firsts if len(firsts) <= MONTHS_LABELLED else firsts[::2]


def _period(line: ChartLine, start: date, end: date, x: Callable[[date], float], frame: Frame) -> dict[str, Any] | None:
    """Return the area of the days that the table beside it explains."""
    if line.since >= end:
        return None
    left = x(max(line.since, start))
    width = round(frame.ground.right - left, 1)
    return {"x": left, "width": width, "label": line.words.period if width >= PERIOD_LABEL_ROOM else ""}
