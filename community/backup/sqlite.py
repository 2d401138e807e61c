"""SQLite, by VACUUM INTO: a whole file as of one instant, while others write on."""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from .archive import BackupError, Manifest, Reader, Writer, pieces_of

NAME = "database/tsudoi.db"


def dump(source: Path, writer: Writer, manifest: Manifest, scratch: Path) -> None:
    """The file without its free pages and without a log beside it."""
    copy = scratch / "tsudoi.db"
    with closing(sqlite3.connect(source, isolation_level=None)) as connection:
        connection.set_progress_handler(lambda: 0, 1_000_000)  # so that Ctrl-C is heard meanwhile
        connection.execute("VACUUM INTO ?", (str(copy),))
    manifest.counts = count_rows(copy)
    with copy.open("rb") as file:
        writer.add(NAME, pieces_of(file))


def unpack(reader: Reader, path: Path) -> None:
    """The database at `path`, found to be whole."""
    reader.extract(NAME, path)
    with closing(sqlite3.connect(path)) as connection:
        [(verdict,)] = connection.execute("PRAGMA integrity_check").fetchmany(1)
        if verdict != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
            raise BackupError(f"The archive's database is damaged: {verdict}.")
    if (found := count_rows(path)) != reader.manifest.counts:
        wrong = sorted(name for name in reader.manifest.counts if found.get(name) != reader.manifest.counts[name])
        raise BackupError(f"Rows are missing: {', '.join(wrong)}.")


def close_log(path: Path) -> None:
    """Put what stands in the write-ahead log into the file, which then can be moved."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def count_rows(path: Path) -> dict[str, int]:
    """Of every ordinary table: the search's own lie behind a virtual one, whose words stand in the documents."""
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        # Of a virtual table this list has itself and its shadows by kinds of their own (SQLite's PRAGMA table_list).
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
    """Whether there is no database, or one without tables."""
    return not path.exists() or not count_rows(path)
