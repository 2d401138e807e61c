"""Equal words: which different words say the same thing, and finding them in a text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from community.search.folding import fold
from community.toml_files import read_toml

_FILE = Path(__file__).with_name("equal_words.toml")
# A related word says less than an equal one.
NEAR = 0.5


class Group(NamedTuple):
    """Words that say the same thing, as they are shown."""

    name: str
    words: tuple[str, ...]
    near: tuple[str, ...]


@dataclass(frozen=True)
class WordFinder:
    """Finds words in folded text. `found_by`: for each folded word, what it says and how much, 1 at most."""

    found_by: Mapping[str, Mapping[str, float]]
    pattern: re.Pattern[str]

    def find(self, folded: str) -> dict[str, float]:
        """Return what the text says, each with its weight."""
        said: dict[str, float] = {}
        for match in self.pattern.finditer(folded):
            for name, weight in self.found_by[match[1]].items():
                said[name] = max(said.get(name, 0.0), weight)
        return said

    def find_words(self, folded: str) -> dict[str, set[str]]:
        """Return the words of the text that say something, by what they say; only equal ones."""
        words: dict[str, set[str]] = {}
        for match in self.pattern.finditer(folded):
            for name, weight in self.found_by[match[1]].items():
                if weight == 1:
                    words.setdefault(name, set()).add(match[1])
        return words


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
    longest_first = sorted(own, key=len, reverse=True)
    return WordFinder(found_by, re.compile(f"(?=({'|'.join(map(re.escape, longest_first))}))"))


@cache
def list_groups() -> Mapping[str, Group]:
    """Return the groups of equal words by name."""
    groups = read_toml(_FILE)["group"]
    return {each["name"]: Group(each["name"], tuple(each["words"]), tuple(each.get("near", ()))) for each in groups}


@cache
def story_finder() -> WordFinder:
    """Return what finds groups in stories: their equal words, and half as much their near ones."""
    groups = list_groups().values()
    return make_finder(
        [
            *((word, group.name, NEAR) for group in groups for word in group.near),
            *((word, group.name, 1.0) for group in groups for word in group.words),
        ]
    )


@cache
def theme_finder() -> WordFinder:
    """Return what finds groups in themes: only equal words, since near ones would lead too far."""
    return make_finder((word, group.name, 1.0) for group in list_groups().values() for word in group.words)
