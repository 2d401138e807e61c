"""Why a story fits a theme, in facts that can be checked in its text. Pure."""

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import NamedTuple

from community.search.folding import fold, fold_with_places

from .equal_words import ASKED, NEAR, list_groups, theme_finder
from .ranking import Hit, Place
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
    """Return what of the story meets the theme, the weightiest first, at most MOST_MET and the theme's own words."""
    folded = {place: fold_with_places(text) for place, text in texts.items() if text}
    own = _find_own(theme, folded)
    typed = _list_typed(theme)
    met = []
    for name in hit.groups[: MOST_MET + 1]:
        words, places = _find_words(name, folded, texts)
        same = set(map(fold, typed.get(name, ())))
        words = tuple(word for word in words if fold(word) not in same)[:MOST_WORDS]
        if words:
            met.append(Met(name, typed.get(name, ()), words, places))
    return [*([own] if own else []), *met[:MOST_MET]]


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
    name: str, folded: Mapping[Place, tuple[str, list[int]]], texts: Mapping[Place, str]
) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    """Return the story's words of the group as they are written, equal ones first, and their places."""
    pattern, weights = _words_of_group(name)
    found, places = dict[str, float](), dict[Place, None]()
    for place in Place:
        text, origins = folded.get(place, ("", []))
        for match in pattern.finditer(text):
            shown = _original(texts[place], origins, match.start(), match.end())
            found[shown] = max(found.get(shown, 0.0), weights[match[0]])
            places[place] = None
    best = sorted(found, key=lambda word: -found[word])
    return _without_parts(best), tuple(places)


@cache
def _words_of_group(name: str) -> tuple[re.Pattern[str], Mapping[str, float]]:
    """Return what finds the words of one group, the longest first, and how much each says."""
    group = list_groups()[name]
    weighed = ((group.asked, ASKED), (group.near, NEAR), (group.words, 1.0))
    weights = {fold(word): weight for words, weight in weighed for word in words}
    return re.compile("|".join(map(re.escape, sorted(weights, key=len, reverse=True)))), weights


def _find_own(theme: Theme, folded: Mapping[Place, tuple[str, list[int]]]) -> Met | None:
    """Return the theme's own words that stand in the story just so, without those that are only grammar."""
    typed, origins = fold_with_places(theme.typed)
    found, places = list[str](), dict[Place, None]()
    for place in Place:
        text, _ = folded.get(place, ("", []))
        start = 0
        while start < len(typed):
            end = start
            while end < len(typed) and not typed[end].isspace() and typed[start : end + 1] in text:
                end += 1
            word = _original(theme.typed, origins, start, end).strip("のをがにはでともへや、。")
            if len(_CONTENT.findall(word)) > 1 or (word.isascii() and len(word) > 1):
                found.append(word)
                places[place] = None
            start = max(end, start + 1)
    return Met("", (), _without_parts(found)[:MOST_WORDS], tuple(places)) if found else None


def _original(text: str, origins: list[int], start: int, end: int) -> str:
    return text[origins[start] : origins[end]]


def _without_parts(words: Collection[str]) -> tuple[str, ...]:
    """Return the words, each once and none that is part of another one."""
    by_fold = {fold(word): word for word in reversed(list(words))}
    once = [by_fold[key] for key in dict.fromkeys(map(fold, words))]
    return tuple(word for word in once if not any(word != other and word in other for other in once))
