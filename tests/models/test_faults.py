"""What drivers and the system say of a disk is understood, however deep it is wrapped; nothing else is."""

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors
from sqlalchemy.exc import OperationalError

from models import faults
from models.base import prepare_engine
from models.faults import Fault, find_fault
from tests.storage.disks import spoil


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), Fault.FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), Fault.FULL),
        (OSError(errno.EROFS, "Read-only file system"), Fault.READ_ONLY),
        (OSError(errno.EIO, "Input/output error"), Fault.FAILING),
        (errors.DiskFull(), Fault.FULL),
        (errors.ReadOnlySqlTransaction(), Fault.READ_ONLY),
        (errors.DataCorrupted(), Fault.DAMAGED),
        (errors.IndexCorrupted(), Fault.DAMAGED),
        (FileNotFoundError(errno.ENOENT, "none"), None),
        (psycopg.OperationalError("the server closed the connection"), None),
        (ValueError("no space left"), None),
    ],
)
def test_an_error_says_what_is_wrong_with_the_disk(error: Exception, fault: Fault | None) -> None:
    assert find_fault(error) == fault
    wrapped = OperationalError("INSERT", {}, error)
    assert find_fault(wrapped) == fault
    with pytest.raises(RuntimeError) as last:
        try:
            raise wrapped
        except OperationalError:
            raise RuntimeError("no such savepoint")  # noqa: B904  what undoing stumbles over
    assert find_fault(last.value) == fault


def provoke(database: sqlite3.Connection, *statements: str) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as caught:
        for statement in statements:
            database.execute(statement).fetchall()
    return caught.value


def test_what_sqlite_itself_says_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("CREATE TABLE t (x)")
        database.executemany("INSERT INTO t VALUES (?)", [("x" * 1000,)] * 400)
        full = provoke(database, "PRAGMA max_page_count=1", "INSERT INTO t VALUES (zeroblob(1000000))")
        closed = provoke(database, "PRAGMA query_only=ON", "DELETE FROM t")
    spoil(path)
    with closing(sqlite3.connect(path)) as database:
        damaged = provoke(database, "SELECT count(x) FROM t")
    spoil(path, beginning=True)
    with closing(sqlite3.connect(path)) as database:
        foreign = provoke(database, "SELECT count(x) FROM t")
    with pytest.raises(sqlite3.OperationalError) as unopened:
        sqlite3.connect(tmp_path)  # a folder
    found = [find_fault(error) for error in (full, closed, damaged, foreign, unopened.value)]
    assert found == [Fault.FULL, Fault.READ_ONLY, Fault.DAMAGED, Fault.DAMAGED, Fault.FAILING]
    with closing(sqlite3.connect(":memory:")) as database:
        assert find_fault(provoke(database, "SELECT nothing")) is None


def test_what_a_statement_met_is_remembered_for_a_minute_and_damage_until_it_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(faults, "_met", {})
    for fault in (Fault.FULL, Fault.DAMAGED):
        faults.note(fault)
        assert faults.is_met(fault)
    monkeypatch.setattr(faults, "REMEMBERED_SECONDS", 0)
    assert (faults.is_met(Fault.FULL), faults.is_met(Fault.DAMAGED)) == (False, True)
    faults.forget(Fault.DAMAGED)
    assert not faults.is_met(Fault.DAMAGED)


def test_statements_of_an_application_note_what_they_meet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(faults, "_met", {})
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'b.db'}")
    prepare_engine(engine)
    with pytest.raises(OperationalError), engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("CREATE TABLE t (x)")
    engine.dispose()
    assert faults.is_met(Fault.READ_ONLY)
