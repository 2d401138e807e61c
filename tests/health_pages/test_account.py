"""The account page: figures that are the queries', sums that are exact, links that lead to the very acts."""

import math
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from blueprints.health.breakdown import RARE
from blueprints.health.words import PARTS
from community.health.explanation import Part
from community.health.situations import today
from models.base import db
from tests.cast import Cast
from tests.health.reading import explain, explain_change, get_snapshot
from tests.health.scenario import act, ago, found, hire, process, withdraw
from tests.health.test_actions import counted_statements
from tests.health_pages.conftest import Read, stored

pytestmark = pytest.mark.one_database

SHOWN_WITHIN = 0.15
"""A cell of a table that adds up lies within two tenths of the truth, nearly always within half of one."""

NO_FIGURE = {"", "—"}


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("＋", "+"))


def one(page: BeautifulSoup, selector: str) -> Tag:
    found = page.select_one(selector)
    assert found is not None, selector
    return found


def cells(line: Tag) -> list[str]:
    return [cell.get_text(strip=True) for cell in line.select("td.n")]


def in_tenths(text: str) -> int:
    return 0 if text in NO_FIGURE else round(number(text) * 10)


def sum_behind(staff: FlaskClient, link: str) -> float:
    """The points of the acts that a figure leads to, over all pages of their list."""
    page = BeautifulSoup(staff.get(link).text, "html.parser")
    points = [float(str(data["value"])) for data in page.select("tbody data")]
    total = page.select_one("tfoot data")
    if total is not None:
        assert math.isclose(math.fsum(points), float(str(total["value"])), abs_tol=1e-9)
    return math.fsum(points)


@pytest.mark.usefixtures("year")
def test_the_axis_is_the_readings(cast: Cast, read: Read) -> None:
    reading = explain(cast.a.id)
    assert reading is not None
    page = read(f"/accounts/{cast.a.id}")
    boxes = [box.get_text(" ", strip=True) for box in page.select(".axis-box")]
    assert f"{reading.behavior.score:.1f}" in boxes[2]
    assert stored(cast.a).behavior == reading.behavior.score
    assert (
        f"点の決め方は1版、行動の記録（台帳）は{reading.read_to}番目までです。" in one(page, ".page-side details").text
    )


@pytest.mark.usefixtures("year")
def test_axes_that_nobody_feeds_are_missing_and_not_zero(cast: Cast, read: Read) -> None:
    overall, utilization, _, penetration = read(f"/accounts/{cast.a.id}").select(".axis-box")
    for box in (utilization, penetration):
        assert one_text(box, "b") == "—"
        assert "まだ読み込んでいません" in box.text
        assert "0" not in box.text
    assert "判定不能" in overall.text
    assert "33%" in overall.text


