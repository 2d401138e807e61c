"""Equal words: which different words say the same thing, and finding them in a text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from community.search.folding import fold
from community.toml_files import read_folder

_FOLDER = Path(__file__).with_name("equal_words")
# In stories a related word says less than an equal one, and a way of asking for the thing still less.
NEAR, ASKED = 0.5, 0.25
# Several words of one group say it more surely than one, but not as much as they are.
SEVERAL = 0.7
KANJI = "一-鿿々"
_LONE = re.compile(f"(?<![{KANJI}])[{KANJI}](?![{KANJI}])")


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
    """Finds words in folded text. `found_by`: for each folded word, what it says and how much, 1 at most.

    `by_start`: the words by their first two signs, the longest first.
    """

    found_by: Mapping[str, Mapping[str, float]]
    by_start: Mapping[str, Sequence[str]]

    def list_words(self, folded: str) -> Iterator[tuple[int, str]]:
        """Yield the longest word at each place of the text where one begins, with the place."""
        for start in range(len(folded)):
            words = (*self.by_start.get(folded[start : start + 2], ()), *self.by_start.get(folded[start], ()))
            for word in words:
                if folded.startswith(word, start):
                    yield start, word
                    break

    def find(self, folded: str) -> dict[str, float]:
        """Return what the text says, each with its weight: more than 1 if it has several words for it."""
        words = {word for _, word in self.list_words(folded)}
        said: dict[str, float] = {}
        for word in sorted(words):
            for name, weight in self.found_by[word].items():
                said[name] = said.get(name, 0.0) + weight
        return {name: weight**SEVERAL for name, weight in said.items()}


def make_finder(said: Iterable[tuple[str, str, float]]) -> WordFinder:
    """Return the finder of these words: (word, what it says, how much). A word says what the words it begins with say.

    The longest word at each place is found, so what shorter ones say is added to it.
    """
    own: dict[str, dict[str, float]] = {}
    for word, name, weight in said:
        known = own.setdefault(fold(word), {})
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
    return WordFinder(found_by, by_start)


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


def lone_signs(folded: str) -> set[str]:
    """Return the kanji that stand alone in the text: words of one sign, and what is bent."""
    return set(_LONE.findall(folded))
