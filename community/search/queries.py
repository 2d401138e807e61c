"""Searching the index. What the viewer's tokens do not cover is neither listed nor counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from community.room import Condition, current_rooms
from models.base import db, now
from models.search import SearchAudience, SearchDocument, SearchMiss

from . import index
from .words import Term, parse

# Of a frequent word, only so many of the newest documents are hits: nobody reads further, and more would take long.
MOST_HITS = 500
HITS_A_PAGE = 20
# The pairs of a longer word may be in nearly every text and the word in none: at most so many texts are compared.
MOST_COMPARED = 4_000
# PostgreSQL first looks at the newest so many documents, and compares so many of those that the viewer may see; if that
# promises enough hits, it looks again at so many times as many. Never are more compared than MOST_COMPARED.
NEWEST_LOOKED_AT = 4_000
NEWEST_COMPARED = 300
SECOND_LOOK = 5
# From so many hits on, their density tells how far back the others are, within a factor of MARGIN; fewer hits mean a
# rare word.
ENOUGH_TO_ESTIMATE = 20
MARGIN = 2
# Points for relevance: for each term in the title, and for a state that the room prefers (solved).
TITLE_POINTS = 4
PREFERRED_POINTS = 1

DOCUMENT = SearchDocument.__table__
FILTERED = ("kind", "thing_id", "audience", "place_id", "author_id", "visible_until")

Rows = Sequence[tuple[int, int, datetime]]  # id, points, written_at


class Order(StrEnum):
    """In which order hits are listed."""

    RELEVANT = "relevant"
    NEWEST = "newest"


@dataclass(frozen=True)
class Search:
    """What is searched for, with the viewer's tokens. Filters that are None or "" ask nothing.

    `conditions`: what rooms ask besides: a filter that the viewer chose, or a right that changes by itself and may not
    be in the index yet.
    """

    typed: str
    tokens: frozenset[str]
    conditions: tuple[Condition, ...] = ()
    kind: str = ""
    since: datetime | None = None
    order: Order = Order.RELEVANT

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The terms of what was typed, all of which a document must have."""
        return parse(self.typed)


@dataclass(frozen=True)
class Hit:
    """A document that was found."""

    kind: str
    thing_id: int
    title: str
    body: str
    author_id: int | None
    place_id: int | None
    state: str
    written_at: datetime


@dataclass(frozen=True)
class Found:
    """A page of hits, of `count` in all; `is_cut`: there are more than MOST_HITS, which are not looked at."""

    hits: list[Hit]
    count: int
    is_cut: bool


def find(search: Search, page: int = 1) -> Found:
    """Return a page of the hits that the viewer may see, most relevant or newest first. At most four queries."""
    newest = _find_newest(search, MOST_HITS + 1)
    is_cut, ids = len(newest) > MOST_HITS, _sort_ids(search, newest[:MOST_HITS])
    return Found(_load_hits(ids[(page - 1) * HITS_A_PAGE : page * HITS_A_PAGE]), len(ids), is_cut)


def is_anywhere(search: Search) -> bool:
    """Return whether the viewer would find anything."""
    return bool(_find_newest(search, 1))


def _find_newest(search: Search, limit: int) -> Rows:
    """Return the newest documents that have all terms and that the viewer may find: (id, points, written_at)."""
    if not search.terms:
        return []
    if index.is_sqlite():
        return _look_into_index(search, limit)
    # PostgreSQL's index has no order: for a word in every fifth text, it returns a fifth of the table to be read and
    # sorted. Such a word has enough hits among the newest texts, and for a rare word the look at these is short.
    found = _look_through_newest(search, limit, 1)
    if len(found) < limit <= len(found) * SECOND_LOOK:
        found = _look_through_newest(search, limit, SECOND_LOOK)
    elif ENOUGH_TO_ESTIMATE <= len(found) < limit:
        found = _look_into_index(search, limit, after=_estimate_start_id(found, limit))
    return found if len(found) >= limit else _look_into_index(search, limit)


def _estimate_start_id(found: Rows, limit: int) -> int:
    """Return the id after which there should be enough documents, estimated from how densely these lie."""
    newest, oldest = found[0][0], found[-1][0]
    return newest - int((newest - oldest) * limit / len(found) * MARGIN)


def _look_through_newest(search: Search, limit: int, times: int) -> Rows:
    """Search only the newest documents, and of these only those that the viewer may see.

    Lexemes lie apart from their rows.
    """
    newest = sa.select(*_columns(DOCUMENT, "lexemes", "text", *FILTERED)).order_by(DOCUMENT.c.id.desc())
    newest = newest.limit(index.literal_limit(NEWEST_LOOKED_AT * times)).subquery()
    seen = sa.select(newest).where(*_rights(newest, search.tokens), *_filters(newest, search))
    seen = seen.order_by(newest.c.id.desc()).limit(index.literal_limit(NEWEST_COMPARED * times)).subquery()
    return _compare(seen, search, limit, [index.has_words(seen, search.terms)])