def one_text(box: Tag, selector: str) -> str:
    inner = box.select_one(selector)
    assert inner is not None
    return inner.get_text(strip=True)


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("since", [1, 7, 30, 90])
def test_the_table_adds_up_in_every_direction(cast: Cast, read: Read, since: int) -> None:
    page = read(f"/accounts/{cast.a.id}", since=since)
    lines = [[in_tenths(cell) for cell in cells(line)][2:] for line in page.select(".breakdown tbody tr")]
    total = [in_tenths(cell) for cell in cells(one(page, ".breakdown tfoot tr"))][2:]
    explained = explain_change(cast.a.id, ago(since)).change
    assert explained is not None
    names = {part: str(PARTS[part]) for part in Part}
    heads = [head.get_text(strip=True) for head in page.select(".breakdown thead th")]
    missing = {part for part, name in names.items() if name not in heads}
    assert missing < RARE  # this company's terms have not changed
    assert all(abs(row.parts[part]) < SHOWN_WITHIN for row in explained.by_kind().values() for part in missing)
    assert len(total) == 2 + len(Part) - len(missing)
    for line in [*lines, total]:
        assert sum(line[:-1]) == line[-1]
    assert [sum(column) for column in zip(*lines, strict=True)] == total
    written = one(page, ".breakdown .sum").text.strip()
    left, right = written.split("＝")
    assert sum(in_tenths(term) for term in re.findall(r"[＋−]?[\d.]+", left)) == in_tenths(right) == total[-1]
    assert "-" not in written
    assert "+" not in written


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("since", [1, 90])
def test_the_tables_cells_are_the_explanations(cast: Cast, read: Read, since: int) -> None:
    score_change = explain_change(cast.a.id, ago(since))
    assert score_change.change is not None
    page = read(f"/accounts/{cast.a.id}", since=since)
    total = [in_tenths(cell) / 10 for cell in cells(one(page, ".breakdown tfoot tr"))][2:]
    heads = [head.get_text(strip=True) for head in page.select(".breakdown thead th")]
    parts = [part for part in PARTS if str(PARTS[part]) in heads]
    assert len(total) == 2 + len(parts)
    assert all(abs(score_change.change.total(part)) < SHOWN_WITHIN for part in PARTS if part not in parts)
    expected = [
        score_change.change.before.score,
        *(score_change.change.total(part) for part in parts),
        score_change.change.after.score,
    ]
    assert total == pytest.approx(expected, abs=SHOWN_WITHIN)
    assert (total[0], total[-1]) == (pytest.approx(expected[0], abs=0.0501), pytest.approx(expected[-1], abs=0.0501))


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("since", [1, 30])
def test_every_figure_leads_to_acts_whose_points_are_its_sum(
    cast: Cast, read: Read, staff: FlaskClient, since: int
) -> None:
    page = read(f"/accounts/{cast.a.id}", since=since)
    opened = 0
    for line in page.select(".breakdown tr"):
        for cell in line.select("td.n")[2:]:
            link = cell.select_one("a")
            if link is None:
                assert cell.get_text(strip=True) == "—"
                continue
            behind = sum_behind(staff, str(link["href"]))
            assert number(link.get_text(strip=True)) == pytest.approx(behind, abs=SHOWN_WITHIN)
            exact = cell.select_one("data")
            if exact is not None:
                assert float(str(exact["value"])) == pytest.approx(behind, abs=1e-9)
            opened += 1
    for person in page.select(".people-bars li"):
        behind = sum_behind(staff, str(one_link(person)["href"]))
        assert float(str(person.select("data")[0]["value"])) == pytest.approx(behind, abs=1e-9)
    assert opened > 10


def one_link(box: Tag) -> Tag:
    link = box.select_one("a")
    assert link is not None
    return link


@pytest.mark.usefixtures("year")
def test_the_sentence_says_what_moved_the_score_since_yesterday(cast: Cast, read: Read) -> None:
    sentence = one(read(f"/accounts/{cast.a.id}"), ".why .lead").text
    assert "上がりました" in sentence
    assert "事例公開" in sentence


@pytest.mark.usefixtures("year")
def test_people_add_up_to_the_score(cast: Cast, read: Read) -> None:
    page = read(f"/accounts/{cast.a.id}", since=90)
    shown = [in_tenths(n.get_text(strip=True)) for n in page.select(".people-bars .n")]
    total = in_tenths(one(page, ".people-total b").text.strip())
    assert sum(shown) == total == in_tenths(cells(one(page, ".breakdown tfoot tr"))[-1])
    newcomer = next(li for li in page.select(".people-bars li") if cast.company_admin.family_name in li.text)
    assert "はじめて" in newcomer.text
    assert "3人／メンバー 3人" in page.text


@pytest.mark.usefixtures("year")
def test_who_is_near_the_cap_is_said(cast: Cast, read: Read) -> None:
    """A story published today is worth 40, and one person carries at most 20."""
    assert "1人の上限" not in read(f"/accounts/{cast.b.id}").text
    act(cast.company_admin, "meetup_organised", today(), 77)
    process()
    note = one(read(f"/accounts/{cast.a.id}"), ".page-side .notice").text
    assert cast.company_admin.family_name in note
    assert "1人の上限" in note


@pytest.mark.usefixtures("year")
def test_the_line_is_drawn_from_what_was_written_down(cast: Cast, read: Read) -> None:
    page = read(f"/accounts/{cast.a.id}", span=90)
    line = str(one(page, "#history .series-main")["d"])
    assert len(re.findall("[ML]", line)) == 91
    table = {row.select("time")[0]["datetime"]: row for row in page.select("#history tbody tr")}
    week_ago = ago(7)
    snapshot = get_snapshot(cast.a.id, week_ago)
    assert snapshot is not None
    assert snapshot.behavior is not None
    assert table[week_ago.isoformat()].select("td")[0].text == f"{snapshot.behavior:.1f}"


