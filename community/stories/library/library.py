"""Finding stories for a theme and under filters, for customer success: what fits, what was left out, and why."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from community.health.rules import Band
from models.accounts import Account, AccountKind
from models.base import db
from models.health import AccountScore

from . import placements
from .explaining import Met, explain, keep_explained
from .library_entries import Entry, read_corpus, read_library
from .library_filter import Cause, Facts, LibraryFilter, judge
from .ranking import GROUP, Corpus, Hit, rank
from .themes import Theme

BARS = 5
# A story that has half of what the theme is worth stands as high as one can: no story says all of it.
FULL_SHARE = 0.5
# Causes that are somebody's choice, and can be dropped.
_DROPPABLE = tuple(cause for cause in Cause if cause not in {Cause.DOWN, Cause.CONSENT, Cause.ENDED})


class LibraryHit(NamedTuple):
    """A story that fits. `bars`: how well, 1 to BARS; 0 without a theme. `met`: why, of the hits that are shown."""

    entry: Entry
    facts: Facts
    bars: int
    hit: Hit | None
    met: Sequence[Met]


@dataclass(frozen=True)
class Found:
    """One page of hits. `count`: of all that fit; `known`: of all that staff know; `left_out`: the others by cause.

    `nearest`: where nothing fits, the condition without which the most would, and how many would.
    """

    hits: Sequence[LibraryHit]
    count: int
    known: int
    left_out: Mapping[Cause, int]
    nearest: tuple[Cause, int] | None


def search_library(
    theme: Theme, wanted: LibraryFilter, today: date, stale_months: int, *, start: int = 0, most: int = 10
) -> Found:
    """Return what fits the theme and the filters, the best first; without a theme the newest first."""
    library = read_library()
    facts = _read_facts(library.entries.values(), today)
    causes = {id_: judge(entry, wanted, facts[id_], today, stale_months) for id_, entry in library.entries.items()}
    corpus = Corpus() if theme.is_empty else read_corpus(library)
    # What nobody could say a reason for is not recommended, and so not counted.
    hits = {hit.story_id: hit for hit in keep_explained(theme, rank(theme, corpus), corpus.sayings)}
    if not theme.is_empty:
        causes = {id_: causes[id_] if id_ in hits else (*causes[id_], Cause.THEME) for id_ in causes}
    fitting = _sort_fitting([id_ for id_, each in causes.items() if not each], hits)
    worth = _worth_of(theme, corpus)
    shown = [
        LibraryHit(
            entry := library.entries[id_],
            facts[id_],
            _count_bars(hits[id_].score, max(worth, hits[fitting[0]].score)) if id_ in hits else 0,
            hits.get(id_),
            explain(theme, hits[id_], entry.texts) if id_ in hits else (),
        )
        for id_ in fitting[start : start + most]
    ]
    left_out = Counter(each[0] for each in causes.values() if each)
    return Found(
        shown,
        len(fitting),
        len(causes),
        {cause: left_out[cause] for cause in Cause if cause in left_out},
        None if fitting else _find_nearest(causes.values()),
    )


def _read_facts(entries: Collection[Entry], today: date) -> Mapping[int, Facts]:
    """Return what is known of each story's company and use, by story. A contract that is over is in no band."""
    is_over = sa.func.coalesce(Account.contract_ended_on < today, sa.false())
    chosen = sa.select(Account.id, Account.plan, Account.kind, is_over, AccountScore.band).outerjoin(
        AccountScore, AccountScore.account_id == Account.id
    )
    companies = {
        id_: (plan, Band(band or Band.UNJUDGED) if kind == AccountKind.CUSTOMER and not over else None)
        for id_, plan, kind, over, band in db.session.execute(chosen)
    }
    last_uses, next_uses = placements.list_last_uses(today), placements.list_next_uses(today)
    return {
        entry.story_id: Facts(
            *companies.get(entry.account_id, ("", None)), last_uses.get(entry.story_id), next_uses.get(entry.story_id)
        )
        for entry in entries
    }


def list_choices() -> tuple[Sequence[str], Sequence[str]]:
    """Return the trades of the stories and the plans of customers, as filters offer them."""
    trades = sorted({entry.trade for entry in read_library().entries.values() if entry.trade})
    plans = sa.select(Account.plan).where(Account.plan != "").distinct().order_by(Account.plan)
    return trades, db.session.scalars(plans).all()


def list_entries(story_ids: Collection[int]) -> list[Entry]:
    """Return the entries of these stories, in this order; those that the library does not have are missing."""
    entries = read_library().entries
    return [entries[id_] for id_ in story_ids if id_ in entries]


def _sort_fitting(ids: Collection[int], hits: Mapping[int, Hit]) -> list[int]:
    if hits:
        return sorted(ids, key=lambda id_: (-hits[id_].score, id_))
    return sorted(ids, reverse=True)


def _worth_of(theme: Theme, corpus: Corpus) -> float:
    """Return the score from which on a story has all bars."""
    groups = sum(GROUP * corpus.rarity(len(corpus.by_group.get(name, {}))) for name in theme.groups)
    words = sum(weight * corpus.rarity(len(corpus.by_word.get(word, {}))) for word, weight in theme.words)
    return (groups or words) * FULL_SHARE


def _count_bars(score: float, full: float) -> int:
    return max(1, min(BARS, round(BARS * score / full))) if full else BARS


def _find_nearest(causes: Collection[tuple[Cause, ...]]) -> tuple[Cause, int] | None:
    """Return the condition that alone keeps the most stories away, and how many; None where dropping one is no use."""
    alone = Counter(each[0] for each in causes if len(each) == 1 and each[0] in _DROPPABLE)
    return max(alone.items(), key=lambda pair: (pair[1], pair[0])) if alone else None
