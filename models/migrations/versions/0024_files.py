"""Files of any kind in one table: pictures, and what is kept as it came, with its kind and name

Numbers stay as they are. The way back is closed by nothing, but files that are no pictures lose their rows: the former
table has no place for them. Their bytes are swept as those of unfinished uploads are.
"""

import sqlalchemy as sa
from alembic import op

from models.base import BigId, UTCDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

COMMON = "id, key, owner_id, subject_kind, subject_id, media_type, width, height, size, created_at"


def upgrade() -> None:
    # A new table, not a changed one: on SQLite a column becomes nullable only by a copy, and all names change.
    _create("stored_file", sa.Column("kind", sa.String(16), nullable=False), sa.Column("name", sa.String(240), nullable=False))
    op.execute(f"INSERT INTO stored_file ({COMMON}, kind, name) SELECT {COMMON}, 'picture', '' FROM stored_image")
    _finish("stored_file", "stored_image")


def downgrade() -> None:
    _create("stored_image")
    op.execute(f"INSERT INTO stored_image ({COMMON}) SELECT {COMMON} FROM stored_file WHERE kind = 'picture'")
    _finish("stored_image", "stored_file")


def _create(name: str, *more: sa.Column[str]) -> None:
    """Create the table as it is before or, with `more` columns, after this migration."""
    checks = [
        sa.CheckConstraint(
            "(kind = 'picture') = (width IS NOT NULL) AND (width IS NULL) = (height IS NULL)",
            name=op.f("ck_stored_file_pixels"),
        ),
        sa.CheckConstraint("(kind = 'picture') = (name = '')", name=op.f("ck_stored_file_named")),
    ]
    op.create_table(
        name,
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("owner_id", BigId, nullable=False),
        sa.Column("subject_kind", sa.String(24), nullable=True),
        sa.Column("subject_id", BigId, nullable=True),
        sa.Column("media_type", sa.String(32), nullable=False),
        *more,
        sa.Column("width", sa.Integer(), nullable=bool(more)),
        sa.Column("height", sa.Integer(), nullable=bool(more)),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["member.id"], name=op.f(f"fk_{name}_owner_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{name}_key")),
        *(checks if more else ()),
    )


def _finish(name: str, former: str) -> None:
    """Drop the former table; numbers go on where they were."""
    op.drop_table(former)
    op.create_index(f"ix_{name}_subject", name, ["subject_kind", "subject_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), coalesce(max(id), 0) + 1, false) FROM {name}")
