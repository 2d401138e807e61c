"""Ranking stories for a theme: equal words and pairs of signs, rarer ones for more, weighted by where they stand.

Pure. A `Corpus` holds what every story says; `rank` gives each story that has something of the theme its score and the
facts it rests on. Measured in docs/decisions (theme ranking).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from math import log
from typing import NamedTuple

from community.search.folding import fold
from community.search.words import words_of

from .equal_words import story_finder
from .themes import Theme


class Place(StrEnum):
    """Where something stands in a story."""

    PROBLEMS = "problems"  # names of its tags
    FEATURES = "features"
    TITLE = "title"
    LEAD = "lead"
    PROBLEM = "problem"  # the answer
    FIGURES = "figures"  # their labels
    QUOTE = "quote"
    RESULT = "result"
    REST = "rest"  # the other answers, what to try first
    COMPANY = "company"


# How much a word says by its place.
WEIGHTS: Mapping[Place, float] = {
    Place.PROBLEMS: 3.0,
    Place.TITLE: 3.0,
    Place.FIGURES: 2.0,
    Place.LEAD: 2.0,
    Place.PROBLEM: 2.0,
    Place.FEATURES: 1.5,
    Place.QUOTE: 1.5,
    Place.RESULT: 1.5,
    Place.REST: 1.0,
    Place.COMPANY: 0.7,
}
# A term at several places counts for less each time; at this weight it counts for half of all it can.
HALF = 3.0
# What a group of equal words counts for beside a single pair of signs, of which a word has several.
GROUP = 3.0
# What a story keeps of its score that is not what the theme names, and where it is only akin to it.
OTHER_TRADE, NEAR_TRADE, OTHER_SIZE, OTHER_REGION = 0.65, 0.9, 0.85, 0.75
# What a story of that trade is worth if the theme says nothing else; in the unit of a group.
TRADE_ALONE = 1.0


@dataclass(frozen=True)
class Saying:
    """What one story says. `words` and `groups`: at which places, with the weight; of groups, times how near."""

    trade: str  # folded
    employees: int | None
    prefecture: int | None
    words: Mapping[str, float]
    groups: Mapping[str, float]


class Hit(NamedTuple):
    """A story that has something of the theme. `groups`, `words`: of the theme that it has, the weightiest first.

    `trade`: 1 if it is of the theme's trade, between 0 and 1 if akin, 0 if not; None: the theme names none.
    """

    story_id: int
    score: float
    groups: tuple[str, ...]
    words: tuple[str, ...]
    trade: float | None
    is_of_size: bool | None
    is_of_region: bool | None


def read_story(
    texts: Mapping[Place, str], trade: str = "", employees: int | None = None, prefecture: int | None = None
) -> Saying:
    """Return what a story with these texts says."""
    words: defaultdict[str, float] = defaultdict(float)
    groups: defaultdict[str, float] = defaultdict(float)
    for place, text in texts.items():
        folded = fold(text)
        for word in words_of(folded):
            if len(word) > 1:
                words[word] += WEIGHTS[place]
        for name, how_near in story_finder().find(folded).items():
            groups[name] += WEIGHTS[place] * how_near
    return Saying(fold(trade), employees, prefecture, dict(words), dict(groups))


@dataclass(frozen=True)
class Corpus:
    """What all stories say, turned round: by word and by group, the stories that have it with its weight there."""

    sayings: Mapping[int, Saying] = field(default_factory=dict)
    by_word: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    by_group: Mapping[str, Mapping[int, float]] = field(default_factory=dict)

    def with_changes(self, changed: Mapping[int, Saying | None]) -> "Corpus":
        """Return a corpus in which these stories say something else; None: they are gone."""
        sayings = {id_: saying for id_, saying in self.sayings.items() if id_ not in changed}
        sayings.update({id_: saying for id_, saying in changed.items() if saying is not None})
        return Corpus(
            sayings,
            _turn_round(self.by_word, {id_: self._pair(id_, saying, "words") for id_, saying in changed.items()}),
            _turn_round(self.by_group, {id_: self._pair(id_, saying, "groups") for id_, saying in changed.items()}),
        )

    def _pair(self, id_: int, saying: Saying | None, name: str) -> tuple[Mapping[str, float], Mapping[str, float]]:
        before = self.sayings.get(id_)
        return (getattr(before, name) if before else {}, getattr(saying, name) if saying else {})

    @cached_property
    def size(self) -> int:
        """The number of stories."""
        return len(self.sayings)

    def rarity(self, having: int) -> float:
        """Return how much a term says that so many stories have (inverse document frequency); never 0."""
        return log(1 + (self.size - having + 0.5) / (having + 0.5))


def make_corpus(sayings: Mapping[int, Saying]) -> Corpus:
    """Return the corpus of these stories."""
    return Corpus().with_changes(sayings)


def rank(theme: Theme, corpus: Corpus, among: Iterable[int] | None = None) -> list[Hit]:
    """Return the stories that have something of the theme, the best first. `among`: only these; None: all."""
    chosen = corpus.sayings.keys() if among is None else set(among)
    points: dict[int, list[tuple[float, bool, str]]] = defaultdict(list)
    terms = [
        *((GROUP, True, name, corpus.by_group.get(name, {})) for name in theme.groups),
        *((weight, False, word, corpus.by_word.get(word, {})) for word, weight in theme.words),
    ]
    for weight, is_group, name, having in terms:
        worth = weight * corpus.rarity(len(having))
        for id_, there in having.items():
            if id_ in chosen:
                points[id_].append((worth * there / (there + HALF), is_group, name))
    if not terms or theme.trade is not None:
        for id_ in chosen:
            if theme.trade is None or _nearness(theme, corpus.sayings[id_]):
                points[id_].append((TRADE_ALONE, True, ""))
    hits = (_make_hit(id_, said, theme, corpus.sayings[id_]) for id_, said in points.items())
    return sorted(hits, key=lambda hit: (-hit.score, hit.story_id))


def _make_hit(id_: int, said: list[tuple[float, bool, str]], theme: Theme, saying: Saying) -> Hit:
    score = sum(points for points, _, _ in said)
    said = sorted(said, reverse=True)
    trade = None if theme.trade is None else _nearness(theme, saying)
    size, region = _is_of_size(theme, saying), _is_of_region(theme, saying)
    if trade is not None:
        score *= {1.0: 1.0, 0.0: OTHER_TRADE}.get(trade, NEAR_TRADE)
    if size is False:
        score *= OTHER_SIZE
    if region is False:
        score *= OTHER_REGION
    return Hit(
        id_,
        score,
        tuple(name for _, is_group, name in said if is_group and name),
        tuple(name for _, is_group, name in said if not is_group),
        trade,
        size,
        region,
    )


def _nearness(theme: Theme, saying: Saying) -> float:
    if theme.trade is None or not saying.trade:
        return 0.0
    if any(part in saying.trade for part in theme.trade.trades):
        return 1.0
    return 0.5 if any(part in saying.trade for part in theme.trade.near) else 0.0


def _is_of_size(theme: Theme, saying: Saying) -> bool | None:
    if theme.size is None:
        return None
    return saying.employees is not None and theme.size.least <= saying.employees <= theme.size.most


def _is_of_region(theme: Theme, saying: Saying) -> bool | None:
    return saying.prefecture in theme.prefectures if theme.prefectures else None


def _turn_round(
    known: Mapping[str, Mapping[int, float]], changed: Mapping[int, tuple[Mapping[str, float], Mapping[str, float]]]
) -> Mapping[str, Mapping[int, float]]:
    """Return the table by term after a change, given as terms before and after by story; `known` stays as it was."""
    table = dict(known)
    copied: dict[str, dict[int, float]] = {}
    for id_, (before, after) in changed.items():
        for term in before.keys() | after.keys():
            if term not in copied:
                copied[term] = dict(table.get(term, {}))
            copied[term].pop(id_, None)
            if term in after:
                copied[term][id_] = after[term]
    table.update(copied)
    return {term: having for term, having in table.items() if having}
