"""The accounts as a file: its bytes, its refusals, its gaps."""

import csv
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from models.base import db
from tests.cast import Cast
from tests.health.scenario import found
from tests.health_pages.conftest import stored

pytestmark = pytest.mark.one_database


def table(body: bytes, charset: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(body.decode(charset), newline="")))


@pytest.mark.usefixtures("year")
def test_utf8_with_mark_and_crlf(cast: Cast, staff: FlaskClient) -> None:
    response = staff.get("/accounts.csv")
    assert response.data.startswith("\ufeff番号,会社,".encode())
    assert response.data.count(b"\n") == response.data.count(b"\r\n") == 4
    assert response.content_type == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    rows = {row["会社"]: row for row in table(response.data)}
    score = stored(cast.a)
    assert score.behavior is not None
    assert rows[cast.a.name]["行動力"] == f"{score.behavior:.1f}"
    assert rows[cast.a.name]["スコアの日"] == score.day.isoformat()
    assert rows[cast.b.name]["自分からの行動が途絶えた"] == "はい"


@pytest.mark.usefixtures("year")
def test_missing_is_an_empty_cell(cast: Cast, staff: FlaskClient) -> None:
    nobody = found(people=0)
    rows = {row["会社"]: row for row in table(staff.get("/accounts.csv").data)}
    assert rows[cast.c.name]["行動力"] == "0.0"
    missing = rows[nobody.account.name]
    assert {missing[name] for name in ("行動力", "30日の変化", "勢い", "活動中の人（90日）", "急に下がった")} == {""}
    assert missing["判定"] == "判定不能"


@pytest.mark.usefixtures("year")
def test_the_same_filters_as_the_page(cast: Cast, staff: FlaskClient) -> None:
    assert [row["会社"] for row in table(staff.get("/accounts.csv?alert=silent").data)] == [cast.b.name]
    assert table(staff.get("/accounts.csv?segment=high").data) == []
    ranked = [row["会社"] for row in table(staff.get("/accounts.csv?sort=behavior&order=desc").data)]
    assert ranked[0] == cast.a.name


def test_formulas_are_text(cast: Cast, staff: FlaskClient) -> None:
    cast.a.name = '=HYPERLINK("http://evil.example","株式会社")'
    cast.b.industry = "+81"
    db.session.flush()
    rows = table(staff.get("/accounts.csv").data)
    assert "'" + cast.a.name in [row["会社"] for row in rows]
    assert "'+81" in [row["業種"] for row in rows]


def test_cp932_where_it_is_asked_for(cast: Cast, staff: FlaskClient) -> None:
    cast.a.name = "㈱髙島①〜"
    db.session.flush()
    response = staff.get("/accounts.csv?encoding=cp932")
    assert response.status_code == 200
    assert not response.data.startswith(b"\xef\xbb\xbf")
    assert "㈱髙島①～" in [row["会社"] for row in table(response.data, "cp932")]


def test_what_cp932_cannot_hold_is_listed_and_never_a_question_mark(cast: Cast, staff: FlaskClient) -> None:
    cast.a.name = "𠮷野家🍜株式会社"
    db.session.flush()
    response = staff.get("/accounts.csv?encoding=cp932")
    assert response.status_code == 422
    page = BeautifulSoup(response.text, "html.parser")
    listed = [[cell.text for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert [line[1:] for line in listed] == [[cast.a.name, "𠮷🍜"]]
    addresses = [str(link["href"]) for link in page.select(".actions a")]
    assert cast.a.name in staff.get(addresses[0]).data.decode("utf-8-sig")
    partial = staff.get(addresses[1])
    assert b"?" not in partial.data
    assert {row["会社"] for row in table(partial.data, "cp932")} == {cast.b.name, cast.c.name}
