"""Small disks of their own, to be filled, closed and spoilt."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.skips import NOT_RUN

AS_ROOT = () if os.geteuid() == 0 else ("sudo", "-n")
PIECE = 1024 * 1024


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of this size at the folder. Where nobody may mount one, the test cannot run: in CI that is a failure."""
    folder.mkdir(parents=True, exist_ok=True)
    owner = f"uid={os.geteuid()},gid={os.getegid()}"
    options = f"size={megabytes}m,mode=0700,{owner}"
    try:
        done = _as_root("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    except FileNotFoundError as error:
        pytest.skip(f"{NOT_RUN}: no {error.filename}")
    if done.returncode:
        pytest.skip(f"{NOT_RUN}: a small disk of their own (a tmpfs) cannot be mounted: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        _as_root("umount", "--lazy", str(folder))


def close_to_writing(folder: Path) -> None:
    """As a kernel does that has met an error."""
    done = _as_root("mount", "-o", "remount,ro", str(folder))
    assert done.returncode == 0, done.stderr


def fill(folder: Path) -> Path:
    """Leave not a byte there; the file that took it all."""
    filling = folder / "filling"
    with filling.open("ab", buffering=0) as file:
        size = PIECE
        while size:
            try:
                file.write(b"\0" * size)
            except OSError:
                size //= 2
    return filling


def spoil(path: Path, *, beginning: bool = False) -> None:
    """Overwrite the file's beginning, or pages in every part of it but that, with rubbish."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        for place in [0] if beginning else range(16 * 4096, size, 32 * 4096):
            file.seek(place)
            file.write(b"rubbish!" * 512)


def _as_root(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*AS_ROOT, *command], capture_output=True, text=True, check=False, timeout=30)
