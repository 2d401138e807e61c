"""An application that has one room more, and the table of that room while a test runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from blueprints import blueprints_of
from blueprints.rooms import ROOM_PAGES
from community.config import Config
from community.rooms import ROOMS
from models.accounts import Member
from models.base import db, transaction
from tests.cast import Cast
from tests.conftest import app_of, dispose, inside, new_app
from tests.databases import Databases
from tests.specimen import actions
from tests.specimen.models import Note, SpecimenBase
from tests.specimen.pages import NOTE_PAGES
from tests.specimen.room import NOTES


def make_app_with_notes(config: Config) -> Flask:
    """The two rows: one on each floor."""
    return new_app(config, (*ROOMS, NOTES), blueprints_of((*ROOM_PAGES, NOTE_PAGES)))


@contextmanager
def inside_with_table(app: Flask) -> Iterator[Flask]:
    """The table goes with the test's transaction."""
    with inside(app):
        SpecimenBase.metadata.create_all(db.engines[None])
        yield app


@pytest.fixture(scope="session")
def _apps_with_notes() -> Iterator[dict[str, Flask]]:
    apps: dict[str, Flask] = {}
    yield apps
    for app in apps.values():
        dispose(app)


@pytest.fixture
def app(
    database: str,
    databases: Databases,
    _apps_with_notes: dict[str, Flask],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Flask]:
    made = app_of(database, databases, _apps_with_notes, tmp_path_factory, make_app_with_notes)
    with inside_with_table(made) as app:
        yield app


Write = Callable[..., Note]


@pytest.fixture
def write(cast: Cast) -> Write:
    """`write("題")`: a note of the owner's."""

    def write_note(title: str = "朝の手順", body: str = "まず**鍵**をあけます。", author: Member = cast.owner) -> Note:
        with transaction():
            return actions.write_note(author, title, body)

    return write_note
