"""The folder of uploaded files: below the data directory, in subfolders by the first two letters of the key."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from .rules import is_key

KEY_BYTES = 16


def path_of(folder: Path, key: str) -> Path:
    """Return the path of an upload below the folder of files. Raises ValueError if `key` is not a key of one."""
    if not is_key(key):
        msg = "not a key"
        raise ValueError(msg)
    return folder / key[:2] / key


def put(folder: Path, data: bytes, key: str | None = None) -> str:
    """Write the bytes under this or a new random key and return the key. The file is then complete and on the disk."""
    key = key or secrets.token_hex(KEY_BYTES)
    path = path_of(folder, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return key


def list_older_than(folder: Path, instant: datetime) -> Iterator[Path]:
    """Yield files last written before the instant, unfinished ones included."""
    for path in folder.glob("??/*"):
        try:
            if path.stat().st_mtime < instant.timestamp():
                yield path
        except FileNotFoundError:
            continue


def _sync_folder(folder: Path) -> None:
    """Flush a folder: a renamed file survives a power cut only once its folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
