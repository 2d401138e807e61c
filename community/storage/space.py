"""Whether there is space for what is going to be written."""

import os
from pathlib import Path

from models import faults
from models.faults import Fault

# The largest form that may be sent (community/app/factory.py), and SQLite's log is at most a few of these MB beside it.
LOW_BYTES = 32 * 1024 * 1024


def count_free_bytes(folder: Path) -> int:
    """How much this user may still write there; 0 where no further file can be made."""
    place = os.statvfs(folder)
    if place.f_files and not place.f_favail:
        return 0
    return place.f_bavail * place.f_frsize


def is_read_only(folder: Path) -> bool:
    """Whether this user can make no file there, for want of rights or because the disk takes none."""
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY) or not os.access(folder, os.W_OK | os.X_OK)


def find_shortage(folder: Path) -> Fault | None:
    """Why writing fails or soon will: FULL or READ_ONLY. Asks the file system, and what the database has refused."""
    if is_read_only(folder):
        return Fault.READ_ONLY
    if count_free_bytes(folder) < LOW_BYTES:
        return Fault.FULL
    return next((fault for fault in (Fault.FULL, Fault.READ_ONLY, Fault.FAILING) if faults.is_met(fault)), None)
