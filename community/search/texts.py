"""Finding texts that repeat others, without asking who may read them: for staff who look for copies."""

from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa

from community.room import Key
from models.base import db
from models.search import SearchDocument

from .folding import fold

CHUNK = 500
# Needles of one statement: SQLite takes a thousand terms of an expression.
NEEDLES = 100


def find_containing(needles: Collection[str], *, but_kind: str) -> list[Key]:
    """Return the keys of the things whose texts contain one of these, the newest first; not those of one kind.

    Texts are compared as the index holds them, folded. One pass through all of them for so many needles.
    """
    folded = sorted({fold(needle) for needle in needles} - {""})
    found: dict[Key, None] = {}
    for start in range(0, len(folded), NEEDLES):
        some = folded[start : start + NEEDLES]
        contained = sa.or_(*(SearchDocument.text.contains(each, autoescape=True) for each in some))
        chosen = sa.select(SearchDocument.kind, SearchDocument.thing_id).where(
            SearchDocument.kind != but_kind, contained
        )
        rows = db.session.execute(chosen.order_by(SearchDocument.written_at.desc()))
        found |= dict.fromkeys((kind, thing_id) for kind, thing_id in rows)
    return list(found)


def list_since(since: datetime, *, but_kind: str) -> Iterator[list[Key]]:
    """Yield the keys of the things that were written since then, the newest first, in chunks; not those of one kind."""
    chosen = (
        sa.select(SearchDocument.kind, SearchDocument.thing_id)
        .where(SearchDocument.kind != but_kind, SearchDocument.written_at >= since)
        .order_by(SearchDocument.written_at.desc())
    )
    keys = [(kind, thing_id) for kind, thing_id in db.session.execute(chosen)]
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
