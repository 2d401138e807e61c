"""Mail about news: who is to be mailed of what, how people want it, and what came back"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mail", sa.Column("can_wait", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_mail_member_id_created_at", "mail", ["member_id", "created_at"])
    op.create_index("ix_mail_to_address", "mail", ["to_address"])
    op.create_table(
        "mail_notice",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("due_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("in_digest", sa.Boolean(), nullable=False),
        sa.Column("mail_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("obstacle", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_mail_notice_mail_id_mail")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_mail_notice_member_id_member")),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_mail_notice_signal_id_signal")),
        sa.PrimaryKeyConstraint("member_id", "signal_id", name=op.f("pk_mail_notice")),
    )
    op.create_index("ix_mail_notice_due_at", "mail_notice", ["due_at"])
    op.create_index("ix_mail_notice_mail_id", "mail_notice", ["mail_id"])
    op.create_index("ix_mail_notice_signal_id", "mail_notice", ["signal_id"])
    op.create_table(
        "mail_choice",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("delivery", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_mail_choice_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "kind", name=op.f("pk_mail_choice")),
    )
    op.create_table(
        "mail_rhythm",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at_any_hour", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_mail_rhythm_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_mail_rhythm")),
    )
    op.create_table(
        "mail_bounce",
        sa.Column("mail_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("is_hard", sa.Boolean(), nullable=False),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_mail_bounce_mail_id_mail")),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_mail_bounce")),
    )
    op.create_index("ix_mail_bounce_address", "mail_bounce", ["address"])


def downgrade() -> None:
    for table in ("mail_bounce", "mail_rhythm", "mail_choice", "mail_notice"):
        op.drop_table(table)
    op.drop_index("ix_mail_to_address", "mail")
    op.drop_index("ix_mail_member_id_created_at", "mail")
    op.drop_column("mail", "can_wait")
