"""Ranking stories for a theme: equal words and pairs of signs, rarer ones for more, weighted by where they stand.

Pure. A `Corpus` holds what every story says; `rank` gives each story that has something of the theme its score and the
facts it rests on. Measured in docs/decisions (theme ranking).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, partial
from math import log
from typing import NamedTuple, TypeVar

from community.search.folding import fold, fold_in_script
from community.search.words import words_of

from .company_words import near_prefecture, near_size, near_trade
from .equal_words import lone_signs, story_finder
from .themes import Theme

Value = TypeVar("Value")


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
# A term at several places counts for less each time: 1 at this weight (title, lead, problem and more), never 2.
FULL = 12.0
# What a group of equal words counts for beside a single pair of signs, of which a word has several; and a group akin.
GROUP, AKIN = 3.0, 1.0
# What a story keeps of its score that is not what the theme names.
OTHER_TRADE, OTHER_SIZE, OTHER_REGION = 0.65, 0.85, 0.75
# What it is worth to be of the theme's trade, size or region, in the unit of a pair: enough where nothing else is said.
TRADE, SIZE, REGION = 1.6, 1.2, 1.6


@dataclass(frozen=True)
class Saying:
    """What one story says. `words` and `groups`: how much of each, from 0 to 2.

    `text`: all of it, folded in its script; `listed`: the listed words that it has.
    """

    text: str
    listed: frozenset[str]
    trade: str  # folded
    employees: int | None
    prefecture: int | None
    words: Mapping[str, float]
    groups: Mapping[str, float]


class Term(NamedTuple):
    """Something of the theme. `worth`: its points, times how much of it a story has; `having`: that, by story."""

    name: str
    worth: float
    having: Mapping[int, float]


class Hit(NamedTuple):
    """A story that has something of the theme. `asked`: the groups that the theme names.

    `trade`: 1 if it is of the theme's trade, between 0 and 1 if akin, 0 if not; None: the theme names none.
    """

    story_id: int
    score: float
    asked: Sequence[Term]
    trade: float | None
    is_of_size: bool | None
    is_of_region: bool | None

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of the theme that the story has, the weightiest first."""
        said = [
            (term.worth * term.having[self.story_id], term.name) for term in self.asked if self.story_id in term.having
        ]
        return tuple(name for _, name in sorted(said, key=lambda pair: -pair[0]))


def read_story(
    texts: Mapping[Place, str], trade: str = "", employees: int | None = None, prefecture: int | None = None
) -> Saying:
    """Return what a story with these texts says."""
    words: defaultdict[str, float] = defaultdict(float)
    groups: defaultdict[str, float] = defaultdict(float)
    listed = set[str]()
    all_scripted = {place: fold_in_script(text) for place, text in texts.items()}
    for place, scripted in all_scripted.items():
        for word in (*(word for word in words_of(scripted) if len(word) > 1), *lone_signs(scripted)):
            words[word] += WEIGHTS[place]
        found = list(story_finder().list_all(scripted))
        listed.update(word for _, word in found)
        for name, how_near in story_finder().weigh(found).items():
            groups[name] += WEIGHTS[place] * how_near
    whole = "\n".join(all_scripted.values())
    return Saying(whole, frozenset(listed), fold(trade), employees, prefecture, _saturate(words), _saturate(groups))


def _saturate(weights: Mapping[str, float]) -> dict[str, float]:
    return {term: 2 * weight / (weight + FULL) for term, weight in weights.items()}


@dataclass(frozen=True)
class Corpus:
    """What all stories say, turned round: by word and by group, the stories that have it with its weight there."""

    sayings: Mapping[int, Saying] = field(default_factory=dict)
    by_word: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    by_group: Mapping[str, Mapping[int, float]] = field(default_factory=dict)

    @cached_property
    def by_trade(self) -> Mapping[str, Collection[int]]:
        """The stories by the trade of their company."""
        return _sort_by((saying.trade, id_) for id_, saying in self.sayings.items())

    @cached_property
    def by_employees(self) -> Mapping[int | None, Collection[int]]:
        """The stories by the number of employees of their company."""
        return _sort_by((saying.employees, id_) for id_, saying in self.sayings.items())

    @cached_property
    def by_prefecture(self) -> Mapping[int | None, Collection[int]]:
        """The stories by the prefecture of their company."""
        return _sort_by((saying.prefecture, id_) for id_, saying in self.sayings.items())

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


def rank(theme: Theme, corpus: Corpus) -> list[Hit]:
    """Return the stories that have something of the theme, the best first.

    What is only akin to the theme orders stories that have something of it, and finds none.
    """
    groups, akin = _weigh_groups(theme.groups, GROUP, corpus), _weigh_groups(theme.akin, AKIN, corpus)
    words = [
        Term(word, weight * corpus.rarity(len(having)), having)
        for word, weight in theme.words
        if (having := corpus.by_word.get(word))
    ]
    points: dict[int, float] = {}
    for term in (*groups, *words):
        for id_, there in term.having.items():
            points[id_] = points.get(id_, 0.0) + term.worth * there
    trades, sizes, regions = facts = (
        _find_near(theme.trade and partial(near_trade, theme.trade), corpus.by_trade),
        _find_near(theme.size and partial(near_size, theme.size), corpus.by_employees),
        _find_near(theme.place and partial(near_prefecture, theme.place), corpus.by_prefecture),
    )
    for weight, near in zip((TRADE, SIZE, REGION), facts, strict=True):
        worth = weight * corpus.rarity(len(near or ()))
        for id_, how_near in (near or {}).items():
            points[id_] = points.get(id_, 0.0) + worth * how_near
    for term in akin:
        for id_ in term.having.keys() & points.keys():
            points[id_] += term.worth * term.having[id_]
    hits = (
        Hit(
            id_,
            points[id_]
            * (1.0 if trades is None else _keep(trades.get(id_, 0.0), OTHER_TRADE))
            * (1.0 if sizes is None else _keep(sizes.get(id_, 0.0), OTHER_SIZE))
            * (1.0 if regions is None else _keep(regions.get(id_, 0.0), OTHER_REGION)),
            groups,
            None if trades is None else trades.get(id_, 0.0),
            None if sizes is None else sizes.get(id_) == 1,
            None if regions is None else regions.get(id_) == 1,
        )
        for id_ in points
    )
    return sorted(hits, key=lambda hit: (-hit.score, hit.story_id))


def _weigh_groups(names: Iterable[str], weight: float, corpus: Corpus) -> list[Term]:
    return [
        Term(name, weight * corpus.rarity(len(having)), having)
        for name in names
        if (having := corpus.by_group.get(name))
    ]


def _keep(how_near: float, least: float) -> float:
    """Return what a story keeps of its score: all of it where it is just what the theme names."""
    return least + (1 - least) * how_near


def _find_near(
    judge: Callable[[Value], float] | None, by_value: Mapping[Value, Collection[int]]
) -> dict[int, float] | None:
    """Return how near each story is to what the theme names of a company; None if it names nothing."""
    if judge is None:
        return None
    return {id_: near for value, ids in by_value.items() if (near := judge(value)) for id_ in ids}


def _sort_by(pairs: Iterable[tuple[Value, int]]) -> dict[Value, list[int]]:
    by_value: defaultdict[Value, list[int]] = defaultdict(list)
    for value, id_ in pairs:
        by_value[value].append(id_)
    return dict(by_value)


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
