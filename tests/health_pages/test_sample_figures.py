"""Every customer of the sample community: each fall has a cause, and all places that show a figure show the same."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from community.health.labels import KIND_LABELS
from community.signin.passwords import SAMPLE_PASSWORD
from tests.conftest import Databases, dispose, new_app
from tests.databases import LOAD_SECONDS, SAMPLE, make_config
from tests.health_pages.test_account import cells, in_tenths

# The first to ask for the sample community waits until it is loaded.
pytestmark = [pytest.mark.one_database, pytest.mark.timeout(2 * LOAD_SECONDS)]

SPANS = (30, 90)
HEADLINE = re.compile(r"行動力は(?:(\d+\.\d)から)?(\d+\.\d)(に下がりました|に上がりました|のまま変わっていません)")
LAST_ACT = re.compile(r"最後の活動は(?:\d+年)?\d+月\d+日")
LEAVER = re.compile(r"のうち(\d+\.\d)は、[^。]*に離れた(\w+)さんの分")
CAUSE = re.compile(r"この\d+日、(.+)はありません|前の\d+日より減ったのは(.+)です")


@dataclass(frozen=True)
class Shown:
    """What a company's page shows of a change, in tenths."""

    name: str
    days: int
    sentence: str
    totals: list[int]
    box: int
    delta: int | None
    persons: dict[str, int]
    """Each person's points."""

    @property
    def headline(self) -> tuple[int, int, str]:
        found = HEADLINE.search(self.sentence)
        assert found is not None, self.sentence
        return in_tenths(found[1] or found[2]), in_tenths(found[2]), found[3]


@pytest.fixture(scope="module")
def visitor(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    app = new_app(make_config(tmp_path_factory.mktemp("figures"), databases.new("sqlite", SAMPLE)))
    client = app.test_client()
    client.post("/sign-in", data={"email": "takase@kumihimo.example.jp", "password": SAMPLE_PASSWORD})
    yield client
    dispose(app)


def read(visitor: FlaskClient, address: str) -> BeautifulSoup:
    response = visitor.get(address)
    assert response.status_code == 200, address
    return BeautifulSoup(response.text, "html.parser")


@pytest.fixture(scope="module")
def listed(visitor: FlaskClient) -> dict[str, tuple[str, list[str]]]:
    """Each company's address and cells in the list."""
    rows = read(visitor, "/accounts?view=table").select("tbody tr")
    found = {row.select("th a")[0].get_text(strip=True): row for row in rows}
    return {name: (str(row.select("th a")[0]["href"]), cells(row)) for name, row in found.items()}


@pytest.fixture(scope="module")
def shown(visitor: FlaskClient, listed: dict[str, tuple[str, list[str]]]) -> list[Shown]:
    """What the pages of all companies with a reading on both days show."""
    found = []
    for name, (address, _) in listed.items():
        for days in SPANS:
            page = read(visitor, f"{address}?since={days}")
            total = page.select_one(".breakdown tfoot tr")
            sentence = page.select_one(".why .lead")
            if total is None or sentence is None or HEADLINE.search(sentence.text) is None:
                continue
            totals = [in_tenths(cell) for cell in cells(total)][2:]
            box = page.select(".axis-box")[2]
            changes = re.search(rf"{days}日で([−＋]?\d+\.\d)", box.text)
            figure, delta = in_tenths(box.select("b")[0].text), in_tenths(changes[1]) if changes else None
            persons = {
                row.select("a")[0].get_text(strip=True): in_tenths(row.select(".n")[0].get_text(strip=True))
                for row in page.select(".people-bars li")
            }
            found.append(Shown(name, days, sentence.text, totals, figure, delta, persons))
    return found


def test_most_companies_can_be_compared(shown: list[Shown]) -> None:
    assert sum(each.headline[2] == "に下がりました" for each in shown if each.days == 30) > 10
    assert len(shown) > 90


def test_every_fall_names_a_person_or_a_kind_or_the_last_act(shown: list[Shown]) -> None:
    kinds = {str(label) for label in KIND_LABELS.values()}
    for each in shown:
        if each.headline[2] != "に下がりました":
            continue
        cause = CAUSE.search(each.sentence)
        named = "".join(filter(None, cause.groups())) if cause else ""
        assert LAST_ACT.search(each.sentence) or any(kind in named for kind in kinds), (each.name, each.sentence)


def test_the_sentence_says_the_tables_figures(shown: list[Shown]) -> None:
    for each in shown:
        before, after, _ = each.headline
        assert (before, after) == (each.totals[0], each.totals[-1]), each
        said = {in_tenths(figure) for figure in re.findall(r"\d+\.\d", LEAVER.sub("", each.sentence))}
        assert said <= {abs(total) for total in each.totals}, each


def test_who_left_is_told_with_the_figure_of_their_row(shown: list[Shown]) -> None:
    found = [(each, *said) for each in shown for said in LEAVER.findall(each.sentence)]
    assert any(each.name == "株式会社衣浦部品工業" and name == "榊原" for each, _, name in found)
    for each, points, name in found:
        rows = [tenths for person, tenths in each.persons.items() if person.startswith(name)]
        assert in_tenths(points) in rows, each


def test_the_boxes_change_is_the_difference_of_the_shown_figures(shown: list[Shown]) -> None:
    for each in shown:
        before, after, _ = each.headline
        assert each.box == after, each
        assert each.delta in {None, after - before}, each
    assert sum(each.delta is not None for each in shown) > 90


def test_list_and_file_show_the_pages_figures(
    visitor: FlaskClient, listed: dict[str, tuple[str, list[str]]], shown: list[Shown]
) -> None:
    written = csv.DictReader(StringIO(visitor.get("/accounts.csv").data.decode("utf-8-sig"), newline=""))
    file = {row["会社"]: row for row in written}
    for each in shown:
        if each.days != SPANS[0]:
            continue
        _, row = listed[each.name]
        before, after, _ = each.headline
        assert (in_tenths(row[0]), in_tenths(row[1])) == (after, after - before), each
        assert (in_tenths(file[each.name]["行動力"]), in_tenths(file[each.name]["30日の変化"])) == (
            after,
            after - before,
        ), each


def test_the_list_is_sorted_by_the_change_that_it_shows(visitor: FlaskClient) -> None:
    rows = read(visitor, "/accounts?view=table&sort=change").select("tbody tr")
    changes = [in_tenths(cells(row)[1]) for row in rows if cells(row)[1] != "—"]
    assert changes == sorted(changes)


def test_time_raises_nothing(visitor: FlaskClient, listed: dict[str, tuple[str, list[str]]]) -> None:
    """The table's third figure is what time took."""
    for address, _ in listed.values():
        for line in read(visitor, f"{address}?since=30").select(".breakdown tbody tr"):
            figures = [in_tenths(cell) for cell in cells(line)][2:]
            assert len(figures) < 3 or figures[2] <= 0, address
