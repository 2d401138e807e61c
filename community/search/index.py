"""The full-text indexes of both databases behind the same functions."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from models.base import db
from models.search import SearchDocument

from .words import Spelling, Term, words_of

# SQLite's FTS5 table: without content and positions; its rowids are the ids of documents.
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
    # Two transactions may index one thing at the same time; they write the same row.
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
        # A table without content needs the former words to delete a row.
        known = db.session.execute(sa.select(SearchDocument.id, SearchDocument.text).where(chosen)).all()
        if not known:
            return
        for rowid, text in known:
            gone = {"search_index": "delete", "rowid": rowid, "words": " ".join(words_of(text))}
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
        # FTS5 can walk backwards, but only by its own rowid.
        chosen = sa.select(*columns).join_from(FTS, document, document.c.id == FTS.c.rowid)
        return chosen.where(FTS.c.search_index.op("MATCH")(_to_query(terms, '"', " AND ", " OR "))), FTS.c.rowid.desc()
    # PostgreSQL's planner ignores the cost of reading lexemes, which lie apart from their rows (TOAST), and for a
    # frequent word prefers a scan of the table to the index. The subquery hides the word from the planner, and the sum
    # keeps it from walking the primary key backwards: the index is what is left.
    chosen = sa.select(*columns).where(document.c.lexemes.op("@@")(sa.select(_tsquery(terms)).scalar_subquery()))
    return chosen, (document.c.id + 0).desc()


def has_words(of: sa.FromClause, terms: Sequence[Term]) -> sa.ColumnElement[bool]:
    """Return the condition that a document's own lexemes have the words of the terms. SQLite has no such column."""
    return of.c.lexemes.op("@@")(_tsquery(terms))


def contain_long_terms(of: sa.FromClause, terms: Sequence[Term]) -> list[sa.ColumnElement[bool]]:
    """Return conditions that the text contains each longer term literally.

    For a term that is one word, the index is enough.
    """
    longer = [term for term in terms if not all(spelling.is_one_word for spelling in term.spellings)]
    return [sa.or_(*(contains(of.c.text, spelling.needle) for spelling in term.spellings)) for term in longer]


def literal_limit(limit: int) -> sa.BindParameter[int]:
    """Return a LIMIT written into the statement itself.

    With a parameter, PostgreSQL prepares a plan for any limit and assumes a tenth of the table.
    """
    return sa.bindparam(None, limit, type_=sa.Integer, literal_execute=True)


def _tsquery(terms: Sequence[Term]) -> sa.ColumnElement[Any]:
    return sa.cast(_to_query(terms, "'", " & ", " | "), postgresql.TSQUERY)


def _to_query(terms: Sequence[Term], quote: str, both: str, either: str) -> str:
    """Return the terms in the query language of the index. Words are letters and figures: nothing to escape."""

    def to_query(spelling: Spelling) -> str:
        return "(" + both.join(f"{quote}{word}{quote}" for word in spelling.words) + ")"

    return both.join("(" + either.join(map(to_query, term.spellings)) + ")" for term in terms)


def contains(column: sa.ColumnElement[str], needle: str) -> sa.ColumnElement[bool]:
    """Return the condition that the column contains the needle."""
    position = sa.func.instr if is_sqlite() else sa.func.strpos
    return position(column, needle) > 0
