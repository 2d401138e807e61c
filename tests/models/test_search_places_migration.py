"""Documents of an installation that is there already keep their places under the new name, and are found as before."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

from community.app import create_app
from models.base import db
from tests.databases import BLANK, Databases, make_config

REVISION = "0018"
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def app(database: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(make_config(tmp_path, databases.new(database, BLANK)))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def rows(name: str) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(f"select id, kind, {name} from search_document"))]  # noqa: S608  a column


def test_a_document_keeps_its_place_there_and_back(app: Flask) -> None:
    before = ScriptDirectory(app.extensions["migrate"].directory).get_revision(REVISION).down_revision
    assert isinstance(before, str)
    flask_migrate.upgrade(revision=before)
    with db.engine.begin() as connection:
        table = sa.Table("search_document", sa.MetaData(), autoload_with=connection)
        texts = dict.fromkeys(("heading", "title", "body", "text"), "経費")
        known = {"kind": "topic", "thing_id": 7, "audience": "category:12", "state": "open", "written_at": AT}
        connection.execute(sa.insert(table).values(category_id=12, **known, **texts))
    flask_migrate.upgrade(revision=REVISION)
    assert rows("place_id") == [(1, "topic", 12)]
    flask_migrate.downgrade(revision=before)
    assert rows("category_id") == [(1, "topic", 12)]
