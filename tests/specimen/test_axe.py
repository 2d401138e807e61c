"""The browser's walk looks at the specimen as at the rooms of an installation, by what its own tests say of it.

An installation in processes of its own has the rooms of `community/rooms.py`. So this one is served by a thread of the
test: real commits, a real browser and the pages' own scripts and headers; what serves them knows no room.
"""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from argon2 import PasswordHasher
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from community.signin.passwords import SAMPLE_PASSWORD
from models.base import db, transaction
from tests.cast import make_cast
from tests.conftest import dispose
from tests.databases import Databases, free_port, make_config
from tests.journey.browsing import ASKER, Door
from tests.journey.looking import Looking
from tests.journey.pages import ADMINISTRATOR, NOTHING, PEOPLE, Stop, list_unvisited, prepare_rooms
from tests.journey.test_axe import Visit
from tests.specimen.conftest import make_app_with_notes
from tests.specimen.models import SpecimenBase
from tests.specimen.walks import NAME, NOTES_WALK
from tests.walked_rooms import WALKS

pytestmark = [
    pytest.mark.browser,
    # A browser that leaves a page breaks off what it was still loading; then Python closes a static file and says so,
    # instead of werkzeug.
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
]


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Leave it to the application's own log."""


class _Server(ThreadedWSGIServer):
    daemon_threads = False  # closing the server waits for them: none is left for the next tests


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """With the people of the walk among the cast."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    app = make_app_with_notes(make_config(tmp_path_factory.mktemp("served"), databases.new("sqlite"), public_url=url))
    app.config["WTF_CSRF_ENABLED"] = True
    with app.app_context():
        SpecimenBase.metadata.create_all(db.engine)
        with transaction():
            cast = make_cast(db.session)
            for member, email in ((cast.owner, ASKER), (cast.administrator, ADMINISTRATOR)):
                member.email = email
                member.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(SAMPLE_PASSWORD)
    server = _Server("127.0.0.1", port, app, handler=_Quiet)
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield app
    server.shutdown()
    serving.join()
    server.server_close()
    dispose(app)


@pytest.fixture(scope="module")
def door(browser: Browser, served: Flask) -> Door:
    return Door(browser, str(served.config["TSUDOI"].public_url).rstrip("/"))


@pytest.fixture(scope="module")
def stops(door: Door) -> list[Stop]:
    return NOTES_WALK.stops(replace(NOTHING, of_rooms=prepare_rooms(door, (NOTES_WALK,))))


@pytest.fixture(scope="module")
def looking() -> Looking:
    return Looking()


def test_every_page_of_it_has_an_address(served: Flask) -> None:
    things = replace(NOTHING, of_rooms={NAME: "/x"})
    assert list_unvisited(served, things, (*WALKS, NOTES_WALK)) == set()
    pages = ("edit_note", "list_notes", "show_note", "show_updates", "write_note")
    assert list_unvisited(served, things) == {f"{NAME}.{page}" for page in pages}, "without its row"


@pytest.mark.parametrize("who", PEOPLE)
def test_axe_finds_nothing_on_any_page_of_it(door: Door, stops: list[Stop], looking: Looking, who: str) -> None:
    visit = Visit(door.browser, door.url, who, looking)
    visit.walk(stops)
    visit.context.close()
    wrong = visit.wrong + visit.small_fields
    assert wrong == [], "\n".join(wrong)
