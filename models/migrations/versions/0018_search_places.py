"""Documents of the search name a place of their room, whatever the room calls it"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Either database renames in place: no table is made anew, and nothing that hangs on it is lost.
    op.execute("ALTER TABLE search_document RENAME COLUMN category_id TO place_id")


def downgrade() -> None:
    op.execute("ALTER TABLE search_document RENAME COLUMN place_id TO category_id")
