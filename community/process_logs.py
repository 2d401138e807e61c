"""Where a kept process writes: a file for its owner, which neither grows for ever nor stops anybody on a full disk."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO

LOG_BYTES = 10_000_000


def open_log(log: Path) -> IO[bytes]:
    """Open the log to be added to. On a disk that has no room for it the process runs without one."""
    try:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open(log, "ab", opener=_for_its_owner)
    except OSError:
        return Path(os.devnull).open("ab")


def shorten_log(log: Path) -> None:
    """Put the lines of a long log aside. The process goes on writing to its file, so the lines move, not the file."""
    with suppress(OSError):
        if log.stat().st_size <= LOG_BYTES:
            return
        aside = log.with_suffix(".log.1")
        with suppress(OSError):  # no room for a second one: space is worth more than the lines of before
            shutil.copyfile(log, aside)
            aside.chmod(0o600)
        os.truncate(log, 0)


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
