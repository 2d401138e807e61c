"""Making a backup while the installation runs, and restoring one into an empty installation; all of it or nothing."""

import shutil
import sqlite3 as driver
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from community.config import Config
from community.storage import StorageError, describe, refuse_damaged
from models.base import db, now, prepare_engine
from models.faults import Fault, find_fault

from . import postgres, sqlite
from .archive import ArchiveReader, BackupError, Manifest, Writer, create_archive, pieces_of, read, version_of_code

UPLOADS = "files/"


def make_backup(path: Path) -> Manifest:
    """Write the archive and return its manifest. Raises BackupError if the database is damaged or the disk is full.

    The database is copied first, then the uploads: a file exists before the row that names it.
    """
    config: Config = current_app.config["TSUDOI"]
    with _said_of(path), create_archive(path) as writer:
        manifest = Manifest(db.engine.dialect.name, _revision(), version_of_code(), now().isoformat(timespec="seconds"))
        if manifest.database == "sqlite":
            refuse_damaged(config, thoroughly=True)
            # Next to the archive, which needs the space anyway: the data folder's disk may be the one that is full.
            with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as scratch:
                sqlite.dump(_sqlite_path(), writer, manifest, Path(scratch))
        else:
            postgres.dump(db.engine, writer, manifest)
        manifest.uploads = _add_uploads(config.files_dir, writer)
        writer.close(manifest)
    return manifest


@contextmanager
def _said_of(path: Path) -> Iterator[None]:
    """Raise errors again as BackupError, with the name of the archive that was not written."""
    try:
        yield
    except BackupError:
        raise
    except (OSError, SQLAlchemyError, driver.Error, StorageError) as error:
        said = describe(error, current_app.config["TSUDOI"])
        if find_fault(error) == Fault.FULL:
            said = f"There is no space left for it in {path.absolute().parent}."
        if said is None:
            raise
        raise BackupError(f"{path} was not written. {said}") from error


def _revision() -> str:
    with db.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise BackupError("There is nothing to keep: the database has no tables.")
    return revision


def _add_uploads(folder: Path, writer: Writer) -> int:
    count = 0
    for path in sorted(folder.glob("??/[!.]*")):  # names that begin with a dot are unfinished
        with suppress(FileNotFoundError), path.open("rb") as file:  # swept meanwhile: no row names it
            writer.add(f"{UPLOADS}{path.parent.name}/{path.name}", pieces_of(file), packed=False)
            count += 1
    return count


def restore_backup(path: Path) -> Manifest:
    """Restore the archive into an empty installation, migrate its tables to this code, and return its manifest.

    Raises BackupError if the archive does not fit or the installation is not empty.
    """
    config: Config = current_app.config["TSUDOI"]
    with read(path) as reader:
        _refuse_unfit(reader.manifest)
        _refuse_full(config)
        with tempfile.TemporaryDirectory(prefix="restore-", dir=config.data_dir) as scratch:
            staged = Path(scratch)
            for name in reader.names_below(UPLOADS):
                reader.extract(name, staged / name)
            fill = _fill_sqlite if reader.manifest.database == "sqlite" else _fill_postgres
            with _in_place(staged / UPLOADS, config.files_dir):
                fill(reader, staged)
    return reader.manifest


def _refuse_unfit(manifest: Manifest) -> None:
    if manifest.database != db.engine.dialect.name:
        raise BackupError(f"The archive is of {manifest.database}, this installation has {db.engine.dialect.name}.")
    try:
        _scripts().get_revision(manifest.revision)
    except CommandError:
        raise BackupError(
            f"The archive's tables (revision {manifest.revision}) are newer than this code. "
            f"It was made by version {manifest.version}; this is {version_of_code()}."
        ) from None


def _refuse_full(config: Config) -> None:
    if db.engine.dialect.name == "sqlite":
        empty = sqlite.is_empty(_sqlite_path())
    else:
        with db.engine.connect() as connection:
            empty = postgres.is_empty(connection)
    if not empty:
        raise BackupError("The database is not empty. A backup is restored into a new one, without any tables.")
    if any(config.files_dir.glob("??/*")):
        raise BackupError(f"There are uploads in {config.files_dir} already.")


@contextmanager
def _in_place(staged: Path, target: Path) -> Iterator[None]:
    """Move the uploads to their place while the database is filled; remove them if that fails."""
    staged.mkdir(exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)  # it contains only empty folders
    staged.rename(target)
    try:
        yield
    except BaseException:
        shutil.rmtree(target)
        raise


def _fill_postgres(reader: ArchiveReader, staged: Path) -> None:
    """Migrate and fill in one transaction: PostgreSQL rolls back tables as well."""
    del staged
    with db.engine.begin() as connection:
        _migrate(connection, reader.manifest.revision)
        postgres.load(connection, reader)
        _migrate(connection, "head")


def _fill_sqlite(reader: ArchiveReader, staged: Path) -> None:
    """Build the database beside its place, then rename the file into place."""
    copy = staged / "tsudoi.db"
    sqlite.unpack(reader, copy)
    engine = sa.create_engine(f"sqlite:///{copy}")
    prepare_engine(engine)
    with engine.connect() as connection:
        _migrate(connection, "head")
    engine.dispose()
    sqlite.close_log(copy)
    db.engine.dispose()
    for beside in ("-wal", "-shm"):  # of the database without tables that existed before
        Path(f"{_sqlite_path()}{beside}").unlink(missing_ok=True)
    copy.rename(_sqlite_path())


def _migrate(connection: sa.Connection, revision: str) -> None:
    config = current_app.extensions["migrate"].migrate.get_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(current_app.extensions["migrate"].directory)


def _sqlite_path() -> Path:
    database = db.engine.url.database
    if not database or database == ":memory:":
        raise BackupError("A database in memory is nothing that could be kept.")
    return Path(database)
