"""What the database itself guarantees."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import check
from sqlalchemy.exc import DBAPIError

from models.base import db, transaction

GUARDED = ("signal", "signal_sequence", "policy", "audit_entry")
RECORDS = ("membership_record", "account_record", "story_consent")


def triggers_of(table: str) -> set[str]:
    sqlite = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    postgresql = sa.text("SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal")
    query = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return set(db.session.scalars(query, {"table": table}))


@pytest.mark.parametrize("table", [*GUARDED, *RECORDS])
def test_append_only_tables_are_guarded_after_all_migrations(app: Flask, table: str) -> None:
    verbs = {"update", "delete"} | ({"truncate"} if db.engine.dialect.name == "postgresql" else set())
    assert triggers_of(table) == {f"{table}_no_{verb}" for verb in verbs}


@pytest.mark.parametrize("verb", ["UPDATE audit_entry SET action = 'other'", "DELETE FROM audit_entry"])
def test_an_audit_line_cannot_be_changed(app: Flask, verb: str) -> None:
    with transaction():
        db.session.execute(
            sa.text("INSERT INTO audit_entry (at, action, subject_kind) VALUES ('2026-01-01 00:00:00+00:00', 'x', 'y')")
        )
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        db.session.execute(sa.text(verb))


def test_models_and_migrations_agree(make_app: Callable[..., Flask]) -> None:
    with make_app().app_context():
        check()
