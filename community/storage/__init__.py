"""The data folder: who may read it, whether there is space in it, whether its database is intact."""

from .folder import StorageError, make_private, prepare
from .integrity import Watch, find_damage, kept_open, path_of_database, refuse_damaged
from .sentences import describe

__all__ = [
    "StorageError",
    "Watch",
    "describe",
    "find_damage",
    "kept_open",
    "make_private",
    "path_of_database",
    "prepare",
    "refuse_damaged",
]
