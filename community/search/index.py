"""The full-text indexes of both databases behind the same functions."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from models.base import db
from models.search import SearchDocument

from .words import Spelling, Term, words_of

# SQLite's own table: no content and no positions, rows are documents' ids.
FTS = sa.table("search_index", sa.column("rowid"), sa.column("words"), sa.column("search_index"))


def is_sqlite() -> bool:
    """Return whether the session's database is SQLite."""
    return db.session.get_bind().dialect.name == "sqlite"


def add_documents(rows: Sequence[dict[str, Any]]) -> None:
    """Insert documents with their words. Earlier rows of the same things must be gone: `remove_documents`."""
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
    """Delete the documents of these things with their words."""
    chosen = sa.and_(SearchDocument.kind == kind, SearchDocument.thing_id.in_(thing_ids))
    if is_sqlite():
        # Without content, the index has to be told what stood in the row.
        known = db.session.execute(sa.select(SearchDocument.id, SearchDocument.text).where(chosen)).all()
        if not known:
            return
        for number, text in known:
            gone = {"search_index": "delete", "rowid": number, "words": " ".join(words_of(text))}
            db.session.execute(sa.insert(FTS).values(gone))
    db.session.execute(sa.delete(SearchDocument).where(chosen).execution_options(synchronize_session=False))


def remove_everything() -> None:
    """Delete all documents and words."""
    if is_sqlite():
        db.session.execute(sa.insert(FTS).values(search_index="delete-all"))
    db.session.execute(sa.delete(SearchDocument).execution_options(synchronize_session=False))


def candidates(
    terms: Sequence[Term], columns: Sequence[sa.ColumnElement[Any]]
) -> tuple[sa.Select[Any], sa.ColumnElement[Any]]:
    """Return a select of these columns of documents that have all words of the terms, and the order "newest first"."""
    document = SearchDocument.__table__
    if is_sqlite():
        # FTS5 walks backwards by itself, but only by its own number.
        chosen = sa.select(*columns).join_from(FTS, document, document.c.id == FTS.c.rowid)
        return chosen.where(FTS.c.search_index.op("MATCH")(_joined(terms, '"', " AND ", " OR "))), FTS.c.rowid.desc()
    # PostgreSQL does not count the reading of words that lie apart from their rows, and for a frequent word reads all
    # of them rather than the index. It cannot know what a subquery asks for, nor walk backwards by a sum: what is left
    # to it is the index.
    chosen = sa.select(*columns).where(document.c.lexemes.op("@@")(sa.select(_tsquery(terms)).scalar_subquery()))
    return chosen, (document.c.id + 0).desc()


def has_words(of: sa.FromClause, terms: Sequence[Term]) -> sa.ColumnElement[bool]:
    """Return the condition that a document's own lexemes have the words of the terms. SQLite has no such column."""
    return of.c.lexemes.op("@@")(_tsquery(terms))


def stand_in_text(of: sa.FromClause, terms: Sequence[Term]) -> list[sa.ColumnElement[bool]]:
    """Return conditions that the text contains each longer term literally.

    For a term that is one word, the index is enough.
    """
    longer = [term for term in terms if not all(spelling.is_one_word for spelling in term.spellings)]
    return [sa.or_(*(stands_in(of.c.text, spelling.needle) for spelling in term.spellings)) for term in longer]


def number(limit: int) -> sa.BindParameter[int]:
    """Return a LIMIT written into the statement itself.

    With a parameter, PostgreSQL prepares a plan for any limit and assumes a tenth of the table.
    """
    return sa.bindparam(None, limit, type_=sa.Integer, literal_execute=True)


def _tsquery(terms: Sequence[Term]) -> sa.ColumnElement[Any]:
    return sa.cast(_joined(terms, "'", " & ", " | "), postgresql.TSQUERY)


def _joined(terms: Sequence[Term], quote: str, both: str, either: str) -> str:
    """Return the terms in the query language of the index. Words are letters and figures: nothing to escape."""

    def spelled(spelling: Spelling) -> str:
        return "(" + both.join(f"{quote}{word}{quote}" for word in spelling.words) + ")"

    return both.join("(" + either.join(map(spelled, term.spellings)) + ")" for term in terms)


def stands_in(column: sa.ColumnElement[str], needle: str) -> sa.ColumnElement[bool]:
    """Return the condition that the column contains the needle."""
    position = sa.func.instr if is_sqlite() else sa.func.strpos
    return position(column, needle) > 0
