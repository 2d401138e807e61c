"""The data folder is its owner's alone: 0700, and 0600 for what lies in it (docs/decisions, the data folder)."""

import os
import stat
from pathlib import Path

import sqlalchemy as sa

from community.config import Config

# What this process makes from now on is readable by its owner only.
PRIVATE_UMASK = 0o077
OTHERS = stat.S_IRWXO
GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO
OURS = ("tsudoi.db", "secret-key", "tsudoi.lock", "files", "log", "jobs")
# Also ours, or of the file system or the user whose top folder it is.
BESIDE = ("beat-schedule*", "realtime.db*", "secret-key.*", "secret-keys-before", "tsudoi.db-*")
OF_ITS_TOP = ("lost+found", ".*")


class StorageError(Exception):
    """Said to the operator as it is."""


def prepare(config: Config) -> None:
    """Keep the data folder and the SQLite file to their owner, from now on and for what is there already.

    Raises StorageError or OSError where that cannot be done.
    """
    make_private(config.data_dir)
    os.umask(PRIVATE_UMASK)
    for path in config.data_dir.iterdir():
        if _is_named(path, OURS + BESIDE):
            _narrow(path)
    database = sa.make_url(config.database)
    if database.get_backend_name() == "sqlite" and database.database not in {None, "", ":memory:"}:
        for beside in ("", "-wal", "-shm"):
            _narrow(Path(f"{database.database}{beside}"))


def make_private(folder: Path) -> None:
    """Make the data folder, or take away what others may do there.

    A folder that is closed to others but open to a group was given to that group by somebody: it stays so. Raises
    StorageError for one that is open to others and not only ours.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.stat()
    if not status.st_mode & OTHERS:
        return
    if not _is_ours(folder, status):
        raise StorageError(
            f"Other users of this machine can look into {folder}, and it holds more than Tsudoi's files. "
            f"Give Tsudoi a folder of its own (--data {folder / 'tsudoi'}), or close this one to others."
        )
    folder.chmod(stat.S_IMODE(status.st_mode) & ~GROUP_AND_OTHERS)


def _is_ours(folder: Path, status: os.stat_result) -> bool:
    """Whether its rights are ours to change: nothing foreign lies in it, and it is nobody else's."""
    if status.st_mode & stat.S_ISVTX or status.st_uid != os.geteuid():
        return False
    return all(_is_named(path, OURS + BESIDE + OF_ITS_TOP) for path in folder.iterdir())


def _is_named(path: Path, patterns: tuple[str, ...]) -> bool:
    return any(path.match(pattern) for pattern in patterns)


def _narrow(path: Path) -> None:
    """Take away what group and others may do with it. What lies in a folder is closed with the folder."""
    try:
        mode = path.stat(follow_symlinks=False).st_mode
        if mode & GROUP_AND_OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~GROUP_AND_OTHERS)
    except FileNotFoundError:  # SQLite's log, which comes and goes
        return
