"""Reading a theme that somebody typed: which trade, size, region and problems it names, and its further words."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import normalize

from community.graphemes import cut
from community.search.folding import fold, fold_in_script
from community.search.words import words_of

from .company_words import Region, Size, Trade, find_region, find_size, find_trade
from .equal_words import KANJI, list_groups, theme_finder

LONGEST_THEME = 200
# A pair of a kanji and what is bent of its word (辞め, 減ら) says less than a pair without hiragana.
BENT = 0.5
_PARTICLES = frozenset("をがにはでとものへやかなだ")
_JAPANESE, _LETTERS = re.compile(f"[ぁ-ヺｦ-ﾟ{KANJI}]"), re.compile(r"[^\W\d_]+")
_HIRAGANA = re.compile("[ぁ-ゖ]")
# A kanji alone that nothing is bent of: before a particle, or before what is no hiragana.
_LONE = re.compile(f"(?<![{KANJI}])[{KANJI}](?![{KANJI}])(?=[{''.join(sorted(_PARTICLES))}]|[^ぁ-ゖ]|$)")
# Pairs that most themes hold (「事例」, 「進め方」) and that say little of any.
GENERAL = 0.3
_GENERAL = frozenset(
    {
        *(
            "会社",
            "企業",
            "事例",
            "紹介",
            "方法",
            "進め",
            "始め",
            "取り",
            "組み",
            "取組",
            "成功",
            "活用",
            "導入",
            "改革",
        ),
        *(
            "改善",
            "職場",
            "業務",
            "仕事",
            "部門",
            "部署",
            "課題",
            "解決",
            "実現",
            "向け",
            "対策",
            "問題",
            "推進",
            "必要",
        ),
        *("重要", "強化", "支援", "対応", "時代", "社内", "聞き", "知り"),
    }
)
# Signs that are no word of their own in themes: 「うちの人」, 「その前に」.
_GENERAL_SIGNS = frozenset("人時方中話前後上下日年月何今一二三四五六七八九十")


@dataclass(frozen=True)
class Theme:
    """A theme as it was read. `groups`: what it says by groups of equal words; `words`: pairs of signs with weights.

    `akin`: groups akin to these, which it does not name.
    """

    typed: str
    groups: tuple[str, ...] = ()
    akin: tuple[str, ...] = ()
    words: tuple[tuple[str, float], ...] = ()
    trade: Trade | None = None
    size: Size | None = None
    place: Region | None = None

    @property
    def region(self) -> str:
        """The name of the region that it names; empty if it names none."""
        return self.place.name if self.place else ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it can be looked for."""
        return not (self.groups or self.words or self.trade or self.size or self.region)

    @property
    def is_foreign(self) -> bool:
        """Whether it is written in words of another language: letters, and no sign of Japanese.

        One word alone that is read (FAX, Excel) is Japanese.
        """
        words = _LETTERS.findall(self.typed)
        return bool(words) and not _JAPANESE.search(self.typed) and (len(words) > 1 or not self.groups)


def read_theme(typed: str, without: Collection[str] = ()) -> Theme:
    """Return how the theme is read. `without`: readings that were removed: trade, size, region, a group's name."""
    folded, shown = fold(cut(typed, LONGEST_THEME)), normalize("NFKC", cut(typed, LONGEST_THEME))
    groups = tuple(name for name in theme_finder().find(fold_in_script(shown)) if name not in without)
    akin = dict.fromkeys(near for name in groups for near in list_groups()[name].akin)
    return Theme(
        typed=typed,
        groups=groups,
        akin=tuple(name for name in akin if name not in groups and name not in without),
        words=tuple(_weigh_words(shown).items()),
        trade=None if "trade" in without else find_trade(folded),
        size=None if "size" in without else find_size(folded),
        place=None if "region" in without else find_region(shown),
    )


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
        if one + other in _GENERAL:
            weight *= GENERAL
        for word in words_of(fold_in_script(one + other)):
            if len(word) > 1:
                weighed[word] = max(weighed.get(word, 0.0), weight)
    # Words of one kanji (雨, 鍵), and whole words of scripts with spaces (CSV).
    weighed.update({sign: 1.0 for sign in _LONE.findall(fold(shown)) if sign not in _GENERAL_SIGNS})
    weighed.update({word: 1.0 for word in words_of(fold(shown)) if len(word) > 1 and word.isascii()})
    return weighed
