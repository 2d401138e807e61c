"""Reading a theme that somebody typed: which trade, size, region and problems it names, and its further words."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from community.graphemes import cut
from community.search.folding import fold
from community.search.words import words_of
from community.toml_files import read_toml

from .equal_words import theme_finder

_FILE = Path(__file__).with_name("trades.toml")
LONGEST_THEME = 200
# A pair of a kanji and what is bent of its word (辞め, 減ら) says less than a pair without hiragana.
BENT = 0.5
_PARTICLES = frozenset("をがにはでとものへやかなだ")
_HIRAGANA = re.compile("[ぁ-ゖ]")
_HEADCOUNT = re.compile(r"(\d{1,6})\s*(?:名|人)(規模|以下|まで|以上|くらい|程度|前後)?")
# 「100名くらい」 means from half as many to twice as many.
_AROUND = 2
REGIONS: Mapping[str, range] = {
    "北海道・東北": range(1, 8),
    "関東": range(8, 15),
    "中部": range(15, 24),
    "近畿": range(24, 31),
    "中国・四国": range(31, 40),
    "九州・沖縄": range(40, 48),
}
_REGION_WORDS: Mapping[str, tuple[str, ...]] = {
    "北海道・東北": ("東北",),
    "関東": ("関東", "首都圏"),
    "中部": ("中部", "東海", "北陸", "甲信越"),
    "近畿": ("近畿", "関西"),
    "中国・四国": ("中国地方", "四国"),
    "九州・沖縄": ("九州",),
}


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


@dataclass(frozen=True)
class Theme:
    """A theme as it was read. `groups`: what it says by groups of equal words; `words`: pairs of signs with weights.

    `prefectures`: those of the region that it names, empty if it names none.
    """

    typed: str
    groups: tuple[str, ...] = ()
    words: tuple[tuple[str, float], ...] = ()
    trade: Trade | None = None
    size: Size | None = None
    region: str = ""
    prefectures: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it can be looked for."""
        return not (self.groups or self.words or self.trade or self.size or self.region)


def read_theme(typed: str, without: Collection[str] = ()) -> Theme:
    """Return how the theme is read. `without`: readings that were removed: trade, size, region, a group's name."""
    folded, shown = fold(cut(typed, LONGEST_THEME)), normalize("NFKC", cut(typed, LONGEST_THEME))
    trade = None if "trade" in without else _find_trade(folded)
    region, prefectures = ("", frozenset[int]()) if "region" in without else _find_region(shown)
    said = theme_finder().find(folded)
    return Theme(
        typed=typed,
        groups=tuple(name for name in said if name not in without),
        words=tuple(_weigh_words(shown).items()),
        trade=trade,
        size=None if "size" in without else _find_size(folded),
        region=region,
        prefectures=prefectures,
    )


@cache
def _list_trades() -> tuple[Trade, ...]:
    return tuple(
        Trade(each["name"], *(tuple(map(fold, each[name])) for name in ("words", "trades", "near")))
        for each in read_toml(_FILE)["trade"]
    )


@cache
def _list_sizes() -> tuple[Size, ...]:
    return tuple(
        Size(each["name"], tuple(map(fold, each["words"])), each["least"], each["most"])
        for each in read_toml(_FILE)["size"]
    )


@cache
def _list_prefectures() -> tuple[str, ...]:
    """Return the names of the prefectures as themes have them, whichever language the page is in."""
    return tuple(name for line in read_toml(_FILE)["prefectures"] for name in line.split())


def _find_trade(folded: str) -> Trade | None:
    """Return the trade whose longest word the theme holds, or None: 「食品工場」 is food before it is a factory."""
    found = [(len(word), trade) for trade in _list_trades() for word in trade.words if word in folded]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _find_size(folded: str) -> Size | None:
    counted = _HEADCOUNT.search(folded)
    if counted is not None and int(counted[1]) >= _AROUND:
        count, how = int(counted[1]), counted[2] or ""
        if how in ("以下", "まで"):
            return Size(f"{count}名まで", (), 1, count)
        if how == "以上":
            return Size(f"{count}名から", (), count, 10_000_000)
        if how:
            return Size(f"{count}名前後", (), count // _AROUND, count * _AROUND)
    found = [(len(word), size) for size in _list_sizes() for word in size.words if word in folded]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _find_region(shown: str) -> tuple[str, frozenset[int]]:
    for number, whole in enumerate(_list_prefectures(), start=1):
        if whole in shown or (whole != "北海道" and whole[:-1] in shown):
            return whole, frozenset({number})
    for region, words in _REGION_WORDS.items():
        if any(word in shown for word in words):
            return region, frozenset(REGIONS[region])
    return "", frozenset()


def _weigh_words(shown: str) -> dict[str, float]:
    """Return the words of the theme that are worth looking for, folded, with their weight.

    Pairs within hiragana are grammar in Japanese; those with a particle are no word.
    """
    weighed: dict[str, float] = {}
    for one, other in pairwise(shown):
        bent = [bool(_HIRAGANA.match(sign)) for sign in (one, other)]
        if bent == [False, False]:
            weight = 1.0
        elif bent == [False, True] and other not in _PARTICLES:
            weight = BENT
        else:
            continue
        for word in words_of(fold(one + other)):
            if len(word) > 1:
                weighed[word] = max(weighed.get(word, 0.0), weight)
    # Whole words of scripts with spaces: CSV.
    weighed.update({word: 1.0 for word in words_of(fold(shown)) if len(word) > 1 and word.isascii()})
    return weighed
