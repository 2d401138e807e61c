"""Notes of an installation that is there already: they stay, and are about those who had left by their day."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from community.app import create_app
from models.base import db
from models.health import AccountScore, AlarmNote, Policy
from models.records import MembershipRecord
from tests.databases import BLANK, Databases, make_config
from tests.models.test_roles_end_migration import fill

OLDEST, BEFORE, REVISION = "0020", "0022", "0023"
AT = datetime(2026, 3, 1)  # noqa: DTZ001  as SQLite keeps it; PostgreSQL takes it for its own zone
LEFT = date(2026, 2, 1)
NOTES = "SELECT account_id, alarm, since, note, by_id FROM alarm_note ORDER BY id"


@pytest.fixture
def app(database: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(make_config(tmp_path, databases.new(database, BLANK)))
    with app.app_context():
        flask_migrate.upgrade(revision=OLDEST)
        try:
            with db.engine.begin() as connection:
                fill(connection)
            flask_migrate.upgrade(revision=BEFORE)
            with db.engine.begin() as connection:
                add_notes(connection)
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def add_notes(connection: sa.Connection) -> None:
    """With the tables' columns of that time: one company whose alarm is noted, and one that rings."""
    policy, score, note, record = (
        sa.Table(model.__tablename__, sa.MetaData(), autoload_with=connection)
        for model in (Policy, AccountScore, AlarmNote, MembershipRecord)
    )
    of_policy = {"version": 1, "from_day": LEFT, "document": "{}", "sha256": "0" * 64, "reason": "", "published_at": AT}
    connection.execute(sa.insert(policy).values(**of_policy))
    facts = {"day": LEFT, "read_to": 0, "policy_version": 1, "active_members": 1, "falling": False, "silent": False}
    facts |= {"left_since": LEFT, "leavers_share": 0.6, "behavior_of_present": 20.5, "version": 1, "scored_at": AT}
    facts["empty_since"] = LEFT  # no company has both: here each notes the other's column apart
    connection.execute(sa.insert(score), [{"account_id": account, **facts} for account in (1, 2)])
    ended = {"place": 0, "account_id": 2, "from_day": date(2020, 1, 1), "is_deleted": False}
    connection.execute(
        sa.insert(record),
        [
            {"membership_id": 90, "member_id": 2, "until_day": date(2026, 1, 1), **ended},
            {"membership_id": 91, "member_id": 1, "until_day": LEFT, **ended},
            {"membership_id": 92, "member_id": 3, "until_day": date(2026, 2, 2), **ended},
            {"membership_id": 93, "member_id": 3, "until_day": LEFT, **ended, "is_deleted": True},
            {"membership_id": 94, "member_id": 2, "until_day": date(2026, 1, 20), **ended, "account_id": 1},
        ],
    )
    said = {"account_id": 2, "since": LEFT, "note": "後任は神谷さん", "by_id": 1, "at": AT}
    connection.execute(sa.insert(note), [{"alarm": alarm, **said} for alarm in ("left", "empty")])


def rows(query: str) -> list[tuple[object, ...]]:
    found = [tuple(row) for row in db.session.execute(sa.text(query))]
    db.session.remove()
    return found


def test_notes_say_whom_they_are_about_and_the_way_back_keeps_them(app: Flask) -> None:
    before = rows(NOTES)
    flask_migrate.upgrade(revision=REVISION)
    assert rows(NOTES) == before
    assert rows("SELECT alarm, leavers FROM alarm_note ORDER BY id") == [
        ("left", "1:2026-02-01 2:2026-01-20"),
        ("empty", "1:2026-02-01 2:2026-01-20"),
    ]
    with app.app_context():
        scores = db.session.query(AccountScore).order_by(AccountScore.account_id).all()
        assert [(score.left_unnoted_since, score.lost_share) for score in scores] == [(LEFT, 0.6), (None, 0.6)]
        assert [score.empty_unnoted_since for score in scores] == [LEFT, None]
        assert [score.behavior_without_lost for score in scores] == [20.5, 20.5]
        db.session.add(AlarmNote(account_id=2, alarm="left", since=LEFT, note="もう一人", by_id=1))  # of the same day
        db.session.commit()
    flask_migrate.downgrade(revision=BEFORE)
    assert rows(NOTES) == before
