"""Versions and comments of stories that an older version has rendered are found, and rendered anew"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # 0: of comments that are there, nobody noted by which version.
    op.add_column("story_comment", sa.Column("render_version", sa.Integer(), server_default="0", nullable=False))
    for table in ("story_version", "story_comment"):
        op.create_index(f"ix_{table}_render_version_id", table, ["render_version", "id"])


def downgrade() -> None:
    for table in ("story_version", "story_comment"):
        op.drop_index(f"ix_{table}_render_version_id", table_name=table)
    op.drop_column("story_comment", "render_version")
