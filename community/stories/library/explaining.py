"""Why a story fits a theme, in facts that can be checked in its text. Pure.

Facts are whole words in the script in which they are written: 「ルマ」 in 「変わるまで」 is no reason for ノルマ.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from community.search.folding import fold, fold_in_script, fold_script, fold_with_places

from .equal_words import KANJI, is_apart, list_groups, lone_signs, story_finder, theme_finder, widen_run
from .ranking import Hit, Place, Saying
from .themes import Theme

MOST_WORDS = 4
MOST_MET = 2
# What is more than grammar in a theme: words of kanji, of katakana, of other letters; or two kanji with what is bent.
_TOKEN = re.compile(
    f"(?<![{KANJI}])[{KANJI}][ぁ-ゖ]{{1,3}}[{KANJI}](?![{KANJI}])|[{KANJI}]{{2,}}|[ァ-ヺー]{{2,}}|[^\\W_ぁ-ヺー{KANJI}]{{2,}}"
)
_NUMBER = re.compile(r"\d+")
_KANJI_RUN = re.compile(f"[{KANJI}]+")
# Listed words that end within a word: hiragana, or a kanji after hiragana (印が並). They are shown up to where its
# hiragana ends, or before what follows such words.
_STUMP = re.compile(f".*[ぁ-ゖ]([{KANJI}]|[ぁ-ゖ]*)")
_REST = re.compile(
    "[ぁ-ゖ]*?(?=[^ぁ-ゖ]|\\Z|を|こと|もの|ところ|とき|のが|のは|のに|ので|です|でし|だっ|まで|だけ|ほど|という|よう)"
)
# A particle at the end of a listed word (ミスを), and not what is bent (声が上がる).
_PARTICLE = re.compile("が(?![らりるれろっ])|[をにはでのも]")
_NO_PARTICLE = re.compile("(ても|[うくぐすつぬぶむるいただ]こと)\\Z")
_PARTICLES = "のをがにはでともへや、。"


class Piece(NamedTuple):
    """A piece of the theme that is a reason where it stands in a story. `start`, `end`: in the theme."""

    text: str
    start: int
    end: int

    def stands_in(self, scripted: str) -> bool:
        """Return whether it stands somewhere."""
        return next(self.find_in(scripted), None) is not None

    def find_in(self, scripted: str) -> Iterator[int]:
        """Yield the places where it stands as a word, or at an end of a word of kanji."""
        for start in _find_all(self.text, scripted):
            end = start + len(self.text)
            if _KANJI_RUN.fullmatch(self.text):
                if not (start and _KANJI_RUN.match(scripted, start - 1)) or not _KANJI_RUN.match(scripted, end):
                    yield start
            elif is_apart(scripted, start, end):
                yield start


class Met(NamedTuple):
    """Words of a theme and words of a story that say the same. `places`: where these stand.

    `name`: of the group of equal words; "" where the story has the theme's own words.
    """

    name: str
    typed: tuple[str, ...]
    found: tuple[str, ...]
    places: tuple[Place, ...]


def explain(theme: Theme, hit: Hit, texts: Mapping[Place, str]) -> list[Met]:
    """Return what of the story meets the theme: the theme's own words, then at most MOST_MET groups, by weight.

    Not empty where `keep_explained` keeps the hit, unless a fact of the company alone says why.
    """
    scripted = {place: fold_in_script(texts[place]) for place in Place if texts.get(place)}
    origins = {place: fold_with_places(texts[place])[1] for place in scripted}
    own, met = Met("", (), *_find_own(theme, scripted, texts, origins)), list[Met]()
    for name in hit.groups:
        found = _find_others(_list_others(theme, name), scripted, texts, origins)
        if found[0]:
            met.append(Met(name, _list_typed(theme).get(name, ()), *found))
        if len(met) == MOST_MET:
            break
    return [*([own] if own.found else []), *met]


def keep_explained(theme: Theme, hits: Iterable[Hit], sayings: Mapping[int, Saying]) -> list[Hit]:
    """Return the hits that there is a reason to show: a fact of their company, or something that `explain` finds.

    Looks only for whether there is one: that is a tenth of the work.
    """
    pieces, signs = _list_pieces(theme), _list_signs(theme)
    others = frozenset(word for name in theme.groups for word in _list_others(theme, name))

    def is_explained(hit: Hit) -> bool:
        said = sayings[hit.story_id]
        return bool(
            hit.trade
            or hit.is_of_size
            or hit.is_of_region
            or any(piece.text in said.text and piece.stands_in(said.text) for piece in pieces)
            or not signs.isdisjoint(said.words)
            or not said.listed.isdisjoint(others)
        )

    return [hit for hit in hits if is_explained(hit)]


def _list_others(theme: Theme, name: str) -> tuple[str, ...]:
    """Return the folded words that say the same as the group but those that the theme says itself.

    Neither what stories about it say nor ways of asking for it: 「簡単」 is no reason for 反発.
    """
    finder = theme_finder()
    said = [word for _, word in finder.list_words(fold_in_script(theme.typed)) if name in finder.found_by[word]]
    typed = _without_parts(said)
    return tuple(word for word in _list_equal(name) if word not in typed)


@cache
def _list_equal(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(fold, list_groups()[name].words)))


def _list_signs(theme: Theme) -> frozenset[str]:
    """Return the words of one kanji that are a reason: those of a theme that has no group of equal words."""
    return frozenset() if theme.groups else frozenset(word for word, _ in theme.words if len(word) == 1)


def _list_pieces(theme: Theme) -> list[Piece]:
    """Return what makes the theme's own words a reason: whole words, and of words of kanji how they begin and end."""
    scripted, pieces = fold_in_script(theme.typed), list[Piece]()
    for token in _TOKEN.finditer(scripted):
        start, end = token.span()
        if _KANJI_RUN.fullmatch(token[0]):
            pieces += [Piece(scripted[at : at + 2], at, at + 2) for at in sorted({start, end - 2})]
        elif not _NUMBER.fullmatch(token[0]):
            pieces.append(Piece(token[0], start, end))
    return pieces


