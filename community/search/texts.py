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
# What folding leaves of spaces and marks.
_MARKS = " \n、。,.!?「」『』()・~-"
_WITHOUT_MARKS = str.maketrans("", "", _MARKS)


def find_containing(needles: Collection[str], *, but_kind: str) -> list[Key]:
    """Return the keys of the things whose texts contain one of these, the newest first; not those of one kind.

    Texts are compared as the index holds them, folded, and without spaces and marks: who quotes a sentence leaves its
    。 out or breaks its line. One pass through all of them for so many needles.
    """
    bare = sa.select(
        SearchDocument.kind, SearchDocument.thing_id, SearchDocument.written_at, _bare_text().label("text")
    )
    # Materialized: marks are taken out once for all needles.
    bare = bare.where(SearchDocument.kind != but_kind).cte("bare").prefix_with("MATERIALIZED")
    folded = sorted({fold(needle).translate(_WITHOUT_MARKS) for needle in needles} - {""})
    found: dict[Key, None] = {}
    for start in range(0, len(folded), NEEDLES):
        some = folded[start : start + NEEDLES]
        contained = sa.or_(*(bare.c.text.contains(each, autoescape=True) for each in some))
        chosen = sa.select(bare.c.kind, bare.c.thing_id).where(contained).order_by(bare.c.written_at.desc())
        rows = db.session.execute(chosen)
        found |= dict.fromkeys((kind, thing_id) for kind, thing_id in rows)
    return list(found)


def _bare_text() -> sa.Function[str]:
    bare = sa.func.coalesce(SearchDocument.text, "")
    for mark in _MARKS:
        bare = sa.func.replace(bare, mark, "")
    return bare


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
