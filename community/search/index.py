"""The two databases' indexes of words, and the one condition that both understand."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import InstrumentedAttribute

from models.base import db
from models.search import SearchDocument

from .words import Spelling, Term, words_of

# SQLite's own table: no content and no positions, rows are documents' ids.
FTS = sa.table("search_index", sa.column("rowid"), sa.column("words"), sa.column("search_index"))


def is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"


def add_documents(rows: Sequence[dict[str, Any]]) -> None:
    """Write documents with their words. What was there of the same things must be gone: `remove_documents`."""
    if is_sqlite():
        for row in rows:
            made = sa.insert(SearchDocument).values(row).returning(SearchDocument.id)
            words = " ".join(words_of(row["text"]))
            db.session.execute(sa.insert(FTS).values(rowid=db.session.scalar(made), words=words))
        return
    lexemes = sa.func.array_to_tsvector(sa.bindparam("words", type_=postgresql.ARRAY(sa.Text)))
    added = postgresql.insert(SearchDocument).values(lexemes=lexemes)
    # Two who index one thing at once write the same; the later one stays.
    added = added.on_conflict_do_update(
        index_elements=["kind", "thing_id"],
        set_={
            column.name: added.excluded[column.name]
            for column in SearchDocument.__table__.columns
            if column.name != "id"
        },
    )
    db.session.connection().execute(added, [{**row, "words": words_of(row["text"])} for row in rows])


def remove_documents(kind: str, thing_ids: Collection[int]) -> None:
    chosen = sa.and_(SearchDocument.kind == kind, SearchDocument.thing_id.in_(thing_ids))
    if is_sqlite():
        # Without content, the index has to be told what stood in the row.
        for number, text in db.session.execute(sa.select(SearchDocument.id, SearchDocument.text).where(chosen)).all():
            gone = {"search_index": "delete", "rowid": number, "words": " ".join(words_of(text))}
            db.session.execute(sa.insert(FTS).values(gone))
    db.session.execute(sa.delete(SearchDocument).where(chosen).execution_options(synchronize_session=False))


def remove_everything() -> None:
    if is_sqlite():
        db.session.execute(sa.insert(FTS).values(search_index="delete-all"))
    db.session.execute(sa.delete(SearchDocument).execution_options(synchronize_session=False))


def has_words(terms: Sequence[Term]) -> sa.ColumnElement[bool]:
    """The index's own condition: pairs of signs, wherever they stand. On SQLite the statement joins FTS."""
    if is_sqlite():
        return FTS.c.search_index.op("MATCH")(_joined(terms, '"', " AND ", " OR "))
    query = sa.cast(_joined(terms, "'", " & ", " | "), postgresql.TSQUERY)
    return SearchDocument.lexemes.op("@@")(query)


def stand_in_text(terms: Sequence[Term]) -> list[sa.ColumnElement[bool]]:
    """Longer words stand there as they are, pair after pair; of what is one word in the index it is known."""
    longer = [term for term in terms if not all(spelling.is_one_word for spelling in term.spellings)]
    return [_stands(term) for term in longer]


def _joined(terms: Sequence[Term], quote: str, both: str, either: str) -> str:
    """The same expression in the two query languages. Words are letters and figures: nothing to escape."""

    def spelled(spelling: Spelling) -> str:
        return "(" + both.join(f"{quote}{word}{quote}" for word in spelling.words) + ")"

    return both.join("(" + either.join(map(spelled, term.spellings)) + ")" for term in terms)


def _stands(term: Term) -> sa.ColumnElement[bool]:
    return sa.or_(*(stands_in(SearchDocument.text, spelling.needle) for spelling in term.spellings))


def stands_in(column: InstrumentedAttribute[str], needle: str) -> sa.ColumnElement[bool]:
    position = sa.func.instr if is_sqlite() else sa.func.strpos
    return position(column, needle) > 0
