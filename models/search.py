"""The search index: one document for each thing, as its room wrote it; and searches without a hit."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, now, pk


class SearchDocument(Base):
    """One thing as the search index holds it. Replaced by a new row when the thing changes; ids are never reused.

    `audience`: the tokens of those who may find it, sorted, separated by spaces. `place_id`, `state`: a place and a
    word of the room (a category, "solved"), for filters together with the kind. `heading` and `text`: the folded title,
    and everything folded. `lexemes`: PostgreSQL's index; SQLite keeps the same words in a table of its own,
    `search_index`. The long columns are last, so that filters read only the beginning of a row.
    """

    __tablename__ = "search_document"
    __table_args__ = (
        sa.UniqueConstraint("kind", "thing_id"),
        sa.Index("ix_search_document_lexemes", "lexemes", postgresql_using="gin").ddl_if(dialect="postgresql"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[pk]
    kind: Mapped[str] = mapped_column(sa.String(16))
    thing_id: Mapped[int] = mapped_column(BigId)
    audience: Mapped[str] = mapped_column(sa.String(400))
    place_id: Mapped[int | None] = mapped_column(BigId)
    author_id: Mapped[int | None] = mapped_column(BigId)
    state: Mapped[str] = mapped_column(sa.String(16), default="")
    written_at: Mapped[datetime]
    visible_until: Mapped[datetime | None]
    heading: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.Text)
    body: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    lexemes: Mapped[str | None] = mapped_column(
        sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), deferred=True, deferred_raiseload=True
    )


class SearchAudience(Base):
    """The tokens of one audience; there are far fewer audiences than documents."""

    __tablename__ = "search_audience"

    audience: Mapped[str] = mapped_column(sa.String(400), primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(80), primary_key=True)


class SearchMiss(Base):
    """Words that somebody searched for without a hit. Who it was is not stored."""

    __tablename__ = "search_miss"

    words: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    times: Mapped[int] = mapped_column(default=1)
    last_at: Mapped[datetime] = mapped_column(default=now, index=True)
