"""SQLite, by VACUUM INTO: a copy of one instant, while others write on."""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from .archive import ArchiveReader, BackupError, Manifest, Writer, pieces_of

NAME = "database/tsudoi.db"


def dump(source: Path, writer: Writer, manifest: Manifest, scratch: Path) -> None:
    """Write a copy of the database, without free pages and without a log file, and its counts of rows."""
    copy = scratch / "tsudoi.db"
    with closing(sqlite3.connect(source, isolation_level=None)) as connection:
        connection.set_progress_handler(lambda: 0, 1_000_000)  # so that Ctrl-C is handled meanwhile
        connection.execute("VACUUM INTO ?", (str(copy),))
    manifest.counts = count_rows(copy)
    with copy.open("rb") as file:
        writer.add(NAME, pieces_of(file))


def unpack(reader: ArchiveReader, path: Path) -> None:
    """Extract the database to `path` and check it. Raises BackupError if it is damaged or lacks rows."""
    reader.extract(NAME, path)
    with closing(sqlite3.connect(path)) as connection:
        [(verdict,)] = connection.execute("PRAGMA integrity_check").fetchmany(1)
        if verdict != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
            raise BackupError(f"The archive's database is damaged: {verdict}.")
    if (found := count_rows(path)) != reader.manifest.counts:
        wrong = sorted(name for name in reader.manifest.counts if found.get(name) != reader.manifest.counts[name])
        raise BackupError(f"Rows are missing: {', '.join(wrong)}.")


def close_log(path: Path) -> None:
    """Move the content of the write-ahead log into the database file, which can then be renamed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def count_rows(path: Path) -> dict[str, int]:
    """Return the number of rows of every ordinary table. The search index's own (virtual, derived) are left out."""
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        # A virtual table and its shadow tables have types of their own in this list (SQLite's PRAGMA table_list).
        listed = connection.exec_driver_sql("PRAGMA table_list").mappings()
        names = sorted(
            row["name"] for row in listed if row["type"] == "table" and not row["name"].startswith("sqlite_")
        )
        counts = {
            name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0 for name in names
        }
    engine.dispose()
    return counts


def is_empty(path: Path) -> bool:
    """Return whether the database file is missing or has no tables."""
    return not path.exists() or not count_rows(path)
