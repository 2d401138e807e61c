"""What an error says of the disk: full, read-only, damaged or failing; and which of these this process last met."""

import errno
import sqlite3
import time
from collections.abc import Iterator
from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with the place where rows and files are stored."""

    FULL = "full"
    READ_ONLY = "read-only"
    DAMAGED = "damaged"
    FAILING = "failing"


_OF_ERRNO = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EROFS: Fault.READ_ONLY,
    errno.EIO: Fault.FAILING,
}
# Primary result codes (https://sqlite.org/rescode.html).
_OF_SQLITE = {
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Fault.DAMAGED,
    sqlite3.SQLITE_NOTADB: Fault.DAMAGED,
    sqlite3.SQLITE_IOERR: Fault.FAILING,
    sqlite3.SQLITE_CANTOPEN: Fault.FAILING,
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_OF_SQLSTATE = {
    "53100": Fault.FULL,
    "25006": Fault.READ_ONLY,
    "XX001": Fault.DAMAGED,
    "XX002": Fault.DAMAGED,
    "58030": Fault.FAILING,
}
# A database elsewhere has no disk that could be asked; what it refused a minute ago it may take by now.
REMEMBERED_SECONDS = 60.0

_met: dict[Fault, float] = {}


def find_fault(error: BaseException) -> Fault | None:
    """Return the fault of the disk that the error, or one behind it, reports; None if it reports none."""
    return next(filter(None, map(_fault_of, _chain(error))), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, the driver's own (SQLAlchemy keeps it in `orig`), and those that were being handled."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [getattr(one, "orig", None), one.__cause__, one.__context__]


def _fault_of(error: BaseException) -> Fault | None:
    if isinstance(error, OSError):
        return _OF_ERRNO.get(error.errno or 0)
    if isinstance(error, sqlite3.Error):
        code: int = getattr(error, "sqlite_errorcode", 0)
        # The index of the write-ahead log could not be made larger: no space, whatever else it is called.
        return Fault.FULL if code == sqlite3.SQLITE_IOERR_SHMSIZE else _OF_SQLITE.get(code & 0xFF)
    return _OF_SQLSTATE.get(getattr(error, "sqlstate", None) or "")


# --- what this process has met


def note(fault: Fault) -> None:
    """Note that a statement has met this fault."""
    _met[fault] = time.monotonic()


def forget(*of: Fault) -> None:
    """Forget these faults, since the contrary was seen."""
    for fault in of:
        _met.pop(fault, None)


def is_met(fault: Fault) -> bool:
    """Return whether a statement of this process has met the fault: damage ever, any other within the last minute."""
    at = _met.get(fault)
    return at is not None and (fault == Fault.DAMAGED or time.monotonic() - at < REMEMBERED_SECONDS)
