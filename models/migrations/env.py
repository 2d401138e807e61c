"""Alembic's entry: runs the migrations on the application's own engine."""

from alembic import context
from flask import current_app

from models import forums  # noqa: F401  the import of one table's module imports them all
from models.base import Base, db

if context.is_offline_mode():
    message = "migrations run against a database, not into a script: SQLite's batch mode has to look at the tables"
    raise RuntimeError(message)

with db.engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        # Batch mode re-creates tables; with foreign keys on, dropping the old one would delete its children's rows.
        raw = connection.connection.dbapi_connection
        assert raw is not None  # noqa: S101  freshly connected
        raw.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transactional_ddl=True,  # true of SQLite too, since BEGIN is ours
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite":
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")
