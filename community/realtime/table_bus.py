"""A message bus between processes of one machine: a small table in an SQLite file of its own.

Messages may be lost: the file can be removed or spoilt at any time, and is created again. Listeners learn when they may
have missed some.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

# A publisher waits no longer than this for another one's write.
BUSY_SECONDS = 0.1
# 25 looks a second, each of some microseconds: a push arrives within 45 ms (measured, stack.md).
POLL_SECONDS = 0.04
# After a full disk or an unwritable folder.
RETRY_SECONDS = 1.0
# No listener is so far behind.
KEEP_SECONDS = 60

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, body TEXT NOT NULL)
"""


@dataclass(frozen=True)
class TableBus:
    """The bus in one file. A connection is opened for each message, so that none crosses a fork."""

    path: Path

    def publish(self, body: str) -> None:
        """Append a message. Raises sqlite3.Error or OSError if that is not possible at once."""
        try:
            self._append(body)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # no database any more; its messages were of the last minute only
            self._discard()
            self._append(body)

    def listen(self, sleep: Callable[[float], object], missed: Callable[[], object]) -> Iterator[str]:
        """Yield every message published from now on, endlessly; call `missed` whenever some may have been lost."""
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
        """Yield the messages of the present file, until it is replaced or has dropped the next message."""
        with closing(self._connect()) as connection:
            file = _identity(self.path)
            if missed is None:  # the first time: older messages are of no use
                place: int = connection.execute("SELECT coalesce(max(id), 0) FROM message").fetchone()[0]
            else:  # all messages of a new file
                missed()
                place = 0
            seen = -1
            while _identity(self.path) == file:
                seen, rows = _read_after(connection, place, seen)
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
            # Messages later than now are from before the clock was set back. Listeners notice by a gap in the ids.
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


def _read_after(connection: sqlite3.Connection, place: int, seen: int) -> tuple[int, list[tuple[int, str]]]:
    """Return the file's version and, if it is not the one seen before, the messages after `place`."""
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
