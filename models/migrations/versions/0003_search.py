"""search: documents, their audiences, and what was not found

The words themselves: on PostgreSQL a tsvector with a GIN index, on SQLite an FTS5 table without content or positions.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("thing_id", BIG, nullable=False),
        sa.Column("audience", sa.String(length=400), nullable=False),
        sa.Column("category_id", BIG, nullable=True),
        sa.Column("author_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("written_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("visible_until", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lexemes", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
        sa.UniqueConstraint("kind", "thing_id", name=op.f("uq_search_document_kind_thing_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "search_audience",
        sa.Column("audience", sa.String(length=400), nullable=False),
        sa.Column("token", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("audience", "token", name=op.f("pk_search_audience")),
    )
    op.create_table(
        "search_miss",
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("words", name=op.f("pk_search_miss")),
    )
    op.create_index(op.f("ix_search_miss_last_at"), "search_miss", ["last_at"])
    if op.get_bind().dialect.name == "sqlite":
        # Every token is separated by spaces and already folded: the plainest tokenizer adds nothing of its own.
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5("
            "words, content='', columnsize=0, detail=none, tokenize='ascii')"
        )
        return
    op.create_index("ix_search_document_lexemes", "search_document", ["lexemes"], postgresql_using="gin")
    # Texts and words lie apart from the row: a frequent word leads to many rows, of which only the beginning is read.
    op.execute("ALTER TABLE search_document SET (toast_tuple_target = 128)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_miss")
    op.drop_table("search_audience")
    op.drop_table("search_document")
