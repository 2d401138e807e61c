"""Drafts: several at one place, each written by one showing of a form"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.execute("CREATE TABLE draft_before AS SELECT * FROM draft")
    op.drop_table("draft")
    op.create_table(
        "draft",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("form_key", sa.String(length=36), nullable=False),
        sa.Column("save_number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("category_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("topic_title", sa.String(length=120), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column("saved_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("discarded_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_draft_category_id_category")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_draft_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("member_id", "form_key", name=op.f("uq_draft_member_id_form_key")),
    )
    op.create_index("ix_draft_member_id_place", "draft", ["member_id", "place"])
    # No form of the new kind wrote these: the place, one a person so far, names the writing. Of a topic that one may no
    # longer see the title stays unknown, so none is filled in.
    op.execute(
        "INSERT INTO draft (member_id, place, form_key, save_number, version, title, body, category_id, kind, "
        "topic_title, seen, saved_at) "
        "SELECT member_id, place, place, 0, 1, title, body, category_id, '', '', '', saved_at "
        "FROM draft_before"
    )
    op.drop_table("draft_before")


def downgrade() -> None:
    """The draft of each place that was saved last stays; the others are dropped."""
    op.execute(
        "CREATE TABLE draft_before AS SELECT member_id, place, title, body, category_id, saved_at FROM draft "
        "WHERE discarded_at IS NULL AND NOT EXISTS (SELECT 1 FROM draft AS newer WHERE newer.member_id = draft.member_id "
        "AND newer.place = draft.place AND newer.discarded_at IS NULL "
        "AND (newer.saved_at > draft.saved_at OR (newer.saved_at = draft.saved_at AND newer.id > draft.id)))"
    )
    op.drop_table("draft")
    op.create_table(
        "draft",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("category_id", ID, nullable=True),
        sa.Column("saved_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_draft_category_id_category")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_draft_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "place", name=op.f("pk_draft")),
    )
    op.execute(
        "INSERT INTO draft (member_id, place, title, body, category_id, saved_at) "
        "SELECT member_id, place, title, body, category_id, saved_at FROM draft_before"
    )
    op.drop_table("draft_before")
