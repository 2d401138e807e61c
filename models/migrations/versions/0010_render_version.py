"""Posts that an older version has rendered are found without looking at all of them"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_post_render_version_id", "post", ["render_version", "id"])


def downgrade() -> None:
    op.drop_index("ix_post_render_version_id", table_name="post")
