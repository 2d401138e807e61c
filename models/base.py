"""Declarative base, the session, and the only place in the project that commits."""

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

from . import faults
from .faults import Fault

logger = logging.getLogger(__name__)

# Milliseconds for which SQLite waits for another process's write.
SQLITE_BUSY_MS = 30_000
WRITE_LOCK_SECONDS = 60
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    f"busy_timeout={SQLITE_BUSY_MS}",
    "foreign_keys=ON",
    # Sorting needs no disk, so that a full one does not stop reading.
    "temp_store=MEMORY",
)

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite assigns ids only where the key's type is exactly INTEGER.
BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An aware instant, stored in UTC. SQLite drops time zones, so they are restored on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the value as it is stored. Raises ValueError for a naive time, whose instant is unknown."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "naive datetime: give it a time zone"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the stored value as an aware time in UTC, on both databases."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


pk = Annotated[int, mapped_column(BigId, primary_key=True)]


class Base(DeclarativeBase):
    """Base of all tables: `sa.BigInteger` ids, aware times."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {int: sa.Integer, datetime: UTCDateTime}  # noqa: RUF012  read by SQLAlchemy as declared


# `SQLAlchemy(model_class=Base)` with a type_annotation_map raises under SQLAlchemy 2.1; the metadata alone does not.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def now() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)


def day_at(at: datetime) -> date:
    """Return the date of an instant in the community's time zone."""
    return at.astimezone(current_app.config["COMMUNITY_ZONE"]).date()


def today() -> date:
    """Return the present date in the community's time zone, by which memberships and contracts begin and end."""
    return day_at(now())


class _WrittenNumbers(sa.types.UserDefinedType[str]):
    """PostgreSQL's array as text: the driver would write a list number by number.

    Typed as a parameter: a cast from text is not constant to the planner, and is done again for every row.
    """

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:  # noqa: ANN401  as SQLAlchemy calls it
        """Return the type in SQL."""
        return "BIGINT[]"


def is_among(
    column: sa.ColumnElement[Any] | InstrumentedAttribute[Any], values: Collection[int]
) -> sa.ColumnElement[bool]:
    """Return `column.in_(values)` for thousands of numbers, as one parameter: a list takes longer than its rows."""
    return _is_among(column, sa.literal(written_numbers(values), _WrittenNumbers()), dialect_name())


def is_among_parameter(
    column: sa.ColumnElement[Any] | InstrumentedAttribute[Any], name: str, dialect: str
) -> sa.ColumnElement[bool]:
    """Return `is_among` for a parameter, whose value is `written_numbers`: for queries built once for each dialect."""
    return _is_among(column, sa.bindparam(name, type_=_WrittenNumbers()), dialect)


def _is_among(
    column: sa.ColumnElement[Any] | InstrumentedAttribute[Any], numbers: sa.ColumnElement[str], dialect: str
) -> sa.ColumnElement[bool]:
    if dialect == "postgresql":
        return column == sa.any_(numbers)
    listed = sa.func.json_each(numbers).table_valued(sa.column("value", BigId))
    return column.in_(sa.select(listed.c.value))


def written_numbers(values: Collection[int]) -> str:
    """Return numbers as the database reads them from one text."""
    written = ",".join(map(str, values))
    return f"{{{written}}}" if dialect_name() == "postgresql" else f"[{written}]"


def dialect_name() -> str:
    """Return SQLAlchemy's name of the kind of database: postgresql or sqlite."""
    return db.session.get_bind().dialect.name


# --- transactions ----------------------------------------------------------------------------------------------------

_reading: ContextVar[bool] = ContextVar("reading", default=False)


def set_reading(reading: bool) -> None:  # noqa: FBT001  said once per request, by the factory
    """Set whether what follows in this context only reads (a GET). SQLite then takes no write lock."""
    _reading.set(reading)


def is_reading() -> bool:
    """Return whether this context only reads."""
    return _reading.get()


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what happens inside, or nothing of it; then run the calls given to `after_commit`.

    Opened by an edge only (view, task, command), never nested. A failing call after the commit is logged and does not
    fail the act. Raises RuntimeError inside another transaction, and in a context that only reads.
    """
    session = db.session()
    if session.info.get("edge"):
        msg = "transaction() inside transaction(): only the edge opens one"
        raise RuntimeError(msg)
    if is_reading():
        msg = "a GET must not write"
        raise RuntimeError(msg)
    session.info["edge"] = True
    session.info["after_commit"] = []
    try:
        yield
        for call in _before_commit:
            call(session)
        session.commit()
        faults.forget(Fault.FULL, Fault.READ_ONLY, Fault.FAILING)
    except BaseException:
        session.rollback()
        session.info.pop("after_commit", None)
        raise
    finally:
        session.info.pop("edge", None)
    for call in session.info.pop("after_commit", []):
        try:
            call()
        except Exception:
            logger.exception("after commit: %s failed", getattr(call, "__qualname__", call))


_before_commit: list[Callable[[Session], object]] = []


def before_commit(call: Callable[[Session], object]) -> None:
    """Run this call at the end of every transaction, before its commit. Registered once per process."""
    _before_commit.append(call)


def after_commit(call: Callable[[], object]) -> None:
    """Run `call` once the surrounding transaction is committed; not at all if it is rolled back.

    A call that equals an earlier one is made once.
    """
    calls = db.session().info.setdefault("after_commit", [])
    if call not in calls:
        calls.append(call)


def release() -> None:
    """End the reading so far without writing, before slow work (hashing, images), so that no lock is held meanwhile."""
    db.session.rollback()


# --- SQLite ----------------------------------------------------------------------------------------------------------

# SQLite's own waiting is unfair between threads; inside one process writers queue here instead.
_write_lock = threading.Lock()


def prepare_engine(engine: sa.Engine) -> None:
    """Make SQLite safe for concurrent writers; other databases are left as they are.

    The driver's own transaction handling loses updates silently: BEGIN is ours, IMMEDIATE unless the context only
    reads, so that nobody writes between a transaction's read and its write.
    """
    event.listen(engine, "handle_error", _note_fault)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _connect_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "commit", _release_write_lock)
        event.listen(engine, "rollback", _release_write_lock)
        event.listen(engine, "checkin", _checkin_sqlite)
        event.listen(engine, "invalidate", _invalidate_sqlite)


def _note_fault(context: sa.ExceptionContext) -> None:
    fault = faults.find_fault(context.original_exception)
    if fault is not None:
        faults.note(fault)


def _connect_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401  a DBAPI connection
    del record
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    if is_reading():
        connection.exec_driver_sql("BEGIN")
        return
    if not _write_lock.acquire(timeout=WRITE_LOCK_SECONDS):
        msg = "another thread has held the database for a minute"
        raise TimeoutError(msg)
    connection.info["holds_write_lock"] = True
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except BaseException:
        _release_write_lock(connection)
        raise


def _release_write_lock(connection: sa.Connection) -> None:
    # After an interruption the connection was released when it broke, and its info is gone.
    if not connection.invalidated and connection.info.pop("holds_write_lock", False):
        _write_lock.release()


def _invalidate_sqlite(connection: Any, record: ConnectionPoolEntry, error: BaseException | None) -> None:  # noqa: ANN401  a DBAPI connection
    del error
    _checkin_sqlite(connection, record)


def _checkin_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401  a DBAPI connection
    del connection
    if record.info.pop("holds_write_lock", False):
        _write_lock.release()
