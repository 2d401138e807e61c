"""Pure parts of the pages: rounding that adds up, figures, geometry."""

import math
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.health.charts import (
    DISC_ROOM,
    NARROW,
    NOTE_WIDTH,
    WIDE,
    ChartLine,
    Event,
    Frame,
    LineWords,
    Point,
    line_chart,
    place_events,
)
from blueprints.health.figures import figure, of_tenths, signed, signed_tenths, written_out
from blueprints.health.matrix import SMALLEST, radius
from blueprints.health.rounding import rounded
from community.health.groups import MatrixGroup, group_of
from community.health.tenths import TENTHS, apportioned, shown_change, tenths

cells = st.one_of(st.just(0.0), st.floats(-100, 100))
tables = st.integers(1, 7).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=12)
)

START = date(2026, 1, 1)
WORDS = LineWords("推移", "説明", "行動力", "50.0", "良好の目安 60", "この30日", lambda day: f"{day.month}月")


def shown_sums(table: list[list[float]]) -> list[int]:
    """The columns' sums in tenths: the first is shown elsewhere, and so is the total."""
    first, *others = (math.fsum(column) for column in zip(*table, strict=True))
    return [tenths(first), *apportioned(others, tenths(math.fsum([first, *others])) - tenths(first))]


@given(tables)
def test_a_rounded_table_adds_up_and_stays_near_the_truth(table: list[list[float]]) -> None:
    *body, sums = rounded(table, shown_sums(table))
    assert sums[:-1] == shown_sums(table)
    for line, exact in zip(body, table, strict=True):
        assert sum(line[:-1]) == line[-1]
        assert all(abs(cell - 10 * truth) < 2 for cell, truth in zip(line[:-2], exact[:-1], strict=True))
        assert all(cell == 0 for cell, truth in zip(line[:-2], exact[:-1], strict=True) if truth == 0)
        assert abs(line[-2] - 10 * exact[-1]) < 3
    assert [sum(column) for column in zip(*body, strict=True)] == sums
    assert abs(sums[0] - 10 * sum(line[0] for line in table)) < 0.51
    assert abs(sums[-1] - 10 * sum(map(sum, table))) < 0.51


@given(tables)
def test_points_before_and_now_are_the_same_whatever_stands_between(table: list[list[float]]) -> None:
    sums = shown_sums(table)
    *body, _ = rounded(table, sums)
    assert [line[0] for line in body] == apportioned([line[0] for line in table], sums[0])
    assert [line[-1] for line in body] == apportioned([math.fsum(line) for line in table], sum(sums))


def test_whole_tenths_are_left_as_they_are() -> None:
    assert rounded([[1.0, -0.2], [0.3, 0.0]], [13, -2]) == [[10, -2, 8], [3, 0, 3], [13, -2, 11]]


@given(st.floats(-100, 100))
def test_a_figure_is_printed_as_its_tenths(value: float) -> None:
    assert figure(value) == of_tenths(tenths(value))
    assert signed(value) == signed(tenths(value) / TENTHS)


def test_a_change_is_the_difference_of_the_shown_figures() -> None:
    assert signed(shown_change(45.46, 43.15)) == "−2.4"
    assert (figure(45.46), figure(43.15)) == ("45.5", "43.1")
    assert (figure(45.52), figure(43.16), signed(shown_change(45.52, 43.16))) == ("45.5", "43.2", "−2.3")


@pytest.mark.parametrize(
    ("value", "plain", "with_sign"),
    [
        (12.34, "12.3", "＋12.3"), (-7.0, "−7.0", "−7.0"), (0.0, "0.0", "0.0"), (-0.04, "0.0", "0.0"),
        (0.04, "0.0", "0.0"), (None, "—", "—"),
    ],
)  # fmt: skip
def test_figures_have_a_real_minus_and_a_wide_plus(value: float | None, plain: str, with_sign: str) -> None:
    assert (figure(value), signed(value)) == (plain, with_sign)


def test_the_sum_is_written_out() -> None:
    assert written_out(500, [210, -70, 0], 640) == "50.0＋21.0−7.0＝64.0"
    assert signed_tenths(0) == "—"


