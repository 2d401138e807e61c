"""The accounts page: its sentence, its matrix, its groups and its table."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import event

from community.health.groups import MatrixGroup, group_of
from community.health.situations import today
from models.accounts import AccountKind, Segment
from models.base import db
from models.health import AccountScore
from tests.cast import Cast
from tests.health.scenario import found
from tests.health_pages.conftest import Read, stored

pytestmark = pytest.mark.one_database


def rows(page: BeautifulSoup) -> dict[str, list[str]]:
    """Return the cells beside each company's name; what rings stands below the name."""
    lines = page.select("tbody tr")
    return {
        line.select("th a")[0].get_text(strip=True): [cell.get_text(" ", strip=True) for cell in line.select("td")]
        for line in lines
    }


def names(page: BeautifulSoup) -> list[str]:
    return list(rows(page))


@contextmanager
def counting() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(sa.Engine, "before_cursor_execute", note)
    yield statements
    event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.mark.usefixtures("year")
def test_the_table_shows_what_is_stored(cast: Cast, read: Read) -> None:
    shown = rows(read("/accounts", view="table"))
    score = stored(cast.a)
    assert score.behavior is not None
    assert score.behavior_30 is not None
    behavior, change, _band, momentum, active, _renewal, segment, _stage = shown[cast.a.name]
    assert segment == "ミッドタッチ"
    assert behavior == f"{score.behavior:.1f}"
    assert change == f"＋{score.behavior - score.behavior_30:.1f}"
    assert momentum == f"{score.momentum:.1f}"
    assert active == f"3 ／{score.members}"  # two elements, read with a space between


@pytest.mark.usefixtures("year")
def test_missing_is_not_zero(cast: Cast, read: Read) -> None:
    """C has a member who did nothing: 0. A company without anybody cannot be judged."""
    empty = found(people=0)
    db.session.add(AccountScore(account_id=empty.id, day=today(), read_to=0, policy_version=1))
    db.session.flush()
    shown = rows(read("/accounts", view="table"))
    assert shown[cast.c.name][0] == "0.0"
    assert shown[empty.account.name][:5] == ["—", "—", "判定不能", "—", "—"]
    page = read(f"/accounts/{empty.id}")
    assert "判定不能" in page.text
    assert page.select(".axis-box, .breakdown, data") == []


def test_a_company_nobody_has_scored_yet_is_there(cast: Cast, read: Read) -> None:
    assert rows(read("/accounts", view="table"))[cast.a.name][2] == "判定不能"
    assert rows(read("/accounts", view="table"))[cast.a.name][0] == "—"
    assert "まだ計算していません" in read("/accounts").text


@pytest.mark.usefixtures("year")
def test_the_sentence_counts_companies_to_call(cast: Cast, read: Read) -> None:
    assert stored(cast.b).silent
    assert "2社あります" not in read("/accounts").h1.text  # type: ignore[union-attr]
    assert "1社あります" in read("/accounts").h1.text  # type: ignore[union-attr]
    assert names(read("/accounts", view="table", alert="silent")) == [cast.b.name]
    assert names(read("/accounts", view="table", alert="any")) == [cast.b.name]
    assert names(read("/accounts", view="table", alert="fell")) == []


@pytest.mark.usefixtures("year")
def test_groups_and_what_cannot_be_placed_add_up(cast: Cast, read: Read) -> None:
    page = read("/accounts")
    groups = [int(n.contents[0]) for n in page.select(".groups .n")]  # type: ignore[arg-type]
    apart = [int(n.text) for n in page.select(".groups ~ table tbody .n")]
    assert len(groups) == 4
    assert sum(groups) + sum(apart) == int(page.select_one(".groups ~ table tfoot .n").text) == 3  # type: ignore[union-attr]
    assert len(page.select("#matrix .chart-scroll a")) == sum(groups)


