"""Rows of an installation that is there already: what was typed moves out of those that are never changed, and back."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from community.audit import queries, texts
from models.audit import AuditEntry
from models.base import db
from tests.databases import Databases
from tests.models.migrating import installation_before, revision_before
from tests.models.test_append_only import GUARDED, triggers_of

REVISION = "0014"
AT = datetime(2026, 1, 1)  # noqa: DTZ001  as SQLite keeps it; PostgreSQL takes it for its own zone
ENTRIES = [
    ("account.change", {"name": "青木商店", "licences": 3}, {"name": "赤井商店", "licences": 4}, "青木さんの依頼"),
    ("member.join", None, {"account_id": 1, "from_day": "2026-01-01"}, ""),
    ("member.suspend", None, None, "赤井さんの件"),
]
# The third is what the id of the first will be; two sources may call acts alike.
KEYS = [("csv", "w1:saeki"), ("csv", "owner@example.jp"), ("csv", "1"), ("api", "w1:saeki"), ("csv", None)]


@pytest.fixture
def app(database: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    with installation_before(REVISION, fill, database, databases, tmp_path) as app:
        yield app


def fill(connection: sa.Connection) -> None:
    """With the tables' columns of that time."""
    entry, member, signal = (
        sa.Table(name, sa.MetaData(), autoload_with=connection) for name in ("audit_entry", "member", "signal")
    )
    for action, was, became, reason in ENTRIES:
        values = {"before": was, "after": became, "reason": reason}
        connection.execute(sa.insert(entry).values(at=AT, action=action, subject_kind="member", **values))
    texts_of_member = dict.fromkeys(("given_name", "family_reading", "given_reading", "headline", "bio"), "")
    facts = {"session_version": 1, "locale": "ja", "time_zone": "Asia/Tokyo", "created_at": AT, **texts_of_member}
    named = {"id": 1, "email": "owner@example.jp", "handle": "saeki", "family_name": "青木"}
    connection.execute(sa.insert(member).values(**named, **facts))
    act = {"kind": "mail_clicked", "member_id": 1, "day": AT.date(), "occurred_at": AT, "recorded_at": AT}
    about = {"subject_kind": "mailing", "subject_id": 1, "cause": "act"}
    for source, key in KEYS:
        connection.execute(sa.insert(signal).values(source=source, source_key=key, **act, **about))


def rows(statement: str) -> list[tuple[object, ...]]:
    """Read, and let go of the database: SQLite has one writer at a time."""
    try:
        return [tuple(row) for row in db.session.execute(sa.text(statement))]
    finally:
        db.session.rollback()


def test_what_was_typed_is_moved_and_can_still_be_read(app: Flask) -> None:
    flask_migrate.upgrade(revision=REVISION)
    flask_migrate.upgrade()
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.reason) for entry in entries] == [(row[0], row[3]) for row in ENTRIES]
    assert entries[0].after == {"name": texts.APART, "licences": 4}
    assert texts.put_together(entries[0]) == ({"name": "青木商店", "licences": 3}, {"name": "赤井商店", "licences": 4})
    assert entries[1].text is None
    assert list(queries.list_wrong_texts()) == []
    never_changed = [*rows("SELECT * FROM audit_entry"), *rows("SELECT * FROM signal")]
    assert not any(word in str(never_changed) for word in ("青木", "赤井", "saeki", "@"))
    named = rows(
        "SELECT k.source, key FROM signal JOIN source_key AS k ON CAST(k.id AS VARCHAR(120)) = source_key "
        "ORDER BY signal.id"
    )
    assert named == KEYS[:4]
    assert len(set(rows("SELECT source_key FROM signal"))) == len(KEYS)


def test_the_guards_stand_again(app: Flask) -> None:
    flask_migrate.upgrade()
    for table in GUARDED:
        assert {f"{table}_no_update", f"{table}_no_delete"} <= triggers_of(table)
    db.session.rollback()
    for statement in ("UPDATE audit_entry SET action = 'x'", "UPDATE signal SET source = 'x'", "DELETE FROM signal"):
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(sa.text(statement))


def test_the_way_back_gives_the_same_rows(app: Flask) -> None:
    held = ("SELECT source_key FROM signal ORDER BY id", "SELECT reason FROM audit_entry ORDER BY id")
    there = [rows(statement) for statement in held]
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision=revision_before(REVISION, app))
    assert [rows(statement) for statement in held] == there
    names = sa.select(sa.column("after", sa.JSON)).select_from(sa.table("audit_entry")).order_by(sa.column("id"))
    with db.engine.connect() as connection:
        assert connection.scalars(names).first() == {"name": "赤井商店", "licences": 4}
    assert {"audit_entry_no_update", "audit_entry_no_delete"} <= triggers_of("audit_entry")
