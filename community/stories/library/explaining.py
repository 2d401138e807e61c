"""Why a story fits a theme, in facts that can be checked in its text. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from community.search.folding import fold, fold_with_places

from .equal_words import ASKED, NEAR, list_groups, lone_signs, theme_finder
from .ranking import Hit, Place, Saying
from .themes import Theme

MOST_WORDS = 4
MOST_MET = 2
_CONTENT = re.compile(r"[^\sぁ-ゖ、。・！？「」（）]")


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
    folded = {place: fold_with_places(text) for place, text in texts.items() if text}
    own = _find_own(theme, folded)
    met = _list_met(theme, hit, folded, texts)
    if own or met:
        return [*([own] if own else []), *met]
    # A word that begins within one that the theme has, too, is a reason only where there is no better one.
    return _list_met(theme, hit, folded, texts, within=True)


def keep_explained(theme: Theme, hits: Iterable[Hit], sayings: Mapping[int, Saying]) -> list[Hit]:
    """Return the hits that there is a reason to show: a fact of their company, or something that `explain` finds.

    Looks only for whether there is one: that is a tenth of the work.
    """
    pieces, signs = _list_pieces(theme)
    others = {name: _list_others(theme, name) for name in theme.groups}

    def is_explained(hit: Hit) -> bool:
        said = sayings[hit.story_id]
        return bool(
            hit.trade
            or hit.is_of_size
            or hit.is_of_region
            or any(piece in said.text for piece in pieces)
            or not signs.isdisjoint(said.words)
            or any(word in said.text for name in hit.groups for word in others[name])
        )

    return [hit for hit in hits if is_explained(hit)]


def _list_met(
    theme: Theme,
    hit: Hit,
    folded: Mapping[Place, tuple[str, list[int]]],
    texts: Mapping[Place, str],
    *,
    within: bool = False,
) -> list[Met]:
    """Return the story's other words for what the theme says, by group."""
    met = list[Met]()
    for name in hit.groups:
        others = _list_others(theme, name)
        pattern = _make_pattern(others) if within else _pattern_of_group(name)
        found, places = _find_words(pattern, folded, texts)
        words = [word for word, folded_word in found.items() if folded_word in others]
        if words:
            words.sort(key=lambda word: -_words_of_group(name)[found[word]])
            met.append(Met(name, _list_typed(theme).get(name, ()), _without_parts(words)[:MOST_WORDS], places))
        if len(met) == MOST_MET:
            break
    return met


def _list_others(theme: Theme, name: str) -> frozenset[str]:
    """Return the folded words of the group but those that the theme says itself."""
    return frozenset(_words_of_group(name)) - set(map(fold, _list_typed(theme).get(name, ())))


def _list_pieces(theme: Theme) -> tuple[frozenset[str], frozenset[str]]:
    """Return what makes the theme's own words a reason: pieces that are more than grammar, and words of one kanji.

    The latter only where the theme has no group of equal words.
    """
    folded, signs = fold(theme.typed), frozenset(word for word, _ in theme.words if len(word) == 1)
    return frozenset(folded[start:end] for start, end in _list_spans(theme)), frozenset() if theme.groups else signs


def _list_spans(theme: Theme) -> tuple[tuple[int, int], ...]:
    """Return the shortest pieces of the folded theme that are more than grammar: from one telling sign to the next."""
    folded, origins = fold_with_places(theme.typed)
    telling = [place for place in range(len(folded)) if _CONTENT.match(theme.typed[origins[place]])]
    pieces = ((start, end + 1) for start, end in pairwise(telling))
    return tuple((start, end) for start, end in pieces if " " not in folded[start:end])


def _list_typed(theme: Theme) -> Mapping[str, tuple[str, ...]]:
    """Return the words of the theme by group, as they were typed."""
    folded, places = fold_with_places(theme.typed)
    typed: dict[str, list[str]] = {}
    for start, word in theme_finder().list_words(folded):
        shown = _original(theme.typed, places, start, start + len(word))
        for name in theme_finder().found_by[word]:
            typed.setdefault(name, []).append(shown)
    return {name: _without_parts(words) for name, words in typed.items()}


def _find_words(
    pattern: re.Pattern[str], folded: Mapping[Place, tuple[str, list[int]]], texts: Mapping[Place, str]
) -> tuple[Mapping[str, str], tuple[Place, ...]]:
    """Return the words that fit the pattern, as the story has them, each with its folded form; and their places."""
    found, places = dict[str, str](), dict[Place, None]()
    for place in Place:
        text, origins = folded.get(place, ("", []))
        for match in pattern.finditer(text):
            found[_original(texts[place], origins, *match.span())] = match[0]
            places[place] = None
    return found, tuple(places)


@cache
def _words_of_group(name: str) -> Mapping[str, float]:
    """Return the folded words of one group, and how much each says."""
    group = list_groups()[name]
    weighed = ((group.asked, ASKED), (group.near, NEAR), (group.words, 1.0))
    return {fold(word): weight for words, weight in weighed for word in words}


@cache
def _pattern_of_group(name: str) -> re.Pattern[str]:
    return _make_pattern(_words_of_group(name))


def _make_pattern(words: Collection[str]) -> re.Pattern[str]:
    """Return what finds these words, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def _find_own(theme: Theme, folded: Mapping[Place, tuple[str, list[int]]]) -> Met | None:
    """Return the theme's own words that stand in the story just so, without those that are only grammar."""
    typed, origins = fold_with_places(theme.typed)
    signs, spans = _list_pieces(theme)[1], _list_spans(theme)
    found, places = list[str](), dict[Place, None]()
    for place in Place:
        text, _ = folded.get(place, ("", []))
        words = [
            _original(theme.typed, origins, *_widen(span, typed, text)) for span in spans if _cut(typed, span) in text
        ]
        words += sorted(signs & lone_signs(text), key=typed.find)
        if words:
            found += [word.rstrip("のをがにはでともへや、。") for word in words]
            places[place] = None
    return Met("", (), _without_parts(found)[:MOST_WORDS], tuple(places)) if found else None


def _widen(span: tuple[int, int], typed: str, text: str) -> tuple[int, int]:
    """Return the longest piece of the theme that begins as the span does and stands in the text."""
    start, end = span
    while end < len(typed) and not typed[end].isspace() and typed[start : end + 1] in text:
        end += 1
    return start, end


def _cut(typed: str, span: tuple[int, int]) -> str:
    return typed[span[0] : span[1]]


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
