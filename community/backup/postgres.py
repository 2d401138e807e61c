"""PostgreSQL, by COPY of every table inside one snapshot: no client tools, which would have to match the server.

Names of tables come from the database's own catalogue, quoted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import sqlalchemy as sa

from .archive import ArchiveReader, BackupError, Manifest, Table, Writer, pieces_of

FOLDER = "database/"
VERSION_TABLE = "alembic_version"
SNAPSHOT = "ISOLATION LEVEL REPEATABLE READ READ ONLY"

_COLUMNS = sa.text(
    "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 "
    "AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY c.relname, a.attnum"
)
_SEQUENCES = sa.text("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")
_SET_SEQUENCE = sa.text("SELECT setval(CAST(:name AS regclass), :last, :called)")
_KEYS = sa.text(
    "SELECT conrelid::regclass::text AS table, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition "
    "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
)


def dump(engine: sa.Engine, writer: Writer, manifest: Manifest) -> None:
    """Write all rows of one instant, while others write on, and describe them in the manifest."""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SET TRANSACTION {SNAPSHOT}")
        for table, columns in list_columns(connection).items():
            counted = _Counted(_copy_out(connection, table, columns))
            writer.add(f"{FOLDER}{table}", counted)
            manifest.tables[table] = Table(columns, counted.rows)
            manifest.counts[table] = counted.rows
        for name in connection.scalars(_SEQUENCES).all():
            place = sa.select(sa.column("last_value"), sa.column("is_called")).select_from(sa.table(name))
            last, called = connection.execute(place).one()
            manifest.sequences[name] = (last, called)


def load(connection: sa.Connection, reader: ArchiveReader) -> None:
    """Fill freshly migrated tables, in the caller's transaction. Raises BackupError if tables or rows do not match."""
    there, manifest = list_columns(connection), reader.manifest
    for name, table in manifest.tables.items():
        if not set(table.columns) <= set(there.get(name, [])):
            raise BackupError(f"The table {name} of the archive is not the one that revision {manifest.revision} has.")
    with _unguarded(connection, list(there)):
        for table in map(sa.table, there):
            if connection.scalar(sa.select(sa.func.count()).select_from(table)):
                connection.execute(sa.delete(table))  # rows that a migration has inserted
        for name, table in manifest.tables.items():
            with reader.open(f"{FOLDER}{name}") as rows:
                loaded = _copy_in(connection, name, table.columns, rows)
            if loaded != table.rows:
                raise BackupError(f"{name}: {loaded} rows of {table.rows}.")
    for name, (last, called) in manifest.sequences.items():
        connection.execute(_SET_SEQUENCE, {"name": _quoted(name), "last": last, "called": called})
    connection.exec_driver_sql("ANALYZE")


@contextmanager
def _unguarded(connection: sa.Connection, names: list[str]) -> Iterator[None]:
    """Drop foreign keys and disable triggers, whose effects are in the data; restore both, which checks the keys."""
    keys = connection.execute(_KEYS).all()
    for key in keys:
        connection.exec_driver_sql(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}")
    for name in names:
        connection.exec_driver_sql(f"ALTER TABLE {_quoted(name)} DISABLE TRIGGER USER")
    yield
    for name in names:
        connection.exec_driver_sql(f"ALTER TABLE {_quoted(name)} ENABLE TRIGGER USER")
    for key in keys:
        connection.exec_driver_sql(f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} {key.definition}")


def list_columns(connection: sa.Connection) -> dict[str, list[str]]:
    """Return the stored columns of each table by its name, without Alembic's table: the manifest has the revision."""
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(_COLUMNS):
        if table != VERSION_TABLE:
            found.setdefault(table, []).append(column)
    return found


def is_empty(connection: sa.Connection) -> bool:
    """Return whether the database has no tables."""
    return not connection.execute(_COLUMNS).first()


class _Counted:
    """Lines of COPY, counted as they pass; one line is one row."""

    def __init__(self, pieces: Iterator[memoryview]) -> None:
        self._pieces = pieces
        self.rows = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            data = bytes(piece)
            self.rows += data.count(b"\n")
            yield data


def _copy_out(connection: sa.Connection, table: str, columns: list[str]) -> Iterator[memoryview]:
    with _cursor(connection) as cursor, cursor.copy(f"COPY {_quoted(table)} ({_listed(columns)}) TO STDOUT") as rows:
        yield from rows


def _copy_in(connection: sa.Connection, table: str, columns: list[str], rows: IO[bytes]) -> int:
    with _cursor(connection) as cursor:
        with cursor.copy(f"COPY {_quoted(table)} ({_listed(columns)}) FROM STDIN") as target:
            for piece in pieces_of(rows):
                target.write(piece)
        return cursor.rowcount


def _cursor(connection: sa.Connection) -> Any:  # noqa: ANN401  psycopg's, which SQLAlchemy's types do not tell of
    return connection.connection.cursor()


def _listed(columns: list[str]) -> str:
    return ", ".join(map(_quoted, columns))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
