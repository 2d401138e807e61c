"""Parent companies, whose name is shown, and acts that were recorded anew

Columns are added, no table is copied: the ledger keeps its guards. Alembic cannot add a key to a table of SQLite, but
SQLite itself takes one with its column.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

POINTERS = (("account", "parent_id", "account"), ("signal", "moved_from_id", "signal"))


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, column, target in POINTERS:
        key = f"fk_{table}_{column}_{target}"
        if sqlite:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {key} REFERENCES {target} (id)")
        else:
            op.add_column(table, sa.Column(column, sa.BigInteger()))
            op.create_foreign_key(key, table, target, [column], ["id"])
    op.create_index("ix_account_parent_id", "account", ["parent_id"])
    set_only = sa.text("moved_from_id IS NOT NULL")
    op.create_index(
        "ix_signal_moved_from_id", "signal", ["moved_from_id"], sqlite_where=set_only, postgresql_where=set_only
    )
    op.add_column("account", sa.Column("is_name_shown", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Dropping a key means copying the ledger and losing its guards.
        raise NotImplementedError("on SQLite go back to the copy of the file that was made before the upgrade")
    op.drop_column("account", "is_name_shown")
    op.drop_index("ix_signal_moved_from_id", "signal")
    op.drop_index("ix_account_parent_id", "account")
    for table, column, target in POINTERS:
        op.drop_constraint(f"fk_{table}_{column}_{target}", table, type_="foreignkey")
        op.drop_column(table, column)
