"""Nothing that was typed stands in rows that are never changed: reasons, names and imports' keys get rows of their own

The tables are guarded against change; the guards are lifted for what moves, and stand again in the same transaction.
What was moved is still in old backups, and in the database's file until it is vacuumed: deploy/README.md.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# As `community.audit.texts` has it today.
AUDIENCES = frozenset({"public", "signed_in", "members", "staff"})
SEGMENTS = frozenset({"high", "mid", "digital"})
STAGES = frozenset({"prospect", "onboarding", "adoption", "renewal", "advocate"})
WORDS = {
    "kind": frozenset({"customer", "prospect", "partner", "vendor", "terms", "privacy"}),
    "matter": frozenset({"records", "ending", "other"}),
    "posters": AUDIENCES,
    "readers": AUDIENCES,
    "reason": frozenset({"spam", "harassment", "personal_data", "confidential", "off_topic", "author", "other"}),
    "segment": SEGMENTS,
    "segments": SEGMENTS,
    "staff_role": frozenset({"moderator", "community_manager", "cs", "administrator"}),
    "stage": STAGES,
    "stages": STAGES,
}
APART = "[text]"
CHECKSUM = re.compile(r"[0-9a-f]{64}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T[0-9:.]+([+-]\d{2}:\d{2}|Z)?)?")
AT_ONCE = 1000
# No key of an import begins with it; while ids take the keys' places, an id may be another row's key.
NOT_YET = "\x01"

entry = sa.table(
    "audit_entry",
    sa.column("id", sa.BigInteger),
    sa.column("before", sa.JSON),
    sa.column("after", sa.JSON),
    sa.column("reason", sa.Text),
    sa.column("text_hash", sa.String),
)
text = sa.table(
    "audit_text",
    sa.column("entry_id", sa.BigInteger),
    sa.column("salt", sa.String),
    sa.column("reason", sa.Text),
    sa.column("details", sa.Text),
)


def upgrade() -> None:
    op.create_table(
        "audit_text",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("erased_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_text_entry_id_audit_entry")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_text")),
    )
    op.create_table(
        "source_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=254), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_key")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_source_key_source_key")),
    )
    op.add_column("audit_entry", sa.Column("text_hash", sa.String(length=64), nullable=True))
    with changeable("audit_entry"):
        _move_typed_texts()
    _give_default("audit_entry")
    with changeable("signal"):
        _move_keys()
    with changeable("policy"):
        op.execute("UPDATE policy SET reason = ''")  # of each but the first its audit entry says the same
    _give_default("policy")


def downgrade() -> None:
    with changeable("audit_entry"):
        _put_typed_texts_back()
    with changeable("signal"):
        op.execute(
            "UPDATE signal SET source_key = "
            f"(SELECT '{NOT_YET}' || COALESCE(key, signal.source_key) FROM source_key AS named "
            "WHERE CAST(named.id AS VARCHAR(120)) = signal.source_key) WHERE source_key IS NOT NULL"
        )
        op.execute("UPDATE signal SET source_key = SUBSTR(source_key, 2) WHERE source_key IS NOT NULL")
    op.drop_column("audit_entry", "text_hash")
    op.drop_table("source_key")
    op.drop_table("audit_text")


@contextmanager
def changeable(table: str) -> Iterator[None]:
    """Lift the table's guard against UPDATE, and put it back as 0002 made it."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    guard = f"{table}_no_update"
    op.execute(f"DROP TRIGGER {guard}" if is_sqlite else f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
    yield
    op.execute(
        f"CREATE TRIGGER {guard} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        if is_sqlite
        else f"ALTER TABLE {table} ENABLE TRIGGER {guard}"
    )


def _give_default(table: str) -> None:
    """Old code goes on writing the column, new code leaves it out: the next release drops it (deploy/README.md)."""
    if op.get_bind().dialect.name == "sqlite":
        op.drop_column(table, "reason")
        op.add_column(table, sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    else:
        op.alter_column(table, "reason", server_default="")


def _move_typed_texts() -> None:
    connection, last = op.get_bind(), 0
    while rows := connection.execute(
        sa.select(entry).where(entry.c.id > last).order_by(entry.c.id).limit(AT_ONCE)
    ).all():
        for row in rows:
            _move_typed_text(connection, row)
        last = rows[-1].id


def _move_typed_text(connection: sa.Connection, row: sa.Row) -> None:
    typed, kept = {}, {}
    for part in ("before", "after"):
        values = getattr(row, part)
        kept[part] = values
        if isinstance(values, dict):
            typed[part] = {name: value for name, value in values.items() if not _is_plain(name, value)}
            kept[part] = {name: APART if name in typed[part] else value for name, value in values.items()}
    typed = {part: values for part, values in typed.items() if values}
    if not row.reason and not typed:
        return
    details = json.dumps(typed, ensure_ascii=False, sort_keys=True) if typed else ""
    salt = secrets.token_hex(16)
    hashed = salt + (f"{row.reason}\x00{details}" if details else row.reason)
    connection.execute(sa.insert(text).values(entry_id=row.id, salt=salt, reason=row.reason, details=details))
    changes = {"text_hash": hashlib.sha256(hashed.encode()).hexdigest(), "reason": ""}
    changes |= {part: kept[part] for part in typed}
    connection.execute(sa.update(entry).where(entry.c.id == row.id).values(changes))


def _is_plain(name: str, value: object) -> bool:
    if value is None or isinstance(value, bool | int | float):
        return True
    if isinstance(value, str):
        is_checksum = name == "sha256" and bool(CHECKSUM.fullmatch(value))
        is_ours = name in WORDS and (not value or WORDS[name].issuperset(value.split(",")))
        return bool(DAY.fullmatch(value)) or is_checksum or is_ours
    if isinstance(value, dict):
        return all(_is_plain(str(key), each) for key, each in value.items())
    return isinstance(value, list | tuple) and all(_is_plain(name, each) for each in value)


def _move_keys() -> None:
    op.execute(
        "INSERT INTO source_key (source, key) SELECT source, source_key FROM signal WHERE source_key IS NOT NULL "
        "ORDER BY id"  # of one source each key is there once: uq_signal_source_source_key
    )
    op.execute(
        f"UPDATE signal SET source_key = (SELECT '{NOT_YET}' || CAST(named.id AS VARCHAR(100)) FROM source_key AS named "
        "WHERE named.source = signal.source AND named.key = signal.source_key) WHERE source_key IS NOT NULL"
    )
    op.execute("UPDATE signal SET source_key = SUBSTR(source_key, 2) WHERE source_key IS NOT NULL")


def _put_typed_texts_back() -> None:
    """What was erased stays so."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(text)).all():
        changes = {"reason": row.reason}
        typed = json.loads(row.details) if row.details else {}
        if typed:
            kept = connection.execute(
                sa.select(entry.c.before, entry.c.after).where(entry.c.id == row.entry_id)
            ).one()
            changes |= {part: {**(getattr(kept, part) or {}), **values} for part, values in typed.items()}
        connection.execute(sa.update(entry).where(entry.c.id == row.entry_id).values(changes))
