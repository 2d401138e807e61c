"""Pictures stay what they are in the table of all files, and come back on the way back."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from models.base import db
from tests.databases import Databases
from tests.models.migrating import installation_before, revision_before

REVISION = "0024"
AT = datetime(2026, 1, 1)  # noqa: DTZ001  as SQLite keeps it; PostgreSQL takes it for its own zone
COMMON: tuple[str, ...] = (
    "id",
    "key",
    "owner_id",
    "subject_kind",
    "subject_id",
    "media_type",
    "width",
    "height",
    "size",
    "created_at",
)
# Attached; loose; given up.
PICTURES = [
    (3, "a" * 32, 1, "post", 5, "image/webp", 40, 30, 900, AT),
    (4, "b" * 32, 1, None, None, "image/png", 400, 20_000, 5_000, AT),
    (9, "c" * 32, 1, None, None, "image/webp", 1, 1, 0, AT),
]
PDF = {"key": "d" * 32, "owner_id": 1, "media_type": "application/octet-stream", "size": 7, "created_at": AT}


@pytest.fixture
def app(database: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    with installation_before(REVISION, fill, database, databases, tmp_path) as app:
        yield app


def fill(connection: sa.Connection) -> None:
    """With the tables' columns of that time."""
    member = sa.Table("member", sa.MetaData(), autoload_with=connection)
    empty = ("given_name", "family_reading", "given_reading", "headline", "bio", "family_name")
    facts = {
        "session_version": 1,
        "locale": "ja",
        "time_zone": "Asia/Tokyo",
        "created_at": AT,
        **dict.fromkeys(empty, ""),
    }
    connection.execute(sa.insert(member).values(id=1, email="p@example.jp", handle="p", **facts))
    insert(connection, "stored_image", *(dict(zip(COMMON, row, strict=True)) for row in PICTURES))


def insert(connection: sa.Connection, table: str, *rows: dict[str, object]) -> None:
    connection.execute(sa.insert(sa.Table(table, sa.MetaData(), autoload_with=connection)), list(rows))


def rows(table: str, *columns: str) -> list[tuple[object, ...]]:
    """Read, and let go of the database: SQLite has one writer at a time."""
    with db.engine.connect() as connection:
        found = sa.Table(table, sa.MetaData(), autoload_with=connection)
        chosen = sa.select(*(found.c[name] for name in columns)).order_by(found.c.id)
        return [tuple(row) for row in connection.execute(chosen)]


def triggers() -> set[str]:
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with db.engine.connect() as connection:
        return set(connection.scalars(sa.text(asked[connection.dialect.name])))


def test_pictures_stay_and_come_back_and_numbers_go_on(app: Flask) -> None:
    had, held = rows("stored_image", *COMMON[:-1]), triggers()
    flask_migrate.upgrade(revision=REVISION)
    assert rows("stored_file", *COMMON[:-1]) == had
    assert set(rows("stored_file", "kind", "name")) == {("picture", "")}
    with db.engine.begin() as connection:
        insert(connection, "stored_file", {**PDF, "kind": "pdf", "name": "見積.pdf"})
    assert rows("stored_file", "id", "kind", "name", "width")[-1] == (10, "pdf", "見積.pdf", None)
    assert triggers() == held
    flask_migrate.downgrade(revision=revision_before(REVISION, app))
    assert rows("stored_image", *COMMON[:-1]) == had, "the former table has no place for a document"
    with db.engine.begin() as connection:
        insert(connection, "stored_image", {**PDF, "width": 1, "height": 1})
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        insert(connection, "stored_image", {**PDF, "width": 1, "height": 1})
    flask_migrate.upgrade(revision=REVISION)
    assert len(rows("stored_file", "id")) == 4
    assert triggers() == held
