"""People of an installation that is there already: each gets their key, and nobody is shut out."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from models.accounts import Member
from models.base import db
from tests.databases import Databases
from tests.models.migrating import installation_before, revision_before

REVISION = "0022"
# Address, key, and whether the person is a second account.
PEOPLE = [
    ("saeki@kitahama.example.jp", "saeki@kitahama.example.jp", False),
    ("s.aeki+1@gmail.com", "saeki@gmail.com", False),
    ("saeki@googlemail.com", "saeki@gmail.com", True),
    ("saeki+mail@kitahama.example.jp", "saeki@kitahama.example.jp", True),
    ("a..b@docomo.ne.jp", "a..b@docomo.ne.jp", False),
]


@pytest.fixture
def app(database: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    with installation_before(REVISION, fill, database, databases, tmp_path) as app:
        yield app


def fill(connection: sa.Connection) -> None:
    """With the table's columns of that time."""
    member = sa.Table(Member.__tablename__, sa.MetaData(), autoload_with=connection)
    at = datetime(2026, 1, 1)  # noqa: DTZ001  as SQLite keeps it; PostgreSQL takes it for its own zone
    texts = dict.fromkeys(("given_name", "family_reading", "given_reading", "headline", "bio"), "")
    facts = {"session_version": 1, "locale": "ja", "time_zone": "Asia/Tokyo", "created_at": at, **texts}
    for number, (email, _, _) in enumerate(PEOPLE, 1):
        named = {"id": number, "email": email, "handle": f"p{number}", "family_name": "佐伯"}
        connection.execute(sa.insert(member).values(**named, **facts))


def test_everybody_gets_a_key_and_the_way_back_keeps_everybody(app: Flask) -> None:
    flask_migrate.upgrade(revision=REVISION)
    rows = db.session.execute(sa.text("SELECT email, address_key, is_second_account FROM member ORDER BY id")).all()
    assert [(email, key, bool(second)) for email, key, second in rows] == PEOPLE
    db.session.remove()
    flask_migrate.downgrade(revision=revision_before(REVISION, app))
    addresses = db.session.scalars(sa.text("SELECT email FROM member ORDER BY id")).all()
    assert addresses == [email for email, _, _ in PEOPLE]


def test_the_migrated_table_is_as_the_models_say(app: Flask) -> None:
    flask_migrate.upgrade()
    found = sa.inspect(db.engine)
    assert {"ix_member_address_key", "uq_member_address_key"} <= {
        index["name"] for index in found.get_indexes("member")
    }
    assert {column["name"] for column in found.get_columns("member")} == set(Member.__table__.columns.keys())
