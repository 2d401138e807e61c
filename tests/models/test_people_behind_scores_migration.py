"""Memberships and companies of an installation that is there already are recorded; its snapshots stay as they are."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from community.app import create_app
from models.base import db
from models.health import AccountSnapshot, Policy
from tests.databases import BLANK, Databases, make_config
from tests.models.test_roles_end_migration import fill

BEFORE, REVISION = "0020", "0021"
AT = datetime(2026, 1, 1)  # noqa: DTZ001  as SQLite keeps it; PostgreSQL takes it for its own zone
SCORE = 45.123456789012345


@pytest.fixture
def app(database: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(make_config(tmp_path, databases.new(database, BLANK)))
    with app.app_context():
        flask_migrate.upgrade(revision=BEFORE)
        try:
            with db.engine.begin() as connection:
                fill(connection)
                connection.execute(sa.text("UPDATE account SET licences = 7, parent_id = 1 WHERE id = 2"))
                add_snapshot(connection)
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def add_snapshot(connection: sa.Connection) -> None:
    """With the tables' columns of that time."""
    policy, snapshot = (
        sa.Table(model.__tablename__, sa.MetaData(), autoload_with=connection) for model in (Policy, AccountSnapshot)
    )
    day = date(2026, 1, 1)
    of_policy = {"version": 1, "from_day": day, "document": "{}", "sha256": "0" * 64, "reason": "", "published_at": AT}
    connection.execute(sa.insert(policy).values(**of_policy))
    facts = {"segment": "mid", "stage": "adoption", "scale": 30.0, "behavior": SCORE, "momentum": 0.1, "taken_at": AT}
    connection.execute(sa.insert(snapshot).values(account_id=2, day=day, read_to=0, policy_version=1, **facts))


def rows(query: str) -> list[tuple[object, ...]]:
    found = [tuple(row) for row in db.session.execute(sa.text(query))]
    db.session.remove()
    return found


def test_what_is_known_is_recorded_and_the_way_back_keeps_everything(app: Flask) -> None:
    memberships = "SELECT {} member_id, account_id, from_day, until_day FROM {} ORDER BY 1"
    scores = "SELECT account_id, day, behavior, momentum FROM account_snapshot"
    before, snapshots = rows(memberships.format("id,", "membership")), rows(scores)
    assert len(before) > 5
    flask_migrate.upgrade(revision=REVISION)
    assert rows(memberships.format("membership_id,", "membership_record")) == before
    assert rows("SELECT DISTINCT place FROM membership_record") == [(0,)]
    companies = rows("SELECT account_id, licences, parent_id FROM account_record ORDER BY 1")
    assert companies == [(1, None, None), (2, 7, 1)]
    assert rows(scores) == snapshots
    assert rows("SELECT rules_version, alarms, memberships_to FROM account_snapshot") == [(1, None, None)]
    flask_migrate.downgrade(revision=BEFORE)
    assert (rows(memberships.format("id,", "membership")), rows(scores)) == (before, snapshots)
