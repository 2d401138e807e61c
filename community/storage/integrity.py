"""Whether the SQLite file is intact. PostgreSQL is checked by its own operators, and by the errors of statements."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from community.config import Config
from models import faults
from models.faults import Fault

from .folder import StorageError

# Findings that are shown.
MOST_FINDINGS = 3
# The check reads the whole file: at most this often, and for at most a hundredth of the time.
CHECK_SECONDS = 600.0
SHARE_OF_TIME = 100
# After a statement has met damage the check is repeated sooner, since somebody may have mended it.
RECHECK_SECONDS = 30.0
SEARCH_INDEX = "the search index"
# Seconds for which the check of the search index waits for a writer.
WAIT_SECONDS = 30.0


def path_of_database(config: Config) -> Path | None:
    """Return the path of the SQLite file; None for PostgreSQL and for a database in memory."""
    url = sa.make_url(config.database)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def find_damage(path: Path, *, thoroughly: bool = False) -> list[str]:
    """Return what SQLite finds wrong with the file; an empty list if it is intact or missing.

    `thoroughly`: indexes are compared with their tables, too, which takes several times as long, and the search index
    is checked, which blocks writers meanwhile. Raises sqlite3.Error for errors other than damage (no space for the
    index of the log, no right to read).
    """
    if not path.exists():
        return []
    check = "integrity_check" if thoroughly else "quick_check"
    found: list[str] = []
    address = f"{path.absolute().as_uri()}?mode=rw"  # must not create the file
    try:
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as database:
            # Runs Python code now and then, so that Ctrl-C is handled while a large file is read.
            database.set_progress_handler(lambda: 0, 1_000_000)
            for row in database.execute(f"PRAGMA {check}({MOST_FINDINGS})"):
                found.append(str(row[0]))  # noqa: PERF401  findings before the check itself failed are kept
        if thoroughly and found == ["ok"]:
            found = _look_into_search(address) or found
    except sqlite3.DatabaseError as error:
        if faults.find_fault(error) != Fault.DAMAGED:
            raise
        found = found or _name_damaged_tables(address) or [str(error)]
    return [] if found == ["ok"] else [" ".join(line.split()) for line in found]


def _name_damaged_tables(address: str) -> list[str]:
    """Return the damaged tables, checked one by one: the whole check stops at a table whose first page is invalid."""
    damaged: list[str] = []
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(address, uri=True)) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            try:
                database.execute(f'PRAGMA quick_check("{name}")').fetchall()
            except sqlite3.DatabaseError as error:
                damaged.append(f"table {name}: {error}")
    return damaged[:MOST_FINDINGS]


def _look_into_search(address: str) -> list[str]:
    """Return the faults of the FTS5 indexes, by FTS5's own check: SQLite's check sees their pages as plain values."""
    with closing(sqlite3.connect(address, uri=True, timeout=WAIT_SECONDS, isolation_level=None)) as database:
        indexes = database.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE % USING fts5%'")
        for (name,) in indexes.fetchall():
            try:
                # Changes nothing, although it is an INSERT.
                database.execute(f'INSERT INTO "{name}" ("{name}") VALUES (?)', ("integrity-check",))  # noqa: S608  SQLite's own name
            except sqlite3.DatabaseError as error:
                if faults.find_fault(error) != Fault.DAMAGED:
                    raise
                return [f"{SEARCH_INDEX} {name}: {error}"]
    return []


def refuse_damaged(config: Config, *, thoroughly: bool = False) -> None:
    """Raise StorageError, which says what is wrong and where, unless the SQLite file is intact."""
    path = path_of_database(config)
    if path is not None and (found := find_damage(path, thoroughly=thoroughly)):
        raise StorageError(say_damage(path, found))


def say_damage(path: Path, found: list[str]) -> str:
    """Return the sentence about the damage for the operator."""
    if all(finding.startswith(SEARCH_INDEX) for finding in found):
        return f"In {path} {'; '.join(found)}. It is made anew from what is there: python -m community reindex"
    return (
        f"The database {path} is damaged: {'; '.join(found)}. Nothing was changed. "
        "Restore a backup; without one, sqlite3's .recover saves what can be read."
    )


@contextmanager
def kept_open(config: Config) -> Iterator[None]:
    """Keep the index of SQLite's log on the disk during the block.

    The last process to close the file would delete it, and creating it needs space. So other processes can start and
    read while the disk is full.
    """
    path = path_of_database(config)
    if path is None:
        yield
        return
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield


class Watch:
    """Checks the file now and then, in a thread; asking for the result never waits."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._due_at = 0.0
        self._checked_at = -RECHECK_SECONDS
        self._is_damaged = False

    def is_damaged(self) -> bool:
        """Return whether the last check, or any statement since, has found damage. Starts a check if one is due."""
        if self._path is not None and self._is_due() and self._lock.acquire(blocking=False):
            threading.Thread(target=self._check, args=(self._path,), name="integrity", daemon=True).start()
        return self._is_damaged or faults.is_met(Fault.DAMAGED)

    def _is_due(self) -> bool:
        recheck_at = self._checked_at + RECHECK_SECONDS
        return time.monotonic() >= (min(self._due_at, recheck_at) if faults.is_met(Fault.DAMAGED) else self._due_at)

    def _check(self, path: Path) -> None:
        began = time.monotonic()
        try:
            # Damage that a statement has met may be where the quick check does not look.
            self._is_damaged = bool(find_damage(path, thoroughly=faults.is_met(Fault.DAMAGED)))
            if not self._is_damaged:
                faults.forget(Fault.DAMAGED)
        except (sqlite3.Error, OSError):  # it could not be read now; other checks report that
            pass
        finally:
            self._checked_at = time.monotonic()
            self._due_at = self._checked_at + max(CHECK_SECONDS, (self._checked_at - began) * SHARE_OF_TIME)
            self._lock.release()
