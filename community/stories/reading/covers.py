"""Covers of stories: a traditional pattern (文様) for each trade, as geometry for pages and for share images.

A cover is filled (陽) where a figure is counted or measured, else outlined (陰).
"""

import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from community.stories.versions.content import Figure, Grade

_KANJI_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
Point = tuple[float, float]
# The height of an equilateral triangle whose side is 1.
_TALL = math.sqrt(3) / 2


class Circle(NamedTuple):
    """One circle of a pattern. `is_opaque`: it covers what was drawn before it."""

    x: float
    y: float
    radius: float
    is_opaque: bool = False


@dataclass(frozen=True)
class Pattern:
    """One tile of a pattern: lines that are stroked, shapes that are filled, and circles."""

    name: str
    width: float
    height: float
    lines: tuple[tuple[Point, ...], ...] = ()
    shapes: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[Circle, ...] = ()

    @property
    def line_path(self) -> str:
        """The lines as the path data of SVG."""
        return "".join(_to_path(line) for line in self.lines)

    @property
    def shape_path(self) -> str:
        """The shapes as the path data of SVG."""
        return "".join(f"{_to_path(shape)}Z" for shape in self.shapes)


def is_filled(figures: Iterable[Figure]) -> bool:
    """Return whether the story's cover is filled: at least one of its figures was counted or measured."""
    return any(figure.grade != Grade.C for figure in figures)


def choose_pattern(trade: str, story_id: int) -> Pattern:
    """Return the pattern for a story of this trade; stories of a trade that has several take turns."""
    names = next((names for words, names in _OF_TRADES.items() if any(word in trade for word in words)), None)
    if names is None:
        return _ALL[zlib.crc32(trade.encode()) % len(_ALL)]
    return PATTERNS[names[story_id % len(names)]]


def to_kanji_digits(line: str) -> str:
    """Return the line with kanji for its digits, as numbers are written vertically: 「一八〇名」."""
    return line.replace(",", "").translate(_KANJI_DIGITS)


def _to_path(points: Iterable[Point]) -> str:
    return "".join(f"{'L' if n else 'M'}{_short(x)} {_short(y)}" for n, (x, y) in enumerate(points))


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _waves() -> Pattern:
    """青海波."""
    side = 30
    rows = [(k * side / 2, (side,) if k % 2 else (0, 2 * side)) for k in range(5)]
    sizes = ((1, True), (0.72, False), (0.44, False), (0.18, False))
    circles = [Circle(x, y, part * side, covers) for y, xs in rows for x in xs for part, covers in sizes]
    return Pattern("seigaiha", 2 * side, side, circles=tuple(circles))


def _triangles(name: str, *, has_stars: bool) -> Pattern:
    """麻の葉, and 籠目 without its stars."""
    side, tall, lines = 46, 46 * _TALL, list[tuple[Point, ...]]()
    for row in range(-1, 3):
        for column in range(-1, 3):
            x, y = column * side + (side / 2 if row % 2 else 0), row * tall
            left, right, low = (x, y), (x + side, y), (x + side / 2, y + tall)
            lines.append((left, right, low, left))
            if has_stars:
                inner, outer = (x + side / 2, y + tall / 3), (x + side, y + tall * 2 / 3)
                next_low = (x + side * 1.5, y + tall)
                lines += [(left, inner, right), (inner, low), (low, outer, next_low), (outer, right)]
    return Pattern(name, side, 2 * tall, lines=tuple(line for line in lines if _touches(line, side, 2 * tall)))


def _touches(line: Iterable[Point], width: float, height: float) -> bool:
    points = list(line)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) < width and max(xs) > 0 and min(ys) < height and max(ys) > 0


def _arrows() -> Pattern:
    """矢絣."""
    feather = ((0, 0), (11, 11), (22, 0), (22, 44), (11, 55), (0, 44))
    places = ((0, 0), (22, 44), (22, -44), (0, 88))
    return Pattern("yagasuri", 44, 88, shapes=tuple(tuple((x + dx, y + dy) for x, y in feather) for dx, dy in places))


def _shells() -> Pattern:
    """亀甲."""
    side, tall = 24, 48 * _TALL
    whole = ((0, 0.5), (0.5, 0), (1.5, 0), (2, 0.5), (1.5, 1), (0.5, 1), (0, 0.5))
    inner = ((0.3, 0.5), (0.65, 0.15), (1.35, 0.15), (1.7, 0.5), (1.35, 0.85), (0.65, 0.85), (0.3, 0.5))
    bars = ((2, 0.5), (3, 0.5))
    lines = tuple(tuple((x * side, y * tall) for x, y in line) for line in (whole, inner, bars))
    return Pattern("kikko", 3 * side, tall, lines=lines)


def _rising() -> Pattern:
    """立涌: two waves that swell and narrow."""
    steps = range(17)
    wave = [(8 - 8 * math.cos(math.pi * n / 8), n * 5.0) for n in steps]
    lines = [[(at + sign * x, y) for x, y in wave] for at in (0, 24, 48) for sign in (1, -1)]
    return Pattern("tatewaku", 48, 80, lines=tuple(map(tuple, lines)))


def _fence() -> Pattern:
    """檜垣."""
    lines = (
        ((0, 24), (24, 0)), ((24, 48), (48, 24)), ((0, 24), (24, 48)), ((12, 12), (36, 36)), ((24, 0), (48, 24)),
        ((36, 36), (12, 60)), ((12, -12), (36, 12)), ((36, -12), (12, 12)), ((60, 12), (36, 36)), ((-12, 36), (12, 60)),
    )  # fmt: skip
    return Pattern("higaki", 48, 48, lines=lines)


def _checks() -> Pattern:
    """市松."""
    square = ((0, 0), (26, 0), (26, 26), (0, 26))
    return Pattern("ichimatsu", 52, 52, shapes=(square, tuple((x + 26, y + 26) for x, y in square)))


def _treasures() -> Pattern:
    """七宝."""
    places = ((0, 0), (52, 0), (0, 52), (52, 52), (26, 26))
    return Pattern("shippo", 52, 52, circles=tuple(Circle(x, y, 26) for x, y in places))


_ALL = (
    _waves(), _triangles("asanoha", has_stars=True), _triangles("kagome", has_stars=False), _arrows(), _shells(),
    _rising(), _fence(), _checks(), _treasures(),
)  # fmt: skip
PATTERNS: Mapping[str, Pattern] = {pattern.name: pattern for pattern in _ALL}
# By words that a trade's name holds; the first that fits counts.
_OF_TRADES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("乳業", "酪農"): ("kagome",),
    ("食品", "飲食", "水産"): ("seigaiha",),
    ("運輸", "倉庫", "物流"): ("higaki",),
    ("官公庁", "自治体", "教育", "学校"): ("yagasuri",),
    ("商社", "建設", "不動産", "卸"): ("ichimatsu",),
    ("農業", "林業", "園芸"): ("shippo",),
    ("医療", "医薬", "福祉"): ("asanoha",),
    ("製造", "機械", "印刷"): ("kikko", "asanoha", "tatewaku"),
}
