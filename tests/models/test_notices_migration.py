"""What was known of mails before notices were there stays known, and comes back on the way back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from models.base import db
from tests.databases import Databases
from tests.models.migrating import installation_before, revision_before

REVISION = "0017"
AT = datetime(2026, 1, 1)  # noqa: DTZ001  as SQLite keeps it; PostgreSQL takes it for its own zone
COLUMNS = ("member_id", "signal_id", "kind", "at", "due_at", "in_digest", "mail_id", "obstacle")
# Sent; waiting for its digest; left out.
KNOWN = [
    (1, 2, "reply", AT, None, False, 1, ""),
    (1, 1, "mention", AT, AT + timedelta(days=1), True, None, ""),
    (2, 1, "reply", AT, None, False, None, "read"),
]


@pytest.fixture
def app(database: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    with installation_before(REVISION, fill, database, databases, tmp_path) as app:
        yield app


def fill(connection: sa.Connection) -> None:
    """With the tables' columns of that time."""
    member, signal, mail, known = (
        sa.Table(name, sa.MetaData(), autoload_with=connection) for name in ("member", "signal", "mail", "mail_notice")
    )
    empty = ("given_name", "family_reading", "given_reading", "headline", "bio", "family_name")
    facts = {
        "session_version": 1,
        "locale": "ja",
        "time_zone": "Asia/Tokyo",
        "created_at": AT,
        **dict.fromkeys(empty, ""),
    }
    for number in (1, 2):
        named = {"id": number, "email": f"p{number}@example.jp", "handle": f"p{number}"}
        connection.execute(sa.insert(member).values(**named, **facts))
        act = {"kind": "reply_posted", "member_id": 1, "day": AT.date(), "occurred_at": AT, "recorded_at": AT}
        about = {"subject_kind": "post", "subject_id": number, "cause": "act", "source": "community"}
        connection.execute(sa.insert(signal).values(id=number, **act, **about))
    words = {"subject": "s", "text": "t", "html": "h", "error": "", "tries": 1}
    where = {"message_id": "<1@x>", "kind": "reply", "to_address": "p1@example.jp", "member_id": 1, "created_at": AT}
    connection.execute(sa.insert(mail).values(id=1, can_wait=True, **where, **words))
    connection.execute(sa.insert(known), [dict(zip(COLUMNS, row, strict=True)) for row in KNOWN])


def rows(table: str) -> list[tuple[object, ...]]:
    """Read, and let go of the database: SQLite has one writer at a time."""
    found = sa.select(*(sa.column(name, type_) for name, type_ in _typed())).select_from(sa.table(table))
    with db.engine.connect() as connection:
        return [
            tuple(row) for row in connection.execute(found.order_by(sa.column("signal_id"), sa.column("member_id")))
        ]


def _typed() -> list[tuple[str, sa.types.TypeEngine[object]]]:
    known = sa.Table("known", sa.MetaData(), *(sa.Column(name) for name in COLUMNS))
    return [(column.name, column.type) for column in known.columns]


def test_what_was_known_is_kept_in_the_order_of_the_acts(app: Flask) -> None:
    held = rows("mail_notice")
    flask_migrate.upgrade()
    assert len(held) == len(KNOWN)
    assert rows("notification_mail") == held
    with db.engine.connect() as connection:
        order = connection.execute(sa.text("SELECT signal_id, member_id FROM notification_mail ORDER BY id")).all()
    assert [tuple(row) for row in order] == [(1, 1), (1, 2), (2, 1)]
    assert "mail_notice" not in sa.inspect(db.engine).get_table_names()


def test_mails_of_acts_that_were_recorded_anew_are_those_of_the_first_record(app: Flask) -> None:
    """Sent for the first record or the later one: sent, and no second time. Waiting for the later one: waiting."""
    with db.engine.begin() as connection:
        signal, known = (sa.Table(name, sa.MetaData(), autoload_with=connection) for name in ("signal", "mail_notice"))
        act = {"kind": "reply_posted", "member_id": 1, "day": AT.date(), "occurred_at": AT, "recorded_at": AT}
        about = {"subject_kind": "post", "source": "community", "cause": "moved"}
        for number, first in ((3, 1), (4, 2)):
            connection.execute(
                sa.insert(signal).values(id=number, moved_from_id=first, subject_id=first, **act, **about)
            )
        later = [(1, 4, "reply", AT, AT, True, None, ""), (2, 3, "reply", AT, AT, True, None, "")]
        connection.execute(sa.insert(known), [dict(zip(COLUMNS, row, strict=True)) for row in later])
    flask_migrate.upgrade()
    kept = {(row[0], row[1]): (row[4] is not None, row[6]) for row in rows("notification_mail")}
    assert kept == {(1, 1): (True, None), (1, 2): (False, 1), (2, 1): (True, None)}


def test_the_way_back_gives_the_same_rows(app: Flask) -> None:
    held = rows("mail_notice")
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision=revision_before(REVISION, app))
    assert rows("mail_notice") == held
    assert not {"notice", "notification_mail", "notification_kind_period"} & set(
        sa.inspect(db.engine).get_table_names()
    )


def test_the_kinds_that_there_were_notified_from_the_ledger_s_start(app: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        periods = connection.execute(sa.text("SELECT kind, after_seq, until_seq FROM notification_kind_period")).all()
    assert sorted(map(tuple, periods)) == [(kind, 0, None) for kind in ("accepted", "mention", "reply", "solved")]


def add_notice(kind: str, member_id: int, key: str) -> None:
    columns = "(kind, member_id, thing_kind, thing_id, key, at, due_at)"
    values = f"('{kind}', {member_id}, 'note', 1, '{key}', '2026-01-01', '2026-01-01')"
    with db.engine.begin() as connection:
        connection.execute(sa.text(f"INSERT INTO notice {columns} VALUES {values}"))  # noqa: S608  ours


def test_a_key_is_of_one_kind_and_once_for_each_person(app: Flask) -> None:
    flask_migrate.upgrade()
    for kind, member_id, key in (("asked", 1, "k"), ("asked", 2, "k"), ("asked", 1, "l"), ("freed", 1, "k")):
        add_notice(kind, member_id, key)
    refused = r"uq_notice_kind_key_member_id|notice\.kind, notice\.key, notice\.member_id"
    with pytest.raises(IntegrityError, match=refused):
        add_notice("freed", 1, "k")


@pytest.mark.parametrize("sources", ["NULL, NULL", "1, 1"])
def test_a_mail_is_of_one_source(app: Flask, sources: str) -> None:
    flask_migrate.upgrade()
    told = f"2, {sources}, 'k', '2026-01-01', false, ''"
    add_notice("k", 2, "k")
    with pytest.raises(IntegrityError, match="one_source"), db.engine.begin() as connection:
        connection.execute(
            sa.text(
                f"INSERT INTO notification_mail (member_id, signal_id, notice_id, kind, at, in_digest, obstacle)"  # noqa: S608  ours
                f" VALUES ({told})"
            )
        )