def _look_into_index(search: Search, limit: int, after: int | None = None) -> Rows:
    """Search by the index, however old the documents are; with `after` only those with a higher id."""
    compared = index.contain_long_terms(DOCUMENT, search.terms)
    candidates, newest_first = index.candidates(search.terms, _columns(DOCUMENT, *(["text"] if compared else [])))
    candidates = candidates.where(*_rights(DOCUMENT, search.tokens), *_filters(DOCUMENT, search))
    if after is not None:
        candidates = candidates.where(DOCUMENT.c.id > after)
    most = MOST_COMPARED if compared else limit
    return _compare(candidates.order_by(newest_first).limit(index.literal_limit(most)).subquery(), search, limit, [])


def _compare(candidates: sa.Subquery, search: Search, limit: int, words: Sequence[sa.ColumnElement[bool]]) -> Rows:
    """Compare the texts of the candidates one by one until `limit` documents have the terms: the long texts lie apart.

    The result keeps the candidates' order, which neither database changes above a limit. With an ORDER BY here, SQLite
    would compare all candidates and sort them.
    """
    chosen = sa.select(candidates.c.id, _rank_points(candidates, search), candidates.c.written_at)
    chosen = chosen.where(*words, *index.contain_long_terms(candidates, search.terms))
    return db.session.execute(chosen.limit(index.literal_limit(limit))).all()


def _columns(of: sa.FromClause, *more: str) -> list[sa.ColumnElement[Any]]:
    return [of.c[name] for name in ("id", "written_at", "state", "heading", *more)]


def _sort_ids(search: Search, rows: Rows) -> list[int]:
    if search.order == Order.NEWEST:
        best = sorted(rows, key=lambda row: (row[2], row[0]), reverse=True)
    else:
        best = sorted(rows, key=lambda row: (row[1], row[2], row[0]), reverse=True)
    return [number for number, _, _ in best]


def _rights(of: sa.FromClause, tokens: Collection[str]) -> list[sa.ColumnElement[bool]]:
    theirs = sa.select(SearchAudience.audience).where(SearchAudience.token.in_(sorted(tokens)))
    until = of.c.visible_until
    # IS TRUE keeps PostgreSQL from turning IN into a join, which would lose the order.
    return [of.c.audience.in_(theirs).is_(True), sa.or_(until.is_(None), until > now())]


def _filters(of: sa.FromClause, search: Search) -> list[sa.ColumnElement[bool]]:
    chosen = [condition(of) for condition in search.conditions]
    if search.kind:
        chosen.append(of.c.kind == search.kind)
    if search.since is not None:
        chosen.append(of.c.written_at >= search.since)
    return chosen


def _rank_points(of: sa.FromClause, search: Search) -> sa.ColumnElement[int]:
    preferred = frozenset[str]().union(*(searchable.preferred_states for searchable in current_rooms().searchables))
    points: sa.ColumnElement[int] = sa.case((of.c.state.in_(sorted(preferred)), PREFERRED_POINTS), else_=0)
    for term in search.terms:
        in_title = sa.or_(*(index.contains(of.c.heading, s.needle) for s in term.spellings))
        points = points + sa.case((in_title, TITLE_POINTS), else_=0)
    return points


def _load_hits(ids: Sequence[int]) -> list[Hit]:
    """Return the hits in the order of the ids."""
    rows = db.session.execute(
        sa.select(
            SearchDocument.id, SearchDocument.kind, SearchDocument.thing_id, SearchDocument.title, SearchDocument.body,
            SearchDocument.author_id, SearchDocument.place_id, SearchDocument.state, SearchDocument.written_at,
        ).where(SearchDocument.id.in_(ids))
    )  # fmt: skip
    by_id = {row.id: Hit(*row[1:]) for row in rows}
    return [by_id[number] for number in ids if number in by_id]


# --- about the index


def documents_of(kind: str) -> sa.Subquery:
    """Return a subquery of the indexed things of one kind, to be joined: columns thing_id, audience, visible_until."""
    known = sa.select(SearchDocument.thing_id, SearchDocument.audience, SearchDocument.visible_until)
    return known.where(SearchDocument.kind == kind).subquery()


def count_documents() -> int:
    """Return how many documents the index has, for any audience."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(SearchDocument)) or 0


def list_misses() -> Sequence[SearchMiss]:
    """Return the searches that found nothing, the most frequent first."""
    return db.session.scalars(
        sa.select(SearchMiss).order_by(SearchMiss.times.desc(), SearchMiss.last_at.desc(), SearchMiss.words)
    ).all()
