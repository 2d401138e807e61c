"""Versions that never fall: of scores through a rebuild, of bells through a clock set back; follows dated by the ledger"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bell",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_bell_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_bell")),
    )
    with op.batch_alter_table("reader") as reader:
        reader.add_column(sa.Column("version_floor", sa.BigInteger(), nullable=False, server_default="0"))
    # What was followed before goes on being judged by its instants.
    with op.batch_alter_table("watch") as watch:
        watch.add_column(sa.Column("after_signal_id", sa.BigInteger(), nullable=True))
        watch.add_column(sa.Column("until_signal_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("watch") as watch:
        watch.drop_column("until_signal_id")
        watch.drop_column("after_signal_id")
    with op.batch_alter_table("reader") as reader:
        reader.drop_column("version_floor")
    op.drop_table("bell")
