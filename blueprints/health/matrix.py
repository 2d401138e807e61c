"""The matrix of accounts: behavior upwards, momentum to the right, divided like the groups."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Self

from flask_babel import gettext as _
from markupsafe import Markup, escape

from blueprints.health.charts import FULL, Plot
from blueprints.health.figures import figure
from blueprints.health.reasons import ALARMS
from blueprints.health.words import BANDS, GROUPS, PILLS, days_left
from community.app.cached_urls import cached_url
from community.health.alarms import Alarm
from community.health.groups import HIGH_FROM, QUADRANTS, MatrixGroup
from community.health.listing import AccountRow
from community.health.momentum import COOLING_BELOW
from community.health.rules import Band


@dataclass(frozen=True)
class Paper:
    """The drawing's size, and where its plot area lies."""

    width: int
    height: int
    ground: Plot

    def x(self, momentum: float) -> float:
        """Return the position of a momentum.

        The division is in the middle; values beyond the edge are drawn at the edge.
        """
        octaves = -OCTAVES if momentum <= 0 else math.log2(momentum / COOLING_BELOW)
        share = (min(max(octaves, -OCTAVES), OCTAVES) + OCTAVES) / (2 * OCTAVES)
        return round(self.ground.left + share * (self.ground.right - self.ground.left), 1)

    def y(self, score: float) -> float:
        """Return the position of a behavior, from 0 at the bottom to 100 at the top."""
        return round(self.ground.bottom - score / FULL * (self.ground.bottom - self.ground.top), 1)


WIDE = Paper(716, 584, Plot(left=44, right=700, top=10, bottom=520))
NARROW = Paper(343, 384, Plot(left=44, right=337, top=10, bottom=330))
"""A phone of 375 pixels without its margins."""

OCTAVES = 3
"""Momentum is a ratio, so its axis doubles: from an eighth of the cut up to eight times it; beyond is at the edge."""

MOMENTUM_TICKS = (("0.1", 0.125), ("0.25", 0.25), ("0.5", 0.5), ("1", 1.0), ("2", 2.0))
SCORE_TICKS = (0, 25, 50, 75, 100)
LARGEST, SMALLEST = 15.0, 5.0
"""Radius of the account with the most licences, and what can still be hit with a finger's help of the list."""

POINTED = 1.15
"""A diamond reaches so much farther than a circle of the same radius (components/charts.html)."""

CORNER = 10


@dataclass(frozen=True)
class Placed:
    """An account with its group and the text shown when it is pointed at."""

    row: AccountRow
    group: MatrixGroup
    is_ringed: bool


class Mark(NamedTuple):
    """An account as it is drawn; `name` and `text` are escaped already, since both drawings use them twice."""

    x: float
    y: float
    r: float
    band: str
    href: str
    name: Markup
    text: Markup
    selected: bool


def scatters(
    placed: Sequence[Placed], selected: MatrixGroup | None, today: date, papers: Sequence[Paper] = (WIDE, NARROW)
) -> list[dict[str, Any]]:
    """Return the accounts that have a place on each paper, as templates/components/charts.html draws them."""
    most = max((p.row.account.licences or 0 for p in placed), default=0)
    shown = [each for each in placed if each.group in QUADRANTS]
    sayings = _Sayings.in_this_language()
    said = [
        (
            cached_url("health.show_account", account_id=each.row.account.id),
            escape(each.row.account.name),
            escape(sayings.of(each.row, today)),
        )
        for each in shown
    ]
    drawn = []
    for paper in papers:
        marks = [_mark_of(each, *words, most, paper) for each, words in zip(shown, said, strict=True)]
        drawn.append(_scatter(marks, selected, paper))
    return drawn


