"""Every trade has a pattern, and a cover is filled where a figure was counted or measured."""

from datetime import date
from decimal import Decimal

import pytest

from community.stories.reading.covers import PATTERNS, choose_pattern, is_filled
from community.stories.versions.content import Figure
from models.stories import Counting


def figure(counting: Counting) -> Figure:
    return Figure("紙", Decimal(3), Decimal(1), "枚", counting, "", "", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("trade", "name"),
    [("食品卸", "seigaiha"), ("運輸業", "higaki"), ("官公庁", "yagasuri"), ("電材卸", "ichimatsu"), ("農業", "shippo")],
)
def test_a_trade_has_its_pattern(trade: str, name: str) -> None:
    assert {choose_pattern(trade, story_id).name for story_id in range(4)} == {name}


def test_makers_take_turns_so_that_their_covers_differ() -> None:
    assert {choose_pattern("製造業", story_id).name for story_id in range(3)} == {"kikko", "asanoha", "tatewaku"}


@pytest.mark.parametrize("trade", ["", "x" * 500, "宇宙業"])
def test_an_unknown_trade_always_has_the_same_pattern(trade: str) -> None:
    assert {choose_pattern(trade, story_id) for story_id in range(5)} == {choose_pattern(trade, 9)}


def test_patterns_are_small(subtests: pytest.Subtests) -> None:
    for pattern in PATTERNS.values():
        with subtests.test(pattern.name):
            assert len(pattern.line_path) + len(pattern.shape_path) + 40 * len(pattern.circles) < 2_000


@pytest.mark.parametrize(
    ("countings", "filled"),
    [((), False), ((Counting.ESTIMATED,), False), ((Counting.ESTIMATED, Counting.MEASURED), True)],
)
def test_a_cover_is_filled_by_a_figure_that_was_counted_or_measured(
    countings: tuple[Counting, ...],
    filled: bool,  # noqa: FBT001  a case
) -> None:
    assert is_filled([figure(counting) for counting in countings]) == filled
