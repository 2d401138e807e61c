"""How well a ranking of the sample stories fits graded themes: nDCG, and the plain keyword search it is measured by."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from math import log, log2
from pathlib import Path
from typing import Any, NamedTuple

from community.config import ROOT
from community.search.folding import fold
from community.search.words import words_of
from community.stories.library import explaining, ranking, themes
from community.stories.library.library_entries import texts_of
from community.stories.library.ranking import Corpus, Place
from community.stories.versions.content import Content, Counting, Figure, Tag
from community.stories.versions.tries import parse_tries
from community.toml_files import read_toml
from models.stories import StoryPartName, TagKind

SAMPLE = ROOT / "community/stories/sample"
GOLDEN = ROOT / "tests/stories/golden"
TOP = 3
PUBLISHED = "published"
AS_OF = date(2026, 1, 1)  # ranking asks for no day


@dataclass(frozen=True)
class Graded:
    """A theme, with the grade 1 to 3 of the stories that fit it."""

    text: str
    relevance: Mapping[str, int]


class Sample(NamedTuple):
    """The sample stories: their keys by id, their texts by place, the corpus of them, and which are offered."""

    keys: Mapping[int, str]
    texts: Mapping[int, Mapping[Place, str]]
    corpus: Corpus
    offered: frozenset[int]


def read_themes(path: Path) -> list[Graded]:
    return [Graded(each["text"], each["relevance"]) for each in read_toml(path)["theme"]]


def read_measured(path: Path) -> list[Graded]:
    """Return the themes that an offered story fits, graded over these: what is not published is not offered."""
    sample = read_sample()
    offered = {sample.keys[id_] for id_ in sample.offered}
    cut = [
        replace(each, relevance={key: grade for key, grade in each.relevance.items() if key in offered})
        for each in read_themes(path)
    ]
    return [each for each in cut if each.relevance]


@cache
def read_sample() -> Sample:
    """Read the stories from their files, wherever below the folder they lie; no database is asked."""
    companies = {
        each["key"]: each
        for path in (ROOT / "community/demo").rglob("*.toml")
        for each in read_toml(path).get("company", [])
    }
    found = [read for path in sorted(SAMPLE.rglob("*.toml")) if "answers" in (read := read_toml(path))]
    tags = read_toml(SAMPLE / "tags.toml")
    names = {tag["slug"]: tag["name"] for tag in (*tags["problems"], *tags["features"])}
    texts = {id_: texts_of(_content_of(read), names) for id_, read in enumerate(found, start=1)}
    sayings = {
        id_: ranking.read_story(
            texts[id_], *(companies[read["company"]].get(name) for name in ("industry", "employees", "prefecture"))
        )
        for id_, read in enumerate(found, start=1)
    }
    keys = {id_: read["key"] for id_, read in enumerate(found, start=1)}
    offered = {
        id_
        for id_, read in enumerate(found, start=1)
        if read.get("state", PUBLISHED) == PUBLISHED and not read.get("hidden")
    }
    return Sample(keys, texts, ranking.Corpus().with_changes(sayings), frozenset(offered))


def _content_of(read: Mapping[str, Any]) -> Content:
    return Content(
        title=read["title"],
        lead=read["lead"],
        answers={StoryPartName(name): answer for name, answer in read["answers"].items()},
        quote=read.get("quote", ""),
        tries=parse_tries("\n".join(f"{each['text']}｜{each['effort']}" for each in read.get("tries", ()))),
        figures=tuple(
            Figure(
                each["label"],
                each["baseline"],
                each["result"],
                each["unit"],
                Counting(each["counting"]),
                "",
                "",
                AS_OF,
            )
            for each in read.get("figures", ())
        ),
        tags=tuple(
            Tag(kind, slug)
            for kind, slugs in ((TagKind.PROBLEM, "problems"), (TagKind.FEATURE, "features"))
            for slug in read[slugs]
        ),
        company="",
        trade="",
        employees=None,
        prefecture=None,
        people=(),
    )


def rank_by_method(text: str) -> list[str]:
    """Return what the library shows: what there is a reason for."""
    sample, theme = read_sample(), themes.read_theme(text)
    hits = explaining.keep_explained(theme, ranking.rank(theme, sample.corpus), sample.corpus.sayings)
    return [sample.keys[hit.story_id] for hit in hits if hit.story_id in sample.offered]


def rank_by_keywords(text: str) -> list[str]:
    """Return what plain keyword search finds: the same pairs of signs, rarer ones for more, and nothing else."""
    sample = read_sample()
    said = {id_: words_in(*texts.values()) for id_, texts in sample.texts.items() if id_ in sample.offered}
    having = Counter(word for words in said.values() for word in words)
    rarity = {word: log(1 + (len(said) - count + 0.5) / (count + 0.5)) for word, count in having.items()}
    asked = words_in(text)
    scores = {id_: sum(rarity[word] for word in asked & words) for id_, words in said.items()}
    return [sample.keys[id_] for id_ in sorted(scores, key=lambda id_: (-scores[id_], id_)) if scores[id_]]


def is_far(graded: Graded) -> bool:
    """Return whether no two signs in a row of the theme stand in one of the stories graded highest."""
    sample = read_sample()
    said = {key: words_in(*sample.texts[id_].values()) for id_, key in sample.keys.items()}
    best = max(graded.relevance.values())
    return not any(words_in(graded.text) & said[key] for key, grade in graded.relevance.items() if grade == best)


def words_in(*texts: str) -> set[str]:
    return {word for word in words_of("\n".join(map(fold, texts))) if len(word) > 1}


def ndcg(found: Sequence[str], relevance: Mapping[str, int], top: int = TOP) -> float:
    """Return the normalised discounted cumulative gain of the first hits, a grade being worth 2^grade − 1."""
    gains = [2 ** relevance.get(key, 0) - 1 for key in found[:top]]
    best = sorted((2**grade - 1 for grade in relevance.values()), reverse=True)[:top]
    return _discount(gains) / _discount(best)


def _discount(gains: Sequence[int]) -> float:
    return sum(gain / log2(place + 2) for place, gain in enumerate(gains))