def _scatter(marks: Sequence[Mark], selected: MatrixGroup | None, paper: Paper) -> dict[str, Any]:
    ground, mid_x, mid_y = paper.ground, paper.x(COOLING_BELOW), paper.y(HIGH_FROM)
    return {
        "width": paper.width,
        "height": paper.height,
        "title": _("行動力と勢いで見た契約企業"),
        "description": _(
            "上ほど行動力が高く、右ほど最近の勢いがあります。形と色は行動力の帯、大きさはライセンス数です。"
        ),
        "plot": ground,
        "mid_x": mid_x,
        "mid_y": mid_y,
        "selected": _quadrant(selected, mid_x, mid_y, ground),
        "x_ticks": [{"x": paper.x(at), "label": label, "grid": at != COOLING_BELOW} for label, at in MOMENTUM_TICKS],
        "y_ticks": [
            {"y": paper.y(at), "label": f"{at}", "grid": 0 < at < FULL and at != HIGH_FROM} for at in SCORE_TICKS
        ],
        "x_label": _("勢い　直近14日が、ふだんの何倍か"),
        "y_label": _("行動力　自分から動いているか"),
        "corners": [
            {"x": x, "y": y, "anchor": anchor, "label": GROUPS[group][0]}
            for group, x, y, anchor in (
                (MatrixGroup.COOLING, ground.left + CORNER, ground.top + 20, "start"),
                (MatrixGroup.MOVING, ground.right - CORNER, ground.top + 20, "end"),
                (MatrixGroup.QUIET, ground.left + CORNER, ground.bottom - 12, "start"),
                (MatrixGroup.STIRRING, ground.right - CORNER, ground.bottom - 12, "end"),
            )
        ],
        "marks": sorted(marks, key=lambda mark: -mark.r),
    }


@dataclass(frozen=True)
class _Sayings:
    """The texts for accounts that are pointed at; words are looked up once for all of them."""

    figures: str
    licences: str
    renewal: str
    bands: Mapping[Band, str]
    alarms: Mapping[Alarm, str]

    @classmethod
    def in_this_language(cls) -> Self:
        return cls(
            figures=_("行動力 %(score)s　勢い %(momentum)s"),
            licences=_("%(n)sライセンス"),
            renewal=_("契約更新 %(left)s"),
            bands={band: str(name) for band, name in BANDS.items()},
            alarms={alarm: str(name) for alarm, name in ALARMS.items()},
        )

    def of(self, row: AccountRow, today: date) -> str:
        """Return three lines: figures; band, size and renewal; alerts."""
        account, momentum = row.account, row.score.momentum if row.score else None
        facts = [
            self.bands[row.band],
            self.licences % {"n": account.licences} if account.licences else "",
            self.renewal % {"left": days_left(account.renews_on, today)} if account.renews_on else "",
        ]
        lines = [
            self.figures % {"score": figure(row.behavior), "momentum": figure(momentum)},
            "　".join(filter(None, facts)),
            "　".join(self.alarms[alarm] for alarm in row.alarms),
        ]
        return "\n".join(filter(None, lines))


def _mark_of(placed: Placed, href: str, name: Markup, text: Markup, most: int, paper: Paper) -> Mark:
    """Return the mark of an account; at the edge it lies completely inside."""
    row = placed.row
    r = radius(row.account.licences or 0, most)
    momentum = row.score.momentum if row.score and row.score.momentum is not None else 0.0
    reach, ground = r * POINTED, paper.ground
    return Mark(
        x=round(min(max(paper.x(momentum), ground.left + reach), ground.right - reach), 1),
        y=round(min(max(paper.y(row.behavior or 0.0), ground.top + reach), ground.bottom - reach), 1),
        r=r,
        band=PILLS[row.band],
        href=href,
        name=name,
        text=text,
        selected=placed.is_ringed,
    )


def radius(licences: int, most: int) -> float:
    """Return the radius of a mark whose area is the licences; the smallest are still visible."""
    return round(max(LARGEST * math.sqrt(licences / most), SMALLEST), 1) if most else SMALLEST


def _quadrant(group: MatrixGroup | None, mid_x: float, mid_y: float, ground: Plot) -> dict[str, float] | None:
    """Return the area of the chosen group."""
    if group not in QUADRANTS:
        return None
    is_left = group in {MatrixGroup.COOLING, MatrixGroup.QUIET}
    is_top = group in {MatrixGroup.COOLING, MatrixGroup.MOVING}
    x, right = (ground.left, mid_x) if is_left else (mid_x, ground.right)
    y, bottom = (ground.top, mid_y) if is_top else (mid_y, ground.bottom)
    return {"x": x, "y": y, "width": round(right - x, 1), "height": round(bottom - y, 1)}
