"""Alembic's entry: runs the migrations on the application's own engine."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context
from flask import current_app

from models.base import Base, db  # the package has imported the modules of all tables

if context.is_offline_mode():
    message = "migrations run against a database, not into a script: SQLite's batch mode has to look at the tables"
    raise RuntimeError(message)


@contextmanager
def without_foreign_keys(connection: sa.Connection) -> Iterator[None]:
    """Batch mode re-creates SQLite's tables; with foreign keys on, dropping the old one deletes its children's rows."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.dbapi_connection
    assert raw is not None  # noqa: S101  freshly connected
    raw.execute("PRAGMA foreign_keys=OFF")
    yield
    connection.rollback()
    raw.execute("PRAGMA foreign_keys=ON")


# The search's words: on SQLite a virtual table with tables of its own, on PostgreSQL an index. No model knows of both.
SEARCH_WORDS = ("search_index", "ix_search_document_lexemes")


def is_modelled(_thing: object, name: str | None, *_: object) -> bool:
    """Whether models and database are compared here."""
    return not (name or "").startswith(SEARCH_WORDS)


@contextmanager
def connected() -> Iterator[sa.Connection]:
    """Whoever restores a backup brings a connection of their own, and on PostgreSQL the transaction with it."""
    given = context.config.attributes.get("connection")
    if given is not None:
        yield given
        return
    with db.engine.connect() as connection:
        yield connection


with connected() as connection, without_foreign_keys(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=is_modelled,
        transactional_ddl=True,  # true of SQLite too, since BEGIN is ours
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
