"""Sentences for the operator in place of a traceback."""

import sqlite3
from contextlib import suppress

from community.config import Config
from models.faults import Fault, find_fault

from .folder import StorageError
from .integrity import find_damage, path_of_database, say_damage
from .space import is_read_only


def describe(error: BaseException, config: Config) -> str | None:
    """Return what an error means for the data folder or the database; None if it is a fault of the program."""
    if isinstance(error, StorageError):
        return str(error)
    fault = find_fault(error)
    if fault in {Fault.READ_ONLY, Fault.FAILING} and is_read_only(config.data_dir):
        return f"The data folder {config.data_dir} is read-only: nothing can be written to it."
    if isinstance(error, OSError) and error.filename and fault != Fault.DAMAGED:
        return f"{error.filename} cannot be used: {error.strerror}."
    if fault is None:
        return f"The system refuses: {error}." if isinstance(error, OSError) else None
    return _say_where_damaged(config) if fault == Fault.DAMAGED else _fault_sentence(fault, error, config)


def _fault_sentence(fault: Fault, error: BaseException, config: Config) -> str:
    place = path_of_database(config) or "the database"
    return {
        Fault.FULL: f"There is no space left to write to {place}. Make some, then give the same command again.",
        Fault.READ_ONLY: f"Nothing can be written to {place}: it is read-only.",
        Fault.FAILING: f"{place} cannot be opened or read: {_first_line(error)}. Look at its rights and at the disk.",
    }[fault]


def _say_where_damaged(config: Config) -> str:
    path = path_of_database(config)
    if path is None:
        return "The database says that it is damaged; its server's log says where."
    found: list[str] = []
    with suppress(sqlite3.Error, OSError):
        found = find_damage(path, thoroughly=True)
    return say_damage(path, found or ["what it holds cannot be read"])


def _first_line(error: BaseException) -> str:
    original = getattr(error, "orig", None) or error
    return str(original).splitlines()[0] if str(original) else type(original).__name__
