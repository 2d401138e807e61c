"""One archive of everything that must not be lost: the database, the uploads, and a list of what is in it."""

from .actions import make_backup, restore_backup
from .archive import BackupError, Manifest

__all__ = ["BackupError", "Manifest", "make_backup", "restore_backup"]
