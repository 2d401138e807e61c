"""People of an installation that is there already: roles that outlive their holder's time at the vendor end."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from models.accounts import Account, Member, Membership
from models.base import db
from tests.databases import Databases
from tests.models.migrating import installation_before, revision_before

REVISION = "0016"
TODAY = datetime.now(UTC).date()
LATER, BEFORE = TODAY + timedelta(days=30), TODAY - timedelta(days=30)
LONG_AGO = TODAY - timedelta(days=300)
VENDOR, CUSTOMER = 1, 2
Stays = list[tuple[int, date, date | None]]
# Role, stays, and when the role ends.
PEOPLE: list[tuple[str | None, Stays, date | None]] = [
    ("cs", [(VENDOR, LONG_AGO, None)], None),
    ("cs", [(VENDOR, LONG_AGO, LATER), (CUSTOMER, LATER, None)], LATER),
    ("administrator", [(VENDOR, LONG_AGO, LATER)], LATER),
    ("community_manager", [(CUSTOMER, LONG_AGO, BEFORE), (VENDOR, BEFORE, LATER), (VENDOR, LATER, None)], None),
    ("cs", [(VENDOR, LONG_AGO, BEFORE), (CUSTOMER, BEFORE, None)], TODAY),
    ("cs", [(VENDOR, LONG_AGO, BEFORE)], TODAY),
    ("administrator", [], None),
    ("moderator", [(CUSTOMER, LONG_AGO, LATER)], None),
    (None, [(VENDOR, LONG_AGO, LATER)], None),
]


@pytest.fixture
def app(database: str, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    with installation_before(REVISION, fill, database, databases, tmp_path) as app:
        yield app


def fill(connection: sa.Connection) -> None:
    """With the tables' columns of that time."""
    account, member, membership = (
        sa.Table(model.__tablename__, sa.MetaData(), autoload_with=connection)
        for model in (Account, Member, Membership)
    )
    at = datetime(2026, 1, 1)  # noqa: DTZ001  as SQLite keeps it; PostgreSQL takes it for its own zone
    facts = {"reading": "", "plan": "", "industry": "", "created_at": at}
    for number, kind in ((VENDOR, "vendor"), (CUSTOMER, "customer")):
        connection.execute(sa.insert(account).values(id=number, name=kind, kind=kind, **facts))
    texts = dict.fromkeys(("given_name", "family_reading", "given_reading", "headline", "bio"), "")
    facts = {"session_version": 1, "locale": "ja", "time_zone": "Asia/Tokyo", "created_at": at, **texts}
    for number, (role, stays, _) in enumerate(PEOPLE, 1):
        named = {"id": number, "email": f"p{number}@example.jp", "handle": f"p{number}", "family_name": "青木"}
        connection.execute(sa.insert(member).values(staff_role=role, **named, **facts))
        for company, begin, end in stays:
            stay = {"account_id": company, "from_day": begin, "until_day": end, "is_company_admin": False}
            connection.execute(sa.insert(membership).values(member_id=number, **stay))


def test_roles_end_when_their_holder_leaves_the_vendor_and_the_way_back_keeps_everybody(app: Flask) -> None:
    flask_migrate.upgrade()
    ends = db.session.execute(sa.text("SELECT staff_role, role_until FROM member ORDER BY id")).all()
    db.session.rollback()
    assert [(role, str(end) if end else None) for role, end in ends] == [
        (role, str(end) if end else None) for role, _, end in PEOPLE
    ]
    flask_migrate.downgrade(revision=revision_before(REVISION, app))
    roles = db.session.execute(sa.text("SELECT staff_role FROM member ORDER BY id")).scalars().all()
    db.session.rollback()
    assert roles == [role for role, _, _ in PEOPLE]
