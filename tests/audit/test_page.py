"""The page of the log: for administrators, filtered, in pages, in words."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from community import audit
from community.audit.queries import PAGE_LENGTH
from models.audit import AuditEntry
from models.base import db, now, transaction
from tests.cast import Cast
from tests.signing_in import client_of


@pytest.fixture
def administrator(app: Flask, cast: Cast) -> FlaskClient:
    return client_of(app, cast.administrator)


def record(actor_id: int | None, action: str, cast: Cast, *, days_ago: int = 0, reason: str = "") -> None:
    with transaction():
        about = {"before": {"staff_role": None}, "after": {"staff_role": "cs"}}
        entry = audit.record(actor_id, action, "member", cast.owner.id, reason=reason, **about)
        entry.at = now() - timedelta(days=days_ago)


def rows(client: FlaskClient, **asked: object) -> list[list[str]]:
    page = BeautifulSoup(client.get("/staff/audit/", query_string=asked).text, "html.parser")
    return [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in page.select("tbody tr")]


def test_who_what_when_and_why(administrator: FlaskClient, cast: Cast) -> None:
    record(cast.administrator.id, "member.grant_role", cast, reason="<b>4月から</b>")
    record(None, "member.of_a_later_room", cast)
    shown = rows(administrator)
    assert shown[0][1:4] == ["管理コマンド", "member.of_a_later_room", "青木 陽子"]
    assert shown[1][1:] == [
        "神田 修", "役割を変えた", "青木 陽子", "staff_role: —", "staff_role: cs", "<b>4月から</b>",
    ]  # fmt: skip


def test_filters(administrator: FlaskClient, cast: Cast) -> None:
    record(cast.administrator.id, "member.suspend", cast, days_ago=10, reason="ten days ago")
    record(cast.cs.id, "member.grant_role", cast, days_ago=3, reason="three days ago")

    def reasons(**asked: object) -> list[str]:
        return [row[-1] for row in rows(administrator, **asked)]

    week_ago = (now() - timedelta(days=7)).date().isoformat()
    assert reasons() == ["three days ago", "ten days ago"]
    assert reasons(action="member.suspend") == ["ten days ago"]
    assert reasons(actor=cast.cs.id) == ["three days ago"]
    assert reasons(since=week_ago) == ["three days ago"]
    assert reasons(until=week_ago) == ["ten days ago"]
    assert reasons(action="member.suspend", since=week_ago) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"actor": "x"}, {"actor": "²"}, {"actor": "9" * 40}, {"since": "2026-13-01"}, {"until": "9999-12-31"},
        {"page": "-1"}, {"page": "9" * 30}, {"action": "\x00"}, {"page": "2"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_not_asked(administrator: FlaskClient, cast: Cast, asked: dict[str, str]) -> None:
    record(cast.cs.id, "member.suspend", cast)
    assert administrator.get("/staff/audit/", query_string=asked).status_code == 200


def test_pages(administrator: FlaskClient, cast: Cast) -> None:
    with transaction():
        for number in range(PAGE_LENGTH + 2):
            audit.record(cast.cs.id, "member.suspend", "member", cast.owner.id, reason=str(number))
    assert [row[-1] for row in rows(administrator)][:2] == [str(PAGE_LENGTH + 1), str(PAGE_LENGTH)]
    assert [row[-1] for row in rows(administrator, page=2)] == ["1", "0"]


def test_nobody_else_reads_it(app: Flask, cast: Cast) -> None:
    codes = {name: client_of(app, member).get("/staff/audit/").status_code for name, member in cast.people().items()}
    assert {name for name, code in codes.items() if code == 200} == {"administrator"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0