@pytest.mark.usefixtures("year")
def test_events_are_numbered_and_tied_to_the_table(cast: Cast, read: Read) -> None:
    page = read(f"/accounts/{cast.a.id}", span=90)
    events = page.select(".chart-events li")
    numbers = {event.select(".ref")[0].text: event for event in events}
    assert list(numbers) == [str(n) for n in range(1, len(events) + 1)]
    meetup = next(event for event in events if "勉強会への参加（2人）" in event.text)
    query = parse_qs(urlsplit(str(one_link(meetup)["href"])).query)
    assert query == {"day": [ago(60).isoformat()]}
    row = next(line for line in page.select(".breakdown tbody tr") if "勉強会への参加" in line.text)
    assert meetup.select(".ref")[0].text in [ref.text for ref in row.select(".ref")]


@pytest.mark.usefixtures("year")
def test_remarks_name_withdrawn_late_and_otherwise_recorded_acts(cast: Cast, read: Read) -> None:
    notes = read(f"/accounts/{cast.a.id}", since=30).select(".page-side")[0].text
    assert "取り消された行動が1件あります" in notes
    assert "遅れて届いた記録が1件" in notes
    assert "と記録されています" in notes


def test_a_first_day_has_no_line_and_no_earlier_figure(read: Read) -> None:
    company = found(people=0)
    member = hire(company, today())
    act(member, "topic_opened", today(), 5)
    process()
    page = read(f"/accounts/{company.id}")
    assert "推移は、あすから見られます" in page.text
    assert "比べられる日の記録はまだありません" in page.text
    assert "新しい行動" not in one(page, ".breakdown").text
    assert page.select(".breakdown tfoot tr:nth-of-type(2)") == []


@pytest.mark.usefixtures("year")
def test_a_company_whose_people_did_nothing_has_zero(cast: Cast, read: Read) -> None:
    page = read(f"/accounts/{cast.c.id}")
    assert "0.0" in page.select(".axis-box")[2].text
    assert "数えられる行動は、まだありません" in page.text


@pytest.mark.usefixtures("year")
def test_the_page_knows_the_version_of_its_figures(cast: Cast, read: Read, staff: FlaskClient) -> None:
    slot = one(read(f"/accounts/{cast.a.id}"), "[data-live]")
    version = stored(cast.a).version
    assert (slot["data-live"], slot["data-event"]) == (f"account:{cast.a.id}", "account")
    assert slot["data-version"] == str(version)
    assert staff.get(str(slot["data-poll-url"])).json == {"version": version}
    act(cast.owner, "topic_opened", today(), 99)
    process()
    assert staff.get(str(slot["data-poll-url"])).json == {"version": version + 1}


@pytest.mark.usefixtures("year")
def test_who_left_and_was_erased_keeps_their_points_without_a_name(cast: Cast, read: Read) -> None:
    cast.colleague.erased_at = cast.colleague.created_at + timedelta(days=300)
    db.session.flush()
    page = read(f"/accounts/{cast.a.id}")
    assert "退会した人" in one(page, ".people-bars").text
    assert cast.colleague.family_name not in page.text
    assert cast.colleague.family_name not in read(f"/accounts/{cast.a.id}/acts").text


def test_the_total_counts_the_acts_that_its_link_lists(cast: Cast, read: Read, staff: FlaskClient) -> None:
    """Acts of kinds that never give points have their row too; a withdrawn one is told apart in the list."""
    act(cast.owner, "topic_opened", ago(3), 1)
    act(cast.owner, "mail_opened", ago(2), 2)
    withdraw(act(cast.colleague, "reply_posted", ago(2), 3))
    process()
    page = read(f"/accounts/{cast.a.id}")
    counted = [cells(line)[0] for line in page.select(".breakdown tbody tr")]
    assert counted[-1] == "1"  # the mail
    total = one(page, ".breakdown tfoot tr td.n")
    assert int(total.text) == sum(map(int, filter(str.isdecimal, counted))) == 2
    listed = BeautifulSoup(staff.get(str(one_link(total)["href"])).text, "html.parser")
    assert "行動 3件" in listed.text
    assert "うち取り消し 1件" in listed.text


def test_more_acts_and_people_do_not_need_more_statements(staff: FlaskClient) -> None:
    company = found(2, since=ago(90))
    numbers = []
    for turn in range(2):
        for person in company.people:
            for days in range(turn * 20 + 1):
                act(person, "reply_posted", ago(days), days)
        process()
        staff.get(f"/accounts/{company.id}")
        with counted_statements() as said:
            assert staff.get(f"/accounts/{company.id}").status_code == 200
        numbers.append(len(said))
        for _ in range(5):
            hire(company, ago(60))
    assert numbers[0] == numbers[1]
