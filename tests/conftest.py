"""What all tests stand on: both databases, one app per database, one rolled-back transaction per test."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Blueprint, Flask, current_app, has_app_context
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Mapper, Session, scoped_session
from werkzeug.test import TestResponse
from xdist.remote import Producer

from blueprints import ALL_BLUEPRINTS
from community.app import create_app
from community.config import ROOT, Config
from community.extensions import limiter
from community.public import raise_versions
from community.room import Room
from community.rooms import ROOMS
from models.accounts import Member
from models.base import db, set_reading
from tests import balance, changed, services, skips
from tests.cast import Cast, load_cast, make_cast
from tests.databases import CAST, EMPTY, Databases, make_config
from tests.journey.browsing import chromium_at_work
from tests.signing_in import client_of

DATABASES = ("sqlite", "postgresql")
READING = {"GET", "HEAD", "OPTIONS"}
# A deadline, or how fast input is made, would measure what else the machine has to do. Examples of one test share its
# transaction, and those that write begin with what the others left: what must hold, holds there too.
settings.register_profile(
    "tsudoi", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("tsudoi")


# --- the run ---------------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also the kill, load and million-row runs")
    parser.addoption("--changed", action="store_true", help="only the tests of the rooms that were changed")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(skips)
    if not hasattr(config, "workerinput"):  # xdist's workers find it done
        services.prepare()
        _compile_translations()
    if config.getoption("--changed"):
        _take_changed(config)


def _take_changed(config: pytest.Config) -> None:
    """In each worker too: they read the command line for themselves."""
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        raise pytest.UsageError("--changed finds the tests itself: give it no paths")
    asked = changed.list_tests(changed.list_changed())
    if asked == []:
        pytest.exit("nothing has changed that a test stands for", returncode=0)
    config.args[:] = asked or config.args


def _compile_translations() -> None:
    """As ./run does, for those who call pytest by itself."""
    for source in ROOT.glob("translations/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as catalog, compiled.open("wb") as output:
                write_mo(output, read_po(catalog))


def pytest_unconfigure(config: pytest.Config) -> None:
    services.end()


@pytest.hookimpl(trylast=True)  # after pytest-randomly
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        waits = {item for item in items if balance.waits_for_long(item)}
        config.hook.pytest_deselected(items=list(waits))
        items[:] = [item for item in items if item not in waits]
    items[:] = balance.longest_first(items)
    # What stands now is there until the end: each collection would look through all of it again, several times a test.
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests have measured (`record_property`) is said in the end."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, value in report.user_properties if report.when == "call" else ():
                terminalreporter.write_line(f"{report.nodeid}: {name}: {value}")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> balance.ByFile:
    return balance.ByFile(config, log)


@pytest.fixture(scope="session")
def chromium() -> str:
    """For tests marked `browser`."""
    found = skips.find_chromium()
    assert found, "mark the test with pytest.mark.browser"
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One for the whole run: Playwright takes no second one in a process."""
    with sync_playwright() as playwright, chromium_at_work(playwright, chromium) as at_work:
        yield at_work


# --- databases -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """Every test that asks for it, or for anything that stands on it, runs on both."""
    return request.param


# --- applications ----------------------------------------------------------------------------------------------------


