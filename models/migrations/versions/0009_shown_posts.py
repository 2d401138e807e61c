"""Pages count the posts that are shown: an index of those alone"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    shown = sa.text("hidden_at IS NULL")
    op.create_index(
        "ix_post_shown", "post", ["topic_id", "position"], sqlite_where=shown, postgresql_where=shown
    )


def downgrade() -> None:
    op.drop_index("ix_post_shown", "post")
