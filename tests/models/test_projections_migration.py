"""Projections of an installation that is there already: renamed tables, the same rows; and back."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db
from tests.databases import Databases
from tests.models.migrating import installation_before, revision_before
from tests.models.test_append_only import GUARDED, triggers_of

REVISION = "0020"
AT = datetime(2026, 1, 1)  # noqa: DTZ001  as SQLite keeps it; PostgreSQL takes it for its own zone
SIGNAL = {
    "id": 1,
    "kind": "reply_posted",
    "member_id": 1,
    "subject_kind": "post",
    "subject_id": 1,
    "day": AT.date(),
    "occurred_at": AT,
    "recorded_at": AT,
    "source": "community",
    "cause": "",
}


@pytest.fixture
def app(database: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    with installation_before(REVISION, fill, database, databases, tmp_path) as app:
        yield app


def fill(connection: sa.Connection) -> None:
    """With the tables' columns of that time."""
    member, signal, sequence, lease, reader, stuck = (
        sa.Table(name, sa.MetaData(), autoload_with=connection)
        for name in ("member", "signal", "signal_sequence", "settler_lease", "reader", "stuck_signal")
    )
    texts = dict.fromkeys(("given_name", "family_reading", "given_reading", "headline", "bio"), "")
    facts = {"session_version": 1, "locale": "ja", "time_zone": "Asia/Tokyo", "created_at": AT, **texts}
    named = {"id": 1, "email": "owner@example.jp", "handle": "saeki", "family_name": "青木"}
    connection.execute(sa.insert(member).values(**named, **facts))
    connection.execute(sa.insert(signal).values({k: v for k, v in SIGNAL.items() if k in signal.c}))
    connection.execute(sa.insert(sequence).values(seq=1, signal_id=1))
    connection.execute(sa.insert(lease).values(id=1, holder="", until=AT))
    connection.execute(sa.insert(reader).values(name="health", read_to=1, version_floor=7))
    connection.execute(
        sa.insert(stuck).values(reader="health", seq=1, error="ValueError: nan", tries=2, since=AT, next_try=AT)
    )


def rows(lease: str, projection: str, position: str, column: str) -> tuple[object, ...]:
    """What the three tables hold, as one value."""
    asked = (
        f"SELECT id, holder FROM {lease}",  # noqa: S608  names of ours
        f"SELECT name, {position}, version_floor FROM {projection}",  # noqa: S608
        f"SELECT {column}, seq, error, tries FROM stuck_signal",  # noqa: S608
    )
    found = [tuple(db.session.execute(sa.text(each)).one()) for each in asked]
    db.session.rollback()
    return tuple(found)


def all_triggers() -> dict[str, set[str]]:
    found = {table: triggers_of(table) for table in GUARDED}
    db.session.rollback()
    return found


def test_projections_keep_their_place_and_the_way_back_is_the_same(app: Flask) -> None:
    old = ("settler_lease", "reader", "read_to", "reader")
    new = ("projection_lease", "projection", "position", "projection")
    was, triggers = rows(*old), all_triggers()
    flask_migrate.upgrade(revision=REVISION)
    assert rows(*new) == was
    assert all_triggers() == triggers
    assert not {"reader", "settler_lease", "stuck_signal_kept"} & set(sa.inspect(db.engine).get_table_names())
    flask_migrate.downgrade(revision=revision_before(REVISION, app))
    assert rows(*old) == was
    assert all_triggers() == triggers
