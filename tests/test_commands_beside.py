"""The operator's long commands beside a running installation: refused, or run on a copy."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from community import __main__ as commands
from community import supervisor
from community.app import create_app
from community.config import Config
from community.projections import checking
from community.projections.projectors import Projector
from models.base import db
from tests.databases import EMPTY, LOAD_SECONDS, SAMPLE, Databases, copy_sqlite, plain_environment

pytestmark = pytest.mark.timeout(2 * LOAD_SECONDS)
REFUSED = "already runs on"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """Run a command on the data folder, with these further settings."""
    (tmp_path / "data").mkdir(mode=0o700)
    apps = []

    def make_app(config: Config) -> object:
        apps.append(create_app(config))
        return apps[-1]

    def run(*arguments: str, **settings: str) -> Result:
        env = plain_environment(data_dir=tmp_path / "data", **settings)
        return CliRunner(env=env).invoke(commands.main, arguments)

    monkeypatch.setattr(commands, "create_app", make_app)
    yield run
    for app in apps:
        with app.app_context():
            db.engine.dispose()


@pytest.mark.parametrize("command", [("demo",), ("migrate",), ("restore", "backup.zip")], ids=lambda each: each[0])
def test_what_writes_for_long_is_refused_while_an_installation_runs_on_sqlite(
    run: Callable[..., Result], tmp_path: Path, command: tuple[str, ...]
) -> None:
    with supervisor.claim(tmp_path / "data"):
        done = run(*command)
    assert done.exit_code == 1
    assert REFUSED in done.output
    assert "Stop it" in done.output
    assert len(done.output.strip().splitlines()) == 1
    assert not (tmp_path / "data" / "tsudoi.db").exists()


def test_while_the_sample_is_filled_in_no_installation_starts(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_sqlite(EMPTY, tmp_path / "data" / "tsudoi.db")
    refused: list[str] = []

    def load(*_: object) -> None:
        with pytest.raises(supervisor.TakenError), supervisor.claim(tmp_path / "data"):
            pass
        refused.append("yes")

    monkeypatch.setattr(commands, "_load_demo", load)
    assert run("demo").exit_code == 0
    assert refused
    with supervisor.claim(tmp_path / "data"):
        pass


def test_on_postgresql_long_commands_go_on_beside_a_running_installation(
    run: Callable[..., Result], tmp_path: Path, databases: Databases
) -> None:
    with supervisor.claim(tmp_path / "data"):
        done = run("migrate", database_url=databases.new("postgresql", EMPTY))
    assert (done.exit_code, done.output) == (0, "The database is up to date.\n")


def test_verify_keeps_no_writer_of_a_running_installation_waiting(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "data" / "tsudoi.db"
    copy_sqlite(SAMPLE, path)
    compare, wrote = checking.compare_with_rebuild, threading.Event()

    def write_meanwhile(projector: Projector) -> checking.Comparison:
        found = compare(projector)
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("COMMIT")
        wrote.set()
        return found

    monkeypatch.setattr(checking, "compare_with_rebuild", write_meanwhile)
    with supervisor.claim(tmp_path / "data"):
        done = run("verify")
    assert done.output == "The ledger, its projections and the snapshots agree.\n"
    assert wrote.is_set()
    assert not list((tmp_path / "data").glob("verify-*"))
    # The copy is of what is there now: what is wrong in it is found.
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM notification WHERE rowid = (SELECT min(rowid) FROM notification)")
    monkeypatch.setattr(checking, "compare_with_rebuild", compare)
    with supervisor.claim(tmp_path / "data"):
        done = run("verify")
    assert done.exit_code == 1
    assert "notifications: 0 rows too many, 1 missing" in done.output
