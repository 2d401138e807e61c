"""Keys by which addresses of one person are recognised; second accounts of a person, which CS lets in with a reason

Of members who share a key already, all but the first are second accounts: nobody is shut out.
"""

import sqlalchemy as sa
from alembic import op

from models.address_keys import address_key

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

member = sa.table(
    "member",
    sa.column("id", sa.BigInteger),
    sa.column("email", sa.String),
    sa.column("address_key", sa.Text),
    sa.column("is_second_account", sa.Boolean),
)


def upgrade() -> None:
    # Columns are added one by one, never with a copy of the table: SQLite's copies lose what points to them.
    op.add_column("member", sa.Column("address_key", sa.Text(), server_default="", nullable=False))
    op.add_column("member", sa.Column("is_second_account", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("invitation", sa.Column("second_account_reason", sa.Text(), server_default="", nullable=False))
    _fill_keys()
    op.create_index("ix_member_address_key", "member", ["address_key"])
    op.create_index(
        "uq_member_address_key",
        "member",
        ["address_key"],
        unique=True,
        sqlite_where=sa.text("NOT is_second_account AND address_key <> ''"),
        postgresql_where=sa.text("NOT is_second_account AND address_key <> ''"),
    )


def _fill_keys() -> None:
    connection = op.get_bind()
    keys: list[dict[str, object]] = []
    seen: set[str] = set()
    for member_id, email in connection.execute(sa.select(member.c.id, member.c.email).order_by(member.c.id)):
        key = address_key(email)
        keys.append({"of": member_id, "key": key, "second": key in seen})
        seen.add(key)
    writing = sa.update(member).where(member.c.id == sa.bindparam("of", type_=sa.BigInteger()))
    if keys:
        connection.execute(
            writing.values(address_key=sa.bindparam("key"), is_second_account=sa.bindparam("second")), keys
        )


def downgrade() -> None:
    for index in ("uq_member_address_key", "ix_member_address_key"):
        op.drop_index(index, table_name="member")
    op.drop_column("invitation", "second_account_reason")
    op.drop_column("member", "is_second_account")
    op.drop_column("member", "address_key")
