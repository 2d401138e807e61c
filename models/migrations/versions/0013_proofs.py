"""When a browser's person last proved who they are; secrets of authenticators encrypted instead of derived"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No batch: SQLite adds a column that may be empty without copying the table. `member.totp_salt` stays for what
    # still runs on the old code; `python -m community migrate` encrypts the secrets that follow from it.
    op.add_column("sign_in", sa.Column("proved_at", models.base.UTCDateTime(timezone=True), nullable=True))
    op.add_column("member", sa.Column("totp_secret", sa.String(length=255), nullable=True))


def downgrade() -> None:
    op.drop_column("member", "totp_secret")
    op.drop_column("sign_in", "proved_at")