def _list_typed(theme: Theme) -> Mapping[str, tuple[str, ...]]:
    """Return the words of the theme by group, whole and as they were typed."""
    scripted, origins = fold_in_script(theme.typed), fold_with_places(theme.typed)[1]
    typed: dict[str, list[str]] = {}
    for start, word in theme_finder().list_words(scripted):
        shown = _original(theme.typed, origins, *_finish(scripted, start, start + len(word)))
        for name in theme_finder().found_by[word]:
            typed.setdefault(name, []).append(shown)
    return {name: _without_parts(words) for name, words in typed.items()}


def _find_others(
    words: Iterable[str],
    scripted: Mapping[Place, str],
    texts: Mapping[Place, str],
    origins: Mapping[Place, list[int]],
) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    """Return which of these words the story has, as whole words, and where."""
    found, places = dict[str, str](), dict[Place, None]()
    for place, text in scripted.items():
        folded = fold_script(text)
        for start, word in sorted((at, each) for each in words for at in _find_all(each, folded)):
            if story_finder().is_word(word, text, start):
                span = _finish(text, start, start + len(word))
                found.setdefault(word, _original(texts[place], origins[place], *span))
                places[place] = None
    return _without_parts(found.values())[:MOST_WORDS], tuple(places)


def _find_all(needle: str, text: str) -> Iterator[int]:
    start = text.find(needle)
    while start >= 0:
        yield start
        start = text.find(needle, start + 1)


def _finish(scripted: str, start: int, end: int) -> tuple[int, int]:
    """Return the whole word of which that is the stump, without particles about it."""
    start, end = widen_run(scripted, start, end)
    if _STUMP.fullmatch(scripted, start, end) and not _PARTICLE.match(scripted, end - 1):
        rest = _REST.match(scripted, end)
        end = rest.end() if rest else end
    while end - start > 1 and scripted[end - 1] in _PARTICLES and not _NO_PARTICLE.search(scripted[start:end]):
        end -= 1
    if end - start > 1 and scripted[start] == "の":
        return start + 1, end
    return start - (scripted[start - 1 : start] in {"お", "ご"}), end


def _find_own(
    theme: Theme, scripted: Mapping[Place, str], texts: Mapping[Place, str], origins: Mapping[Place, list[int]]
) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    """Return the theme's own words that stand in the story just so, and where."""
    typed, signs = fold_in_script(theme.typed), _list_signs(theme)
    found, places = list[str](), dict[Place, None]()
    for place, text in scripted.items():
        spans = [
            _widen_piece(piece, typed, text, start) for piece in _list_pieces(theme) for start in piece.find_in(text)
        ]
        words = [_original(texts[place], origins[place], *span) for span in dict.fromkeys(spans)]
        words += sorted(signs & lone_signs(text), key=typed.find)
        if words:
            found += words
            places[place] = None
    return _without_parts(found)[:MOST_WORDS], tuple(places)


def _widen_piece(piece: Piece, typed: str, text: str, start: int) -> tuple[int, int]:
    """Return the piece with the kanji about it that theme and story share, and to the end of the word."""
    end, before, after = start + len(piece.text), piece.start, piece.end
    while start and before and text[start - 1] == typed[before - 1] and _KANJI_RUN.match(text, start - 1):
        start, before = start - 1, before - 1
    while text[end : end + 1] == typed[after : after + 1] and _KANJI_RUN.match(text, end):
        end, after = end + 1, after + 1
    return _finish(text, start, end)


def _original(text: str, origins: list[int], start: int, end: int) -> str:
    """Return what is written there, with all of a sign that is folded into several ones."""
    while origins[end] == origins[end - 1]:
        end += 1
    return text[origins[start] : origins[end]]


def _without_parts(words: Collection[str]) -> tuple[str, ...]:
    """Return the words, each once and none that is part of another one."""
    by_fold = {fold(word): word for word in reversed(list(words))}
    once = [by_fold[key] for key in dict.fromkeys(map(fold, words))]
    return tuple(word for word in once if not any(word != other and word in other for other in once))
