"""A bus between processes of one machine: a small table in an SQLite file of its own.

What is on it may be lost: the file can be removed or spoilt at any time, and is made again. Listeners are told when
they may have missed something.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

# Who publishes waits no longer than this for somebody else's write.
BUSY_SECONDS = 0.1
# 25 looks a second, each of some microseconds: a push arrives within 45 ms (measured, stack.md).
POLL_SECONDS = 0.04
# A disk that is full or a folder that is closed: no hurry.
RETRY_SECONDS = 1.0
# Nobody listens this far behind.
KEEP_SECONDS = 60

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, body TEXT NOT NULL)
"""


@dataclass(frozen=True)
class TableBus:
    """The file. Connections are opened for each message: none is ever carried across a fork."""

    path: Path

    def publish(self, body: str) -> None:
        """Append a message. Raises sqlite3.Error or OSError when that cannot be done at once."""
        try:
            self._append(body)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # no database any more: what it held was worth a minute
            self._discard()
            self._append(body)

    def listen(self, sleep: Callable[[float], object], missed: Callable[[], object]) -> Iterator[str]:
        """Every message published from now on, endlessly; `missed` is called whenever some may have been lost."""
        first = True
        while True:
            try:
                yield from self._follow(sleep, None if first else missed)
            except sqlite3.OperationalError:
                sleep(RETRY_SECONDS)
            except sqlite3.DatabaseError:
                self._discard()
            except OSError:
                sleep(RETRY_SECONDS)
            first = False

    def _follow(self, sleep: Callable[[float], object], missed: Callable[[], object] | None) -> Iterator[str]:
        """Messages of the file as it is now, until it is another one or has forgotten what comes next."""
        with closing(self._connect()) as connection:
            file = _identity(self.path)
            if missed is None:  # the first time; what is there already is history
                place: int = connection.execute("SELECT coalesce(max(id), 0) FROM message").fetchone()[0]
            else:  # of a new file, everything
                missed()
                place = 0
            seen = -1
            while _identity(self.path) == file:
                seen, rows = _look(connection, place, seen)
                if rows and place and rows[0][0] != place + 1:
                    return
                for number, body in rows:
                    place = number
                    yield body
                sleep(POLL_SECONDS)

    def _append(self, body: str) -> None:
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            at = time.time()
            # Of later than now: the clock was set back. Whoever has not read them sees by the numbers what is missing.
            connection.execute("DELETE FROM message WHERE at NOT BETWEEN ? AND ?", (at - KEEP_SECONDS, at))
            connection.execute("INSERT INTO message (at, body) VALUES (?, ?)", (at, body))
            connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Polled from one thread, closed perhaps by another when the process ends.
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            # No WAL: one file alone can be removed by hand without its log being replayed into the next one.
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_SCHEMA)
        except BaseException:
            connection.close()
            raise
        return connection

    def _discard(self) -> None:
        for path in (self.path, self.path.with_name(self.path.name + "-journal")):
            path.unlink(missing_ok=True)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _look(connection: sqlite3.Connection, place: int, seen: int) -> tuple[int, list[tuple[int, str]]]:
    """The file's version and, if it is not the one seen before, the messages after `place`."""
    try:
        version: int = connection.execute("PRAGMA data_version").fetchone()[0]
        if version == seen:
            return seen, []
        query = "SELECT id, body FROM message WHERE id > ? ORDER BY id"
        return version, connection.execute(query, (place,)).fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return seen, []  # somebody else's write; the next look finds what it left
        raise
