"""A room joins the search by what it hands over, and is gone with it; the page names no room."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from flask_babel.speaklater import LazyString

from blueprints.room import Pages, RoomPages
from blueprints.search_parts import Facet, HitView, NextStep, SearchPart
from community.config import ROOT
from community.forums.room import TOPIC
from community.room import Room, Rooms, Searchable, SearchKind, ThingKind
from community.rooms import ROOMS
from community.search import actions
from community.search.actions import Document
from community.search.conditions import has_state
from community.search.marking import mark
from community.search.queries import HITS_A_PAGE, list_misses
from models.accounts import Member
from models.base import now
from tests.cast import Cast
from tests.forums.conftest import make_forum, open_topic
from tests.forums.pages import SignIn, page

NAMING_A_ROOM = re.compile(r"\bforums?\b|\b[tT]opics?\b|\bPost\b|categories|category_|accounts.indexing")


def label(text: str) -> LazyString:
    return LazyString(lambda: text)


def _sees_all(member: Member | None) -> bool:
    return member is not None


NOTE = ThingKind[None, None](
    name="note",
    label=label("メモ"),
    icon="book",
    load=lambda _: {},
    describe=lambda _: pytest.fail("the page asks no thing"),
    viewer=lambda _: None,
    viewers=lambda _: {},
    can_see=lambda _, __: True,
)
NOTES = Room(
    "notes",
    things=(NOTE,),
    search=Searchable[bool](
        kinds=(SearchKind("note", label("メモ帳"), position=15, needs=frozenset({"notes"})),),
        viewer=_sees_all,
        tokens_of=lambda sees: frozenset({"notes"}) if sees else frozenset(),
        indexers=(),
        condition_of=lambda sees: None if sees else lambda _: sa.false(),
        preferred_states=frozenset({"fine"}),
    ),
)
NOTE_PAGES = RoomPages(
    "notes",
    Blueprint("notes", __name__),
    search=SearchPart(
        kinds=("note",),
        show=lambda hits, terms, _: {
            ("note", hit.thing_id): HitView(f"/notes/{hit.thing_id}", mark(hit.title, terms), [], ["棚"], seal="良")
            for hit in hits
        },
        facets=(
            Facet("shape", "かたち", lambda value: has_state(value, ("note",)), lambda: [("fine", "よい")]),
            Facet("ink", "インク", lambda _: None, example="青", is_offered=lambda: False),
        ),
        browse=lambda: NextStep("/notes", "メモを見る"),
    ),
)


def index(*numbers: int, kind: str = "note", audience: str = "notes") -> None:
    actions.index(
        *(
            Document(kind, n, f"経費のメモ{n}", "", frozenset({audience}), now(), state="fine" * (n % 2))
            for n in numbers
        )
    )


def titles(read: BeautifulSoup) -> list[str]:
    return [found.text.strip() for found in read.select(".hit .row-title a")]


@pytest.fixture
def _notes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "rooms", Rooms((*ROOMS, NOTES)))
    monkeypatch.setitem(app.extensions, "room_pages", Pages((NOTE_PAGES,)))


@pytest.mark.usefixtures("_notes")
def test_a_room_that_joins_is_found_drawn_and_filtered(signed_in: SignIn, client: FlaskClient, cast: Cast) -> None:
    index(1, 2)
    member = signed_in(cast.third)
    read = page(member, "/search?q=経費")
    assert titles(read) == ["経費のメモ1", "経費のメモ2"]  # the older is preferred
    assert read.select(".hit .seal")[0].text == "良"
    assert " ".join(read.select(".hit .meta")[0].text.split()) == "メモ帳 棚"
    assert [chip.text for chip in read.select(".chip")][:5] == ["すべて", "話題", "事例", "メモ帳", "返信"]
    assert [option["value"] for option in read.select("select[name=shape] option")] == ["", "fine"]
    assert read.select_one("input[name=ink]") is None
    assert titles(page(member, "/search?q=経費&kind=note&shape=fine")) == ["経費のメモ1"]
    assert titles(page(client, "/search?q=経費")) == []
    assert "メモ帳" not in page(client, "/search?q=経費").text


@pytest.mark.usefixtures("_notes")
def test_an_empty_page_leads_on_by_the_room(client: FlaskClient, cast: Cast) -> None:
    found = page(client, "/search").select_one(".empty a")
    assert found is not None
    assert (found["href"], found.text) == ("/notes", "メモを見る")
    assert page(client, "/search?q=経費").select_one(".empty a") is None


def test_what_no_room_knows_is_left_out(client: FlaskClient, cast: Cast) -> None:
    topic = open_topic(make_forum(cast).public, cast.owner, "経費の話")
    index(topic.id, kind="note", audience="public")
    assert titles(page(client, "/search?q=経費")) == ["経費の話"]
    assert titles(page(client, "/search?q=経費&kind=note")) == ["経費の話"], "no kind, so it asks nothing"


def test_what_is_left_out_is_not_counted_and_was_looked_for_in_vain(client: FlaskClient, cast: Cast) -> None:
    index(*range(HITS_A_PAGE + 1), audience="public")
    read = page(client, "/search?q=経費")
    assert read.select(".pagination") == []
    assert f"{HITS_A_PAGE + 1}件" not in read.text
    client.post("/search/missed", data={"q": "経費"})
    assert [miss.words for miss in list_misses()] == ["経費"]


@pytest.mark.usefixtures("_notes")
def test_what_stands_on_one_floor_only_is_not_counted(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(1, audience="public")
    for key, without in (("rooms", Rooms()), ("room_pages", Pages())):
        with monkeypatch.context() as patch:
            patch.setitem(app.extensions, key, without)
            client.post("/search/missed", data={"q": "経費"})
    assert [(miss.words, miss.times) for miss in list_misses()] == [("経費", 2)]


def test_without_any_room_the_page_stands(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "rooms", Rooms())
    monkeypatch.setitem(app.extensions, "room_pages", Pages())
    index(1, kind=TOPIC.name, audience="public")
    for address in ("/search", "/search?q=経費", "/search?q=帳票&state=solved&category=x", "/search?q=！？"):
        assert titles(page(client, address)) == []


def test_the_search_names_no_room() -> None:
    folders = ("community/search", "blueprints/search", "templates/search", "blueprints/moderation")
    texts: dict[Path, str] = {p: p.read_text() for f in folders for p in (ROOT / f).rglob("*.*") if p.suffix != ".pyc"}
    lines = [f"{path.name}: {line}" for path, text in texts.items() for line in text.splitlines()]
    assert [line for line in lines if NAMING_A_ROOM.search(line)] == []
