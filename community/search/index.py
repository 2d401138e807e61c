"""The two databases' indexes of words, and the one condition that both understand."""

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
        known = db.session.execute(sa.select(SearchDocument.id, SearchDocument.text).where(chosen)).all()
        if not known:
            return
        for number, text in known:
            gone = {"search_index": "delete", "rowid": number, "words": " ".join(words_of(text))}
            db.session.execute(sa.insert(FTS).values(gone))
    db.session.execute(sa.delete(SearchDocument).where(chosen).execution_options(synchronize_session=False))


def remove_everything() -> None:
    if is_sqlite():
        db.session.execute(sa.insert(FTS).values(search_index="delete-all"))
    db.session.execute(sa.delete(SearchDocument).execution_options(synchronize_session=False))


def candidates(
    terms: Sequence[Term], columns: Sequence[sa.ColumnElement[Any]]
) -> tuple[sa.Select[Any], sa.ColumnElement[Any]]:
    """Columns of the documents that have the words, by the index; and how to order the newest first."""
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
    """Whether the words are among a document's own. PostgreSQL only: SQLite keeps them in the index alone."""
    return of.c.lexemes.op("@@")(_tsquery(terms))


def stand_in_text(of: sa.FromClause, terms: Sequence[Term]) -> list[sa.ColumnElement[bool]]:
    """Longer words stand there as they are, pair after pair; of what is one word in the index it is known."""
    longer = [term for term in terms if not all(spelling.is_one_word for spelling in term.spellings)]
    return [sa.or_(*(stands_in(of.c.text, spelling.needle) for spelling in term.spellings)) for term in longer]


def number(limit: int) -> sa.BindParameter[int]:
    """A limit that is part of the statement: a prepared plan for any limit takes a tenth of the table for wanted."""
    return sa.bindparam(None, limit, type_=sa.Integer, literal_execute=True)


def _tsquery(terms: Sequence[Term]) -> sa.ColumnElement[Any]:
    return sa.cast(_joined(terms, "'", " & ", " | "), postgresql.TSQUERY)


def _joined(terms: Sequence[Term], quote: str, both: str, either: str) -> str:
    """The same expression in the two query languages. Words are letters and figures: nothing to escape."""

    def spelled(spelling: Spelling) -> str:
        return "(" + both.join(f"{quote}{word}{quote}" for word in spelling.words) + ")"

    return both.join("(" + either.join(map(spelled, term.spellings)) + ")" for term in terms)


def stands_in(column: sa.ColumnElement[str], needle: str) -> sa.ColumnElement[bool]:
    position = sa.func.instr if is_sqlite() else sa.func.strpos
    return position(column, needle) > 0
