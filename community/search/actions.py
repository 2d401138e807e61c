"""Writing the search index: rooms hand over documents in the transaction in which their things change.

search.index(Document("story", story.id, story.title, plain, frozenset({"members"}), written_at=story.published_at))
search.forget("story", [story.id])
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.base import db, now
from models.search import SearchAudience, SearchMiss

from . import index as indexes
from .folding import fold
from .rules import as_audience, as_missed
from .words import searchable

# Far below the number of parameters that either database takes in one statement.
CHUNK = 500
# The log of misses is read on one page, and kept while somebody may act on it.
MOST_MISSES = 500
MISSES_KEPT = timedelta(days=90)

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True)
class Document:
    """One thing of a room as the index has it. `kind`: the name of its ThingKind.

    `audience`: a viewer who holds one of these tokens finds the document (`public`, `members`, `category:12`), until
    `visible_until`. `body`: plain text. `spellings`: indexed, but not shown (readings). `place_id`, `state`: a place
    and a word of the room's own, for its filters.
    """

    kind: str
    id: int
    title: str
    body: str
    audience: frozenset[str]
    written_at: datetime
    place_id: int | None = None
    author_id: int | None = None
    state: str = ""
    visible_until: datetime | None = None
    spellings: tuple[str, ...] = ()


def index(*things: Document) -> None:
    """Put these documents into the index in place of their earlier versions.

    Rooms call it after every change of a thing.
    """
    if not things:
        return
    for kind, alike in groupby(things, lambda thing: thing.kind):
        forget(kind, [thing.id for thing in alike])
    _name_audiences({thing.audience for thing in things})
    indexes.add_documents([_document_row(thing) for thing in things])


def forget(kind: str, thing_ids: Sequence[int]) -> None:
    """Remove these things from the index."""
    for start in range(0, len(thing_ids), CHUNK):
        indexes.remove_documents(kind, thing_ids[start : start + CHUNK])


def forget_everything() -> None:
    """Empty the index, before it is built anew."""
    indexes.remove_everything()
    db.session.execute(sa.delete(SearchAudience).execution_options(synchronize_session=False))


def _document_row(thing: Document) -> dict[str, object]:
    return {
        "kind": thing.kind,
        "thing_id": thing.id,
        "audience": as_audience(thing.audience),
        "place_id": thing.place_id,
        "author_id": thing.author_id,
        "state": thing.state,
        "written_at": thing.written_at,
        "visible_until": thing.visible_until,
        "heading": fold(thing.title),
        "title": thing.title,
        "body": thing.body,
        "text": searchable(thing.title, thing.body, *thing.spellings),
    }


def _name_audiences(audiences: Collection[frozenset[str]]) -> None:
    named = {as_audience(tokens): tokens for tokens in audiences}
    known = set(db.session.scalars(sa.select(SearchAudience.audience).where(SearchAudience.audience.in_(named))))
    new = [{"audience": name, "token": token} for name in named.keys() - known for token in sorted(named[name])]
    if new:
        insert = _INSERT[db.session.get_bind().dialect.name]
        db.session.execute(insert(SearchAudience).on_conflict_do_nothing(), new)


# --- searches without hits


def note_miss(typed: str, at: datetime | None = None) -> None:
    """Count a search that found nothing.

    Entries older than MISSES_KEPT, and the oldest beyond MOST_MISSES, are deleted.
    """
    at = at or now()
    insert = _INSERT[db.session.get_bind().dialect.name]
    added = insert(SearchMiss).values(words=as_missed(typed), times=1, last_at=at)
    db.session.execute(
        added.on_conflict_do_update(
            index_elements=["words"], set_={"times": SearchMiss.times + 1, "last_at": added.excluded.last_at}
        )
    )
    newest = sa.select(SearchMiss.words).order_by(SearchMiss.last_at.desc(), SearchMiss.words).limit(MOST_MISSES)
    db.session.execute(
        sa.delete(SearchMiss)
        .where(sa.or_(SearchMiss.last_at < at - MISSES_KEPT, SearchMiss.words.not_in(newest)))
        .execution_options(synchronize_session=False)
    )