@pytest.mark.usefixtures("year")
def test_a_group_is_a_filter(cast: Cast, read: Read) -> None:
    score = stored(cast.b)
    group = group_of(score.behavior, score.momentum)
    assert group is MatrixGroup.QUIET
    assert names(read("/accounts", view="table", group=group)) == [cast.b.name]
    page = read("/accounts", group=group)
    assert page.select_one(".groups .is-on b").text == "動きが少ない"  # type: ignore[union-attr]
    assert page.select_one("#matrix .wash") is not None


@pytest.mark.usefixtures("year")
def test_marks_lead_to_the_account_and_say_their_name(cast: Cast, read: Read) -> None:
    marks = {str(mark["data-name"]): mark for mark in read("/accounts").select("#matrix a")}
    assert marks[cast.b.name]["href"] == f"/accounts/{cast.b.id}"
    assert "自分からの行動が途絶えた" in str(marks[cast.b.name]["data-text"])
    assert cast.b.name in str(marks[cast.b.name]["aria-label"])


@pytest.mark.usefixtures("year")
def test_filters_narrow(cast: Cast, read: Read) -> None:
    cast.a.csm_id = cast.cs.id
    cast.b.renews_on = today() + timedelta(days=40)
    db.session.flush()
    assert names(read("/accounts", view="table", csm=cast.cs.id)) == [cast.a.name]
    assert names(read("/accounts", view="table", renewal=60)) == [cast.b.name]
    assert names(read("/accounts", view="table", renewal=30)) == []
    assert names(read("/accounts", view="table", industry=cast.c.industry)) == [cast.c.name]
    assert names(read("/accounts", view="table", segment=Segment.HIGH)) == []
    assert len(names(read("/accounts", view="table", segment=Segment.MID, stage="adoption"))) == 3
    assert "あてはまる契約企業はありません" in read("/accounts", segment=Segment.HIGH).text


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(
    "column", ["name", "segment", "stage", "behavior", "change", "momentum", "active", "alerts", "renewal"]
)
def test_every_column_sorts_both_ways(cast: Cast, read: Read, column: str) -> None:
    up = names(read("/accounts", view="table", sort=column))
    down = names(read("/accounts", view="table", sort=column, order="desc"))
    assert sorted(up) == sorted(down) == sorted([cast.a.name, cast.b.name, cast.c.name])
    head = read("/accounts", view="table", sort=column, order="desc").select_one("[aria-sort]")
    assert isinstance(head, Tag)
    assert head["aria-sort"] == "descending"
    if column == "behavior":
        assert up[-1] == down[0] == cast.a.name


@pytest.mark.usefixtures("year")
def test_each_company_stands_in_its_band_and_the_band_is_a_filter(cast: Cast, read: Read) -> None:
    stored(cast.a).band, stored(cast.b).band, stored(cast.c).band = "good", "watch", "danger"
    cast.c.contract_ended_on = today() - timedelta(days=1)
    db.session.flush()
    shown = rows(read("/accounts", view="table"))
    assert {name: cells[2] for name, cells in shown.items()} == {
        cast.a.name: "良好",
        cast.b.name: "注意",
        cast.c.name: "契約終了",
    }
    assert names(read("/accounts", view="table", band="watch")) == [cast.b.name]
    page = read("/accounts", view="table", band="danger")
    assert names(page) == []
    assert "あてはまる契約企業はありません" in page.text
    assert len(names(read("/accounts", view="table", band="x"))) == 3


@pytest.mark.usefixtures("year")
def test_what_is_not_understood_is_in_no_link(read: Read) -> None:
    page = read("/accounts", view="table", band="zzz", renewal="soon", sort="luck", order="up", alert="any", csm="me")
    links = [str(link["href"]) for link in page.select("a[href*='/accounts?'], a[href*='accounts.csv']")]
    asked = [parse_qs(urlsplit(link).query) for link in links]
    assert any("alert" in query for query in asked)
    assert not [query for query in asked if {"band", "renewal", "csm"} & query.keys()]
    assert not [query for query in asked if "luck" in query.get("sort", ()) or "up" in query.get("order", ())]


