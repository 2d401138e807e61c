"""The log files of embedded processes: readable by their owner, of limited size, harmless on a full disk."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO

LOG_BYTES = 10_000_000


def open_log(log: Path) -> IO[bytes]:
    """Return the log, open for appending; the null device if the disk has no room for it."""
    try:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open(log, "ab", opener=_for_its_owner)
    except OSError:
        return Path(os.devnull).open("ab")


def shorten_log(log: Path) -> None:
    """Move the lines of a long log aside. The process keeps its file open, so lines are moved, not the file."""
    with suppress(OSError):
        if log.stat().st_size <= LOG_BYTES:
            return
        aside = log.with_suffix(".log.1")
        with suppress(OSError):  # no room for a copy: space is worth more than old lines
            shutil.copyfile(log, aside)
            aside.chmod(0o600)
        os.truncate(log, 0)


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
