"""The data folder belongs to its owner: 0700, and 0600 for its files (docs/decisions, the data folder)."""

import os
import stat
from pathlib import Path

import sqlalchemy as sa

from community.config import Config

# Files that this process creates are readable by its owner only.
PRIVATE_UMASK = 0o077
OTHERS = stat.S_IRWXO
GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO
OURS = ("tsudoi.db", "secret-key", "tsudoi.lock", "files", "log", "jobs")
# Also ours, or belonging to the file system or the user whose top folder it is.
BESIDE = ("beat-schedule*", "realtime.db*", "secret-key.*", "secret-keys-before", "tsudoi.db-*")
OF_ITS_TOP = ("lost+found", ".*")


class StorageError(Exception):
    """A fault of the data folder. The message is shown to the operator as it is."""


def prepare(config: Config) -> None:
    """Restrict the data folder and the SQLite file to their owner, existing files and new ones.

    Raises StorageError or OSError if that fails.
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
    """Create the data folder, or remove others' rights to it.

    A folder that is closed to others but open to a group was opened on purpose and stays so. Raises StorageError for
    one that is open to others and holds more than our files.
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
    """Return whether we may change the folder's mode: it is our user's, and nothing foreign is in it."""
    if status.st_mode & stat.S_ISVTX or status.st_uid != os.geteuid():
        return False
    return all(_is_named(path, OURS + BESIDE + OF_ITS_TOP) for path in folder.iterdir())


def _is_named(path: Path, patterns: tuple[str, ...]) -> bool:
    return any(path.match(pattern) for pattern in patterns)


def _narrow(path: Path) -> None:
    """Remove the rights of group and others. A folder's content is protected by the folder."""
    try:
        mode = path.stat(follow_symlinks=False).st_mode
        if mode & GROUP_AND_OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~GROUP_AND_OTHERS)
    except FileNotFoundError:  # SQLite's log, which comes and goes
        return