@pytest.mark.parametrize(
    ("behavior", "momentum", "group"),
    [
        (50.0, 0.5, MatrixGroup.MOVING), (50.0, 0.49, MatrixGroup.COOLING), (49.9, 0.5, MatrixGroup.STIRRING),
        (49.9, 0.49, MatrixGroup.QUIET), (80.0, None, MatrixGroup.FRESH), (None, None, MatrixGroup.UNJUDGED),
        (None, 1.0, MatrixGroup.UNJUDGED),
    ],
)  # fmt: skip
def test_groups_are_cut_at_the_middle_and_where_cooling_begins(
    behavior: float | None, momentum: float | None, group: MatrixGroup
) -> None:
    assert group_of(behavior, momentum) is group


def line(values: list[float | None], events: list[tuple[int, Event]] | None = None) -> ChartLine:
    points: list[Point] = [(START + timedelta(days=n), value) for n, value in enumerate(values)]
    return ChartLine(points, events or [], START, 60.0, WORDS)


class Done(NamedTuple):
    day: date
    weight: float


def done(day: int, weight: float) -> Done:
    return Done(START + timedelta(days=day), weight)


def event(of: Done) -> Event:
    return Event(of.day, "返信", "/acts", ["reply_posted"])


@pytest.mark.parametrize("frame", [WIDE, NARROW])
@given(values=st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=2, max_size=400).filter(any))
def test_the_line_stays_on_its_ground(frame: Frame, values: list[float | None]) -> None:
    drawn, ground = line_chart(line(values), frame), frame.ground
    numbers = [pair.split(" ") for pair in drawn["series"][0]["d"].replace("L", "M").split("M")[1:]]
    assert len(numbers) == sum(value is not None for value in values)
    assert all(ground.left <= float(x) <= ground.right for x, _ in numbers)
    assert all(ground.top <= float(y) <= ground.bottom for _, y in numbers)


def test_a_day_without_a_reading_is_a_gap() -> None:
    assert line_chart(line([10.0, 20.0, None, 30.0, 40.0]))["series"][0]["d"].count("M") == 2


def test_discs_do_not_cover_one_another() -> None:
    points = line([50.0] * 181).points
    placed = place_events(points, [done(day, 2.0 + day) for day in range(0, 181, 3)])
    assert [number for number, _ in placed] == list(range(1, len(placed) + 1))
    for frame in (WIDE, NARROW):
        drawn = line_chart(line([50.0] * 181, [(number, event(each)) for number, each in placed]), frame)["events"]
        assert all(b["x"] - a["x"] >= DISC_ROOM for a, b in pairwise(drawn))
    assert place_events(points, [done(5, 0.2)]) == []
    assert place_events(points, [done(400, 9.0)]) == []


def test_area_is_licences() -> None:
    assert radius(100, 400) == pytest.approx(radius(400, 400) / 2, abs=0.1)
    assert radius(0, 400) == radius(0, 0) == SMALLEST


def box_of(note: dict[str, Any]) -> tuple[float, float, float, float]:
    return note["x"], note["x"] + NOTE_WIDTH, note["y"] - 12, note["y"] + 2


@pytest.mark.parametrize("frame", [WIDE, NARROW])
@pytest.mark.parametrize(
    "values",
    [
        [60.0 - n / 12 for n in range(180)],  # begins on the guide and falls
        [45.0 + n / 12 for n in range(180)],  # crosses it in the middle
        [59.0 + n % 2 for n in range(90)] + [75.0] * 90,  # keeps to it for half of the time
    ],
)
def test_the_guide_is_named_where_the_line_leaves_room(frame: Frame, values: list[float]) -> None:
    drawn = line_chart(line([*values]), frame)
    (note,) = [tick["note"] for tick in drawn["y_ticks"] if tick["note"]]
    left, right, top, bottom = box_of(note)
    pairs = [pair.split(" ") for pair in drawn["series"][0]["d"].replace("L", "M").split("M")[1:]]
    assert not [(x, y) for x, y in pairs if left <= float(x) <= right and top <= float(y) <= bottom]
    assert frame.ground.left <= left
    assert right <= frame.ground.right
    assert bottom <= frame.ground.bottom


def test_a_line_all_along_the_guide_leaves_it_without_words() -> None:
    ticks = line_chart(line([56.0 if n % 2 else 64.0 for n in range(180)]))["y_ticks"]
    assert [tick["note"] for tick in ticks if tick["strong"]] == [None]
