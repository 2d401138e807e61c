"""A version for each thing that guests see, in place of one for everything"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Its one row is a random word: there is nothing to keep.
    op.drop_table("public_version")
    version = op.create_table(
        "public_version",
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_public_version")),
    )
    op.bulk_insert(version, [{"scope": "everything", "version": uuid4().hex}])


def downgrade() -> None:
    op.drop_table("public_version")
    version = op.create_table(
        "public_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_public_version_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_version")),
    )
    op.bulk_insert(version, [{"id": 1, "version": uuid4().hex}])