@pytest.mark.usefixtures("year")
def test_the_headline_of_a_filtered_list_is_about_those_in_it(cast: Cast, read: Read) -> None:
    stored(cast.a).band, stored(cast.b).band = "good", "watch"
    db.session.flush()
    for query, said in (
        ({}, "きょう声をかける会社が、1社あります"),
        ({"band": "watch"}, "このなかに、きょう声をかける会社が1社あります"),
        ({"band": "good"}, "このなかに、きょう急いで声をかける会社はありません"),
    ):
        heading = read("/accounts", view="table", **query).select_one("h1")
        assert heading is not None
        assert heading.get_text(strip=True) == said


@pytest.mark.usefixtures("year")
def test_what_rings_stands_below_the_name_and_is_sorted_first_at_the_first_press(cast: Cast, read: Read) -> None:
    page = read("/accounts", view="table", sort="name", order="desc")
    head = next(link for link in page.select("thead a") if "知らせ" in link.text)
    sorted_by_alarm = read(str(head["href"]))
    assert names(sorted_by_alarm)[0] == cast.b.name
    first = sorted_by_alarm.select("tbody th")[0]
    assert "自分からの行動が途絶えた" in first.text


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(
    ("query", "way"),
    [
        ({"page": 99}, "最後のページを見る"),
        ({"alert": "empty"}, "すべての会社を見る"),
        ({"group": "moving", "alert": "empty"}, "すべての会社を見る"),
    ],
)
def test_where_nothing_is_listed_a_sentence_leads_on(
    cast: Cast, read: Read, query: dict[str, str | int], way: str
) -> None:
    page = read("/accounts", view="table", **query)
    assert page.select("main table") == []
    link = page.select_one("main .empty a")
    assert link is not None
    assert link.text == way
    assert len(names(read(str(link["href"])))) == 3


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(
    "query", [{"renewal": "999999999"}, {"industry": "\x00"}, {"industry": "\x00", "view": "table"}]
)
def test_what_cannot_be_asked_counts_as_not_asked(cast: Cast, read: Read, query: dict[str, str]) -> None:
    assert len(names(read("/accounts", **{"view": "table", **query}))) == 3
    assert "契約企業 3社" in read("/accounts", **query).text


@pytest.mark.usefixtures("year")
def test_what_the_matrix_cannot_show_opens_as_the_table(
    cast: Cast, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blueprints.health.overview.MOST_MARKS", 1)
    page = read("/accounts")
    assert page.select("#matrix") == []
    assert len(names(page)) == 3
    assert "図に置く会社が2社あり" in page.text
    assert page.find("a", string="図で見る") is None
    assert names(read("/accounts", group="quiet")) == [cast.b.name]


@pytest.mark.usefixtures("year", "cast")
@pytest.mark.parametrize("query", [{}, {"view": "table"}])
def test_as_many_queries_for_three_companies_as_for_six(read: Read, query: dict[str, str]) -> None:
    read("/accounts", **query)
    with counting() as few:
        read("/accounts", **query)
    for _ in range(3):
        company = found()
        db.session.add(AccountScore(account_id=company.id, day=today(), read_to=0, policy_version=1, behavior=40.0))
    db.session.flush()
    read("/accounts", **query)  # what guests see has changed: said before the next request, as by a commit
    with counting() as many:
        read("/accounts", **query)
    assert len(many) == len(few)


@pytest.mark.usefixtures("year")
def test_figures_of_yesterday_are_said_to_be_so(cast: Cast, read: Read) -> None:
    assert "きのうまでのものです" not in read("/accounts").text
    stored(cast.a).day = today() - timedelta(days=1)
    db.session.flush()
    assert "1社の数字は、きのうまでのものです" in read("/accounts").text


def test_names_that_look_like_markup_stay_text(staff: FlaskClient, cast: Cast) -> None:
    cast.a.name = "<script>alert(1)</script>\"'&株式会社"
    db.session.flush()
    for address in ("/accounts", "/accounts?view=table", f"/accounts/{cast.a.id}"):
        assert "<script>alert" not in staff.get(address).text


def test_customers_only(read: Read) -> None:
    prospect = found(kind=AccountKind.PROSPECT)
    assert prospect.account.name not in read("/accounts", view="table").text
