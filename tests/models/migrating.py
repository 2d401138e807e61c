"""An installation as it was before one migration, with data of that time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

from community.app import create_app
from models.base import db
from tests.databases import BLANK, Databases, make_config


@contextmanager
def installation_before(
    revision: str, fill: Callable[[sa.Connection], object], database: str, databases: Databases, folder: Path
) -> Iterator[Flask]:
    """An application on a database of its own, migrated up to the revision before this one and filled by `fill`."""
    app = create_app(make_config(folder, databases.new(database, BLANK)))
    with app.app_context():
        flask_migrate.upgrade(revision=revision_before(revision, app))
        try:
            with db.engine.begin() as connection:
                fill(connection)
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def revision_before(revision: str, app: Flask) -> str:
    found = ScriptDirectory(app.extensions["migrate"].directory).get_revision(revision).down_revision
    assert isinstance(found, str)
    return found
