"""Tables of the projections get the names that the code has for them; rows and positions stay"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Lease's table, projections' table, its column for the position, the column of stuck signals that points to it.
OLD = ("settler_lease", "reader", "read_to", "reader")
NEW = ("projection_lease", "projection", "position", "projection")


def upgrade() -> None:
    _replace(OLD, NEW)


def downgrade() -> None:
    _replace(NEW, OLD)


def _replace(old: tuple[str, str, str, str], new: tuple[str, str, str, str]) -> None:
    """Make the three small tables anew and fill them: their keys and constraints are named after them. None has triggers."""
    lease, table, position, column = new
    op.create_table(
        lease,
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f(f"ck_{lease}_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{lease}")),
    )
    op.execute(f"INSERT INTO {lease} (id, holder, until) SELECT id, holder, until FROM {old[0]}")
    op.drop_table(old[0])
    op.create_table(
        table,
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column(position, BIG_ID, nullable=False),
        sa.Column("version_floor", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("name", name=op.f(f"pk_{table}")),
    )
    op.execute(
        f"INSERT INTO {table} (name, {position}, version_floor) SELECT name, {old[2]}, version_floor FROM {old[1]}"
    )
    # Beside each other the two would want the same names for their key and their index.
    op.execute("CREATE TABLE stuck_signal_kept AS SELECT * FROM stuck_signal")
    op.drop_table("stuck_signal")
    op.create_table(
        "stuck_signal",
        sa.Column(column, sa.String(length=32), nullable=False),
        sa.Column("seq", BIG_ID, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("next_try", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint([column], [f"{table}.name"], name=op.f(f"fk_stuck_signal_{column}_{table}")),
        sa.ForeignKeyConstraint(["seq"], ["signal_sequence.seq"], name=op.f("fk_stuck_signal_seq_signal_sequence")),
        sa.PrimaryKeyConstraint(column, "seq", name=op.f("pk_stuck_signal")),
    )
    op.create_index(op.f("ix_stuck_signal_next_try"), "stuck_signal", ["next_try"])
    op.execute(
        f"INSERT INTO stuck_signal ({column}, seq, error, tries, since, next_try) "
        f"SELECT {old[3]}, seq, error, tries, since, next_try FROM stuck_signal_kept"
    )
    op.drop_table("stuck_signal_kept")
    op.drop_table(old[1])
