"""Equal words: which different words say the same thing, and finding them in a text."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from community.search.folding import fold, fold_in_script, fold_script
from community.toml_files import read_folder

_FOLDER = Path(__file__).with_name("equal_words")
# In stories a related word says less than an equal one, and a way of asking for the thing still less.
NEAR, ASKED = 0.5, 0.25
# Several words of one group say it more surely than one, but not as much as they are.
SEVERAL = 0.7
KANJI = "一-鿿々"
_KANJI = re.compile(f"[{KANJI}]")
_LONE = re.compile(f"(?<![{KANJI}])[{KANJI}](?![{KANJI}])")
# A word may be typed in the other kana (はんこ), where it is set off: by signs of another kind, or by particles.
_SETS_OFF = re.compile("[^ぁ-ヺー]?|[のをがにはでともやい]")
_RUNS = (re.compile("[ァ-ヺー]"), re.compile("[a-z]"))
# What a word of a compound has beside it is a word of three signs or more (ヘルプデスク); アパート has no パート.
_SHORTEST_BESIDE = 3


class Group(NamedTuple):
    """Words that say the same thing, as they are shown.

    `asked`: how themes put it; in stories such words stand for many things. `near`: what stories about it say.
    `akin`: groups that a theme of this one means, too, if less.
    """

    name: str
    words: tuple[str, ...]
    asked: tuple[str, ...]
    near: tuple[str, ...]
    akin: tuple[str, ...]


@dataclass(frozen=True)
class WordFinder:
    """Finds words in texts. `found_by`: for each folded word, what it says and how much, 1 at most.

    `by_start`: the words by their first two signs, the longest first. `spelled`: as they are listed, in their script.
    """

    found_by: Mapping[str, Mapping[str, float]]
    by_start: Mapping[str, Sequence[str]]
    spelled: Mapping[str, Collection[str]]

    def list_words(self, scripted: str) -> Iterator[tuple[int, str]]:
        """Yield the longest word at each place of the text where one begins, with the place."""
        return _list_longest(self.list_all(scripted))

    def list_all(self, scripted: str) -> Iterator[tuple[int, str]]:
        """Yield all words at each place of the text, the longest first, with the place."""
        folded = fold_script(scripted)
        for start in range(len(folded)):
            words = (*self.by_start.get(folded[start : start + 2], ()), *self.by_start.get(folded[start], ()))
            for word in words:
                if folded.startswith(word, start) and self.is_word(word, scripted, start):
                    yield start, word

    def is_word(self, word: str, scripted: str, start: int) -> bool:
        """Return whether the word, of which the folded form stands there, is one there and not a piece of others."""
        end = start + len(word)
        beside = (scripted[start - 1 : start] if start else "", scripted[end : end + 1])
        is_spelled_so = scripted[start:end] in self.spelled[word] or all(map(_SETS_OFF.fullmatch, beside))
        return is_spelled_so and is_apart(scripted, start, end)

    def find(self, scripted: str) -> dict[str, float]:
        """Return what the text says, each with its weight: more than 1 if it has several words for it."""
        return self.weigh(self.list_all(scripted))

    def weigh(self, found: Iterable[tuple[int, str]]) -> dict[str, float]:
        """Return what is said by words that were found, as `list_all` does."""
        words = {word for _, word in _list_longest(found)}
        said: dict[str, float] = {}
        for word in sorted(words):
            for name, weight in self.found_by[word].items():
                said[name] = said.get(name, 0.0) + weight
        return {name: weight**SEVERAL for name, weight in said.items()}


def _list_longest(found: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    before = -1
    for start, word in found:
        if start != before:
            yield start, word
        before = start


def make_finder(said: Iterable[tuple[str, str, float]]) -> WordFinder:
    """Return the finder of these words: (word, what it says, how much). A word says what the words it begins with say.

    The longest word at each place is found, so what shorter ones say is added to it.
    """
    own: dict[str, dict[str, float]] = {}
    spelled: dict[str, set[str]] = {}
    for word, name, weight in said:
        known = own.setdefault(fold(word), {})
        spelled.setdefault(fold(word), set()).add(fold_in_script(word))
        known[name] = max(known.get(name, 0.0), weight)
    found_by = {
        word: {
            name: weight
            for end in range(1, len(word) + 1)
            if word[:end] in own
            for name, weight in own[word[:end]].items()
        }
        | own[word]
        for word in own
    }
    by_start: dict[str, list[str]] = {}
    for word in sorted(own, key=len, reverse=True):
        by_start.setdefault(word[:2], []).append(word)
    return WordFinder(found_by, by_start, spelled)


@cache
def list_groups() -> Mapping[str, Group]:
    """Return the groups of equal words by name."""
    return {
        each["name"]: Group(each["name"], *(tuple(each.get(key, ())) for key in ("words", "asked", "near", "akin")))
        for _, file in read_folder(_FOLDER)
        for each in file["group"]
    }


@cache
def story_finder() -> WordFinder:
    """Return what finds groups in stories: their equal words, and for less their near ones and ways of asking."""
    groups = list_groups().values()
    return make_finder(
        [
            *((word, group.name, ASKED) for group in groups for word in group.asked),
            *((word, group.name, NEAR) for group in groups for word in group.near),
            *((word, group.name, 1.0) for group in groups for word in group.words),
        ]
    )


@cache
def theme_finder() -> WordFinder:
    """Return what finds groups in themes: equal words and ways of asking. Near ones would lead too far."""
    groups = list_groups().values()
    return make_finder((word, group.name, 1.0) for group in groups for word in (*group.words, *group.asked))


def is_apart(scripted: str, start: int, end: int) -> bool:
    """Return whether what stands there is no piece of a longer word: of katakana, of letters, or a kanji at its end."""
    if end - start == 1 and _KANJI.match(scripted, start):
        return not (start and _KANJI.match(scripted, start - 1))
    left, right = widen_run(scripted, start, end)
    before, after = start - left, right - end
    if before or after:
        is_katakana = "ァ" <= (scripted[left] if before else scripted[end]) <= "ー"
        fits = (0, 1) if scripted[end : end + 1] == "ー" else (0,)
        return (
            is_katakana and (not before or before >= _SHORTEST_BESIDE) and (after in fits or after >= _SHORTEST_BESIDE)
        )
    return True


def widen_run(scripted: str, start: int, end: int) -> tuple[int, int]:
    """Return where the word begins and ends of which this is a piece: all of its katakana, all of its letters."""
    for run in _RUNS:
        if run.match(scripted, start):
            while start and run.match(scripted, start - 1):
                start -= 1
        if run.match(scripted, end - 1):
            while run.match(scripted, end):
                end += 1
    return start, end


def lone_signs(folded: str) -> set[str]:
    """Return the kanji that stand alone in the text: words of one sign, and what is bent."""
    return set(_LONE.findall(folded))
