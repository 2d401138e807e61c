"""Who was asked for a talk, an interview or a quotation"""

import sqlalchemy as sa
from alembic import op

from models.base import BigId, UTCDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ask",
        sa.Column("id", BigId, nullable=False),
        sa.Column("member_id", BigId, nullable=False),
        sa.Column("account_id", BigId, nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject_kind", sa.String(24), nullable=False),
        sa.Column("subject_id", BigId, nullable=False),
        sa.Column("asked_by_id", BigId, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("is_override", sa.Boolean(), nullable=False),
        sa.Column("taken_back_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_ask_account_id_account")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["member.id"], name=op.f("fk_ask_asked_by_id_member")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_ask_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
        sa.UniqueConstraint(
            "member_id",
            "kind",
            "subject_kind",
            "subject_id",
            name=op.f("uq_ask_member_id_kind_subject_kind_subject_id"),
        ),
    )
    op.create_index("ix_ask_account_id_asked_on", "ask", ["account_id", "asked_on"])
    op.create_index("ix_ask_asked_on", "ask", ["asked_on"])


def downgrade() -> None:
    op.drop_table("ask")
