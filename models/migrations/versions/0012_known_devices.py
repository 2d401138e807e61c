"""Devices known to their owners, counts of tries at the doors, and who wants mail about new devices"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DEVICE = "fk_sign_in_device_id_known_device"


def upgrade() -> None:
    # No batch: SQLite adds a column that may be empty without copying the table.
    op.add_column("member", sa.Column("wants_device_mail", sa.Boolean(), nullable=True))
    op.create_table(
        "known_device",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("browser", sa.String(length=24), nullable=False),
        sa.Column("system", sa.String(length=24), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_known_device_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
        sa.UniqueConstraint("token_hash", "member_id", name=op.f("uq_known_device_token_hash_member_id")),
    )
    op.create_index(op.f("ix_known_device_member_id"), "known_device", ["member_id"])
    op.create_index(op.f("ix_known_device_seen_on"), "known_device", ["seen_on"])
    op.create_table(
        "try_count",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ends_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_try_count")),
    )
    op.create_index(op.f("ix_try_count_ends_at"), "try_count", ["ends_at"])
    with op.batch_alter_table("sign_in") as batch:
        batch.add_column(sa.Column("device_id", ID, nullable=True))
        batch.create_foreign_key(op.f(DEVICE), "known_device", ["device_id"], ["id"], ondelete="SET NULL")
    op.create_index(op.f("ix_sign_in_device_id"), "sign_in", ["device_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sign_in_device_id"), table_name="sign_in")
    with op.batch_alter_table("sign_in") as batch:
        batch.drop_constraint(op.f(DEVICE), type_="foreignkey")
        batch.drop_column("device_id")
    op.drop_table("try_count")
    op.drop_table("known_device")
    op.drop_column("member", "wants_device_mail")
