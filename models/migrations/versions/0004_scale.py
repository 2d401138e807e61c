"""The version of what guests see; views that wait to be counted"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from models.base import BigId

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    version = op.create_table(
        "public_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_public_version_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_version")),
    )
    op.bulk_insert(version, [{"id": 1, "version": uuid4().hex}])
    op.create_table(
        "pending_view",
        sa.Column("id", BigId, nullable=False),
        sa.Column("topic_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_pending_view_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_view")),
    )


def downgrade() -> None:
    op.drop_table("pending_view")
    op.drop_table("public_version")
