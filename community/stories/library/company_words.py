"""How themes name trades, sizes and regions of companies, and how near a company is to what is named. Pure."""

import re
from functools import cache
from math import log2
from pathlib import Path
from typing import NamedTuple

from flask_babel import force_locale

from community.prefectures import PREFECTURES
from community.search.folding import fold
from community.toml_files import read_toml

_FILE = Path(__file__).with_name("trades.toml")
# What a trade that is akin, or a prefecture beside the one that is named, counts for.
AKIN = 0.5
_DIGITS = {sign: digit for digit, sign in enumerate("一二三四五六七八九", start=1)}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_HEADCOUNT = re.compile(
    r"(?P<count>\d{1,3}(?:,\d{3})+|\d{1,6}|[一二三四五六七八九十百千]{1,7})\s*(?:名|人)"
    r"(?P<how>以下|まで|未満|弱|以上|超|くらい|ぐらい|程度|前後|ほど|規模|の(?:会社|企業|工場|組織|職場|法人|メーカー|病院|施設))?"
)
_UP_TO, _FROM = frozenset({"以下", "まで", "未満"}), frozenset({"以上", "超"})
# 「100名くらい」 means from two thirds of it to half as many again.
_AROUND = 1.5
# Fewer people are the team that somebody speaks of (「3人で回す」), unless a word for a size follows.
_LEAST_COMPANY = 20
MOST = 10_000_000


class Trade(NamedTuple):
    """A trade as themes name it. `trades`: folded parts of companies' trades that are meant; `near`: akin to it."""

    name: str
    words: tuple[str, ...]
    trades: tuple[str, ...]
    near: tuple[str, ...]


class Size(NamedTuple):
    """A size of companies as themes name it: their number of employees."""

    name: str
    words: tuple[str, ...]
    least: int
    most: int


class Region(NamedTuple):
    """Prefectures as themes name them, by number. `beside`: such that are near them."""

    name: str
    words: tuple[str, ...]
    prefectures: frozenset[int]
    beside: frozenset[int] = frozenset()


def find_trade(folded: str) -> Trade | None:
    """Return the trade that the theme names first, by its longest word there, or None.

    What is told of comes first in Japanese: 「食品の製造」 and 「食品工場」 are food before they are made.
    """
    found = [
        (folded.index(word), -len(word), number)
        for number, trade in enumerate(_list_trades())
        for word in trade.words
        if word in folded
    ]
    return _list_trades()[min(found)[2]] if found else None


def find_size(folded: str) -> Size | None:
    """Return the size that the theme names by a number of people or by a word, or None."""
    for counted in _HEADCOUNT.finditer(folded):
        count, how = _read_number(counted["count"]), counted["how"] or ""
        if count <= 1 or (count < _LEAST_COMPANY and not how):
            continue
        if how in _UP_TO:
            return Size(f"{count}名まで", (), 1, count)
        if how in _FROM:
            return Size(f"{count}名から", (), count, MOST)
        return Size(f"{count}名前後", (), round(count / _AROUND), round(count * _AROUND))
    found = [(len(word), size) for size in list_sizes() for word in size.words if word in folded]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def find_region(shown: str) -> Region | None:
    """Return the prefecture or region that the theme names, or None. Give it the theme as it is shown, not folded."""
    regions = _list_regions()
    for number, whole in enumerate(_list_prefectures(), start=1):
        if whole in shown or (whole != "北海道" and whole[:-1] in shown):
            around = (region.prefectures for region in regions if number in region.prefectures)
            return Region(whole, (), frozenset({number}), next(around, frozenset()) - {number})
    found = [(len(word), region) for region in regions for word in region.words if word in shown]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def near_trade(wanted: Trade, trade: str) -> float:
    """Return how near a company's folded trade is to the wanted one: 1 if it is meant, 0 if it is another."""
    if any(part in trade for part in wanted.trades):
        return 1.0
    return AKIN if any(part in trade for part in wanted.near) else 0.0


def near_size(wanted: Size, employees: int | None) -> float:
    """Return how near a company's size is to the wanted one: 1 within it, 0 for half of it or twice as many."""
    if not employees:
        return 0.0
    return max(0.0, 1.0 - log2(max(wanted.least / employees, employees / wanted.most, 1.0)))


def near_prefecture(wanted: Region, prefecture: int | None) -> float:
    """Return how near a company's prefecture is to the wanted region: 1 within it."""
    if prefecture in wanted.prefectures:
        return 1.0
    return AKIN if prefecture in wanted.beside else 0.0


def _read_number(typed: str) -> int:
    """Return the number: 1,200 or 三百二十."""
    if typed[0].isascii():
        return int(typed.replace(",", ""))
    total, digit = 0, 0
    for sign in typed:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total, digit = total + (digit or 1) * _UNITS[sign], 0
    return total + digit


@cache
def _list_trades() -> tuple[Trade, ...]:
    return tuple(
        Trade(each["name"], *(tuple(map(fold, each[name])) for name in ("words", "trades", "near")))
        for each in read_toml(_FILE)["trade"]
    )


@cache
def list_sizes() -> tuple[Size, ...]:
    """Return the sizes that themes name by a word."""
    return tuple(
        Size(each["name"], tuple(map(fold, each["words"])), each["least"], each["most"])
        for each in read_toml(_FILE)["size"]
    )


@cache
def _list_regions() -> tuple[Region, ...]:
    return tuple(
        Region(each["name"], tuple(each["words"]), frozenset(each["prefectures"]))
        for each in read_toml(_FILE)["region"]
    )


@cache
def _list_prefectures() -> tuple[str, ...]:
    """Return the names of the prefectures as themes have them, whichever language the page is in."""
    with force_locale("ja"):
        return tuple(map(str, PREFECTURES.values()))
