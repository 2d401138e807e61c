"""Whether there is space for what will be written."""

import os
from pathlib import Path

from models import faults
from models.faults import Fault

# The largest form that may be sent (community/app/factory.py); SQLite's log needs a few of these MB besides.
LOW_BYTES = 32 * 1024 * 1024


def count_free_bytes(folder: Path) -> int:
    """Return how many bytes this user can still write in the folder; 0 if no further file can be created."""
    place = os.statvfs(folder)
    if place.f_files and not place.f_favail:
        return 0
    return place.f_bavail * place.f_frsize


def is_read_only(folder: Path) -> bool:
    """Return whether this user can create no file there, for lack of rights or on a read-only disk."""
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY) or not os.access(folder, os.W_OK | os.X_OK)


def find_shortage(folder: Path) -> Fault | None:
    """Return why writing fails or soon will, by the file system and by the database's last errors; None if it works."""
    if is_read_only(folder):
        return Fault.READ_ONLY
    if count_free_bytes(folder) < LOW_BYTES:
        return Fault.FULL
    return next((fault for fault in (Fault.FULL, Fault.READ_ONLY, Fault.FAILING) if faults.is_met(fault)), None)