class Client(FlaskClient):
    """Each request gets an application context of its own, as in production.

    Flask would lend it the test's, and with it the session and the member whom Flask-Login remembered there. What the
    test's own objects know is written before the request and read anew after it.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401  as FlaskClient has it
        inside = has_app_context() and current_app == self.application
        if inside:
            db.session.flush()
            raise_versions(db.session())  # as a commit would
        with self.application.app_context():
            try:
                response = super().open(*args, **kwargs)
            finally:
                set_reading(False)
        # A GET writes nothing (models.base.transaction), unless it was led to by what did.
        if inside and (response.history or response.request.method not in READING):
            _refresh_columns(db.session())
        return response


def _refresh_columns(session: Session) -> None:
    """Forget column values only: a forgotten relationship with lazy="raise" could not be read again."""
    for thing in session.identity_map.values():
        state = sa.inspect(thing)
        if state.persistent:
            session.expire(thing, _columns_of(state.mapper))


@cache
def _columns_of(mapper: Mapper[Any]) -> tuple[str, ...]:
    return tuple(attribute.key for attribute in mapper.column_attrs)


def new_app(config: Config, rooms: Iterable[Room] = ROOMS, blueprints: Iterable[Blueprint] = ALL_BLUEPRINTS) -> Flask:
    app = create_app(config, rooms=rooms, blueprints=blueprints)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Client
    # Hundreds of applications are made in a run, and to compile the templates of a page takes longer than to draw it.
    compiled = services.shared_folder() / "templates"
    compiled.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    app.extensions["celery"].conf.update(broker_url="memory://", broker_transport_options={})
    return app


def dispose(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def _apps() -> Iterator[dict[str, Flask]]:
    apps: dict[str, Flask] = {}
    yield apps
    for app in apps.values():
        dispose(app)


@pytest.fixture
def app(
    request: pytest.FixtureRequest,
    database: str,
    databases: Databases,
    _apps: dict[str, Flask],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Flask]:
    """The application, inside one context and one transaction that are both undone after the test.

    Its database is empty, unless the test has the fixture `cast`: then these people are in it.

    `transaction()` works as ever: its commit ends a savepoint, and what it was asked to do afterwards is done. Tests
    with threads or processes need real commits: `make_app`.
    """
    template = CAST if "cast" in request.fixturenames else EMPTY
    with inside(app_of(database, databases, _apps, tmp_path_factory, template=template)) as app:
        yield app


@pytest.fixture(scope="module", params=DATABASES)
def walked(
    request: pytest.FixtureRequest,
    databases: Databases,
    _apps: dict[str, Flask],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Flask]:
    """`app` for a whole module, whose tests look at one world and undo what they change; none of them asks for `app`.

    So a world that takes a second to make is made once for all its tests, and they can be many and small.
    """
    with inside(app_of(request.param, databases, _apps, tmp_path_factory)) as app:
        yield app


def app_of(
    database: str,
    databases: Databases,
    apps: dict[str, Flask],
    folders: pytest.TempPathFactory,
    make: Callable[[Config], Flask] = new_app,
    *,
    template: str = EMPTY,
) -> Flask:
    key = f"{template}.{database}"
    if key not in apps:
        apps[key] = make(make_config(folders.mktemp(database), databases.new(database, template)))
    return apps[key]


@contextmanager
def inside(app: Flask) -> Iterator[Flask]:
    app.extensions["celery"].set_current()
    app.extensions["celery"].set_default()
    limiter.enabled = False  # it is one object for all applications, and the latest made one decides
    with app.app_context(), _undone(db.engines):
        yield app
        db.session.remove()
    # Guests' pages of what never was: the next test begins with the same versions of everything.
    app.extensions.pop("page_cache", None)


class _undone:  # noqa: N801  reads as what it does
    """While inside, the app's engine is one connection in a transaction that is rolled back in the end."""

    def __init__(self, engines: Any) -> None:  # noqa: ANN401  engines, for a while one connection among them
        self.engines = engines

    def __enter__(self) -> None:
        self.engine: sa.Engine = self.engines[None]
        set_reading(False)  # SQLite needs the writer's BEGIN, or savepoints leak rows
        self.connection = self.engine.connect()
        self.outer = self.connection.begin()
        self.connection.begin_nested()  # so that sessions make savepoints of their own
        self.engines[None] = self.connection

    def __exit__(self, *_: object) -> None:
        self.engines[None] = self.engine
        self.outer.rollback()
        self.connection.close()


@pytest.fixture
def make_app(
    database: str, databases: Databases, tmp_path: Path, app_settings: dict[str, Any]
) -> Iterator[Callable[..., Flask]]:
    """Make an application with a database of its own and real commits: `make_app(csrf=True, rate_limits=True)`."""
    made: list[Flask] = []

    def make(*, csrf: bool = False, **settings: Any) -> Flask:  # noqa: ANN401  any setting of Config
        given = {**app_settings, **settings}
        app = new_app(make_config(tmp_path / f"data{len(made)}", databases.new(database), **given))
        app.config["WTF_CSRF_ENABLED"] = csrf
        made.append(app)
        return app

    yield make
    for app in made:
        dispose(app)


@pytest.fixture
def app_settings() -> dict[str, Any]:
    """Override in a test module to give all its `make_app` the same settings."""
    return {}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor nobody knows; `app.test_client()` makes another one."""
    return app.test_client()


@pytest.fixture
def csrf_client(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A visitor whose forms need their token."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return app.test_client()


@pytest.fixture
def db_session(app: Flask) -> scoped_session[Any]:
    """The test's own session; requests have theirs, in the same transaction."""
    return db.session


@pytest.fixture
def cast(db_session: scoped_session[Any]) -> Cast:
    """The fixed cast: see tests/cast.py."""
    return load_cast(db_session) or make_cast(db_session)


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Member], FlaskClient]:
    """A browser of somebody who has signed in already: `signed_in(cast.owner).get("/")`."""
    return partial(client_of, app)
