"""Finding. Whoever looks brings tokens, and what they may not find is neither listed nor counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from models.base import db, now
from models.search import SearchAudience, SearchDocument, SearchMiss

from . import index
from .words import Term, parse

# Of a word that is everywhere the newest so many are looked at: nobody reads further, and nobody waits for them.
MOST_HITS = 500
HITS_A_PAGE = 20
# A longer word whose pairs are nearly everywhere, but itself perhaps nowhere, is looked for in so many texts at most.
MOST_COMPARED = 4_000
# What makes a hit relevant: each term in its title, and that it is part of a solved question.
TITLE_POINTS = 4
SOLVED_POINTS = 1
SOLVED = "solved"


class Order(StrEnum):
    RELEVANT = "relevant"
    NEWEST = "newest"


@dataclass(frozen=True)
class Search:
    """What is looked for, by whom (`tokens`). Filters that are None or "" ask nothing."""

    typed: str
    tokens: frozenset[str]
    kind: str = ""
    state: str = ""
    category_ids: Collection[int] | None = None
    author_ids: Collection[int] | None = None
    since: datetime | None = None
    order: Order = Order.RELEVANT

    @property
    def terms(self) -> tuple[Term, ...]:
        return parse(self.typed)


@dataclass(frozen=True)
class Hit:
    """A document of one page."""

    kind: str
    thing_id: int
    title: str
    body: str
    author_id: int | None
    category_id: int | None
    state: str
    written_at: datetime


@dataclass(frozen=True)
class Found:
    """A page of hits, of `count` in all; `is_cut`: there are more than are looked at."""

    hits: list[Hit]
    count: int
    is_cut: bool


def find(search: Search, page: int = 1) -> Found:
    """The hits that the reader may see, best or newest first. At most five queries."""
    ids = _newest(search, MOST_HITS + 1)
    is_cut, ids = len(ids) > MOST_HITS, _ordered(search, ids[:MOST_HITS])
    return Found(_load(ids[(page - 1) * HITS_A_PAGE : page * HITS_A_PAGE]), len(ids), is_cut)


def is_anywhere(search: Search) -> bool:
    """Whether the reader would find anything."""
    return bool(_newest(search, 1))


def _newest(search: Search, limit: int) -> list[int]:
    """The newest documents with all terms, of those that the reader may find.

    Texts are long and lie apart from their rows: they are compared only until there are enough.
    """
    if not search.terms:
        return []
    compared = index.stand_in_text(search.terms)
    ids = db.session.scalars(_candidates(search).limit(MOST_COMPARED if compared else limit)).all()
    if not compared:
        return list(ids)
    found = _compare(ids[:limit], compared)
    if len(found) < limit:
        found += _compare(ids[limit:], compared)
    return found[:limit]


def _candidates(search: Search) -> sa.Select[int]:
    """Whatever has the words of all terms, the newest first."""
    number: sa.ColumnElement[int] = SearchDocument.__table__.c.id
    chosen = sa.select(number)
    if index.is_sqlite():
        # FTS5 walks backwards by itself, but only by its own number.
        number = index.FTS.c.rowid
        chosen = sa.select(number).join_from(index.FTS, SearchDocument, SearchDocument.id == number)
    chosen = chosen.where(index.has_words(search.terms), *_rights(search.tokens), *_filters(search))
    return chosen.order_by(number.desc())


def _compare(ids: Sequence[int], compared: Sequence[sa.ColumnElement[bool]]) -> list[int]:
    chosen = sa.select(SearchDocument.id).where(SearchDocument.id.in_(ids), *compared)
    return list(db.session.scalars(chosen.order_by(SearchDocument.id.desc())))


def _ordered(search: Search, ids: Sequence[int]) -> Sequence[int]:
    order = [SearchDocument.written_at.desc(), SearchDocument.id.desc()]
    if search.order == Order.RELEVANT:
        order.insert(0, _points(search).desc())
    return db.session.scalars(sa.select(SearchDocument.id).where(SearchDocument.id.in_(ids)).order_by(*order)).all()


def _rights(tokens: Collection[str]) -> list[sa.ColumnElement[bool]]:
    theirs = sa.select(SearchAudience.audience).where(SearchAudience.token.in_(sorted(tokens)))
    until = SearchDocument.visible_until
    return [SearchDocument.audience.in_(theirs), sa.or_(until.is_(None), until > now())]


def _filters(search: Search) -> list[sa.ColumnElement[bool]]:
    chosen: list[sa.ColumnElement[bool]] = []
    if search.kind:
        chosen.append(SearchDocument.kind == search.kind)
    if search.state:
        chosen.append(SearchDocument.state == search.state)
    if search.category_ids is not None:
        chosen.append(SearchDocument.category_id.in_(search.category_ids))
    if search.author_ids is not None:
        chosen.append(SearchDocument.author_id.in_(search.author_ids))
    if search.since is not None:
        chosen.append(SearchDocument.written_at >= search.since)
    return chosen


def _points(search: Search) -> sa.ColumnElement[int]:
    points: sa.ColumnElement[int] = sa.case((SearchDocument.state == SOLVED, SOLVED_POINTS), else_=0)
    for term in search.terms:
        in_title = sa.or_(*(index.stands_in(SearchDocument.heading, s.needle) for s in term.spellings))
        points = points + sa.case((in_title, TITLE_POINTS), else_=0)
    return points


def _load(ids: Sequence[int]) -> list[Hit]:
    """In the order of the ids."""
    rows = db.session.execute(
        sa.select(
            SearchDocument.id, SearchDocument.kind, SearchDocument.thing_id, SearchDocument.title, SearchDocument.body,
            SearchDocument.author_id, SearchDocument.category_id, SearchDocument.state, SearchDocument.written_at,
        ).where(SearchDocument.id.in_(ids))
    )  # fmt: skip
    by_id = {row.id: Hit(*row[1:]) for row in rows}
    return [by_id[number] for number in ids if number in by_id]


# --- about the index


def count_documents() -> int:
    """How many things can be found, whoever looks."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(SearchDocument)) or 0


def list_misses() -> Sequence[SearchMiss]:
    """What was looked for in vain, the most frequent first."""
    return db.session.scalars(
        sa.select(SearchMiss).order_by(SearchMiss.times.desc(), SearchMiss.last_at.desc(), SearchMiss.words)
    ).all()
