"""The accounts page: its sentence, its matrix, its groups and its table."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

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
    lines = [[cell.get_text(" ", strip=True) for cell in line.select("th, td")] for line in page.select("tbody tr")]
    return {line[0]: line[1:] for line in lines}


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
    segment, _stage, behavior, change, momentum, active, *_ = shown[cast.a.name]
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
    assert shown[cast.c.name][2] == "0.0"
    assert shown[empty.account.name][2:6] == ["判定不能", "—", "—", "—"]
    page = read(f"/accounts/{empty.id}")
    assert "判定不能" in page.text
    assert page.select(".axis-box, .breakdown, data") == []


def test_a_company_nobody_has_scored_yet_is_there(cast: Cast, read: Read) -> None:
    assert rows(read("/accounts", view="table"))[cast.a.name][2] == "判定不能"
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
