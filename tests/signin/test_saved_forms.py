"""What was typed when the session was lost is there again after signing in."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from blueprints import saved_forms
from blueprints.room import Pages, RoomPages
from blueprints.room_parts import SavedForms
from blueprints.signin import sign_in_page
from models.accounts import Member
from models.base import now
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.one_database

LONG = "長い文章。" * 4000
PATH = "/test-room/things/7"
KEPT: list[tuple[int, str, dict[str, str]]] = []


def join(app: Flask, monkeypatch: pytest.MonkeyPatch, *forms: SavedForms) -> None:
    """Have a room that keeps such forms join those there are."""
    pages: Pages = app.extensions["room_pages"]
    room = RoomPages("test-room", Blueprint("test_room", __name__), saved_forms=forms)
    monkeypatch.setitem(app.extensions, "room_pages", replace(pages, rooms=(*pages.rooms, room)))


@pytest.fixture(autouse=True)
def room(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def put_back(member: Member, path: str, fields: Mapping[str, str]) -> str:
        KEPT.append((member.id, path, dict(fields)))
        return "/test-room/things/7#write"

    join(app, monkeypatch, SavedForms("/test-room/", put_back, lambda: "/test-room/things"))
    yield
    KEPT.clear()


def page_for(app: Flask, fields: Mapping[str, str]) -> BeautifulSoup:
    with app.test_request_context(PATH, method="POST"):
        return BeautifulSoup(sign_in_page.ask_to_sign_in(PATH, fields), "html.parser")


def hidden(page: BeautifulSoup) -> str:
    field = page.select_one("input[name=resume]")
    assert field is not None
    return str(field.get("value", ""))


def test_a_text_comes_back_after_signing_in(app: Flask, client: FlaskClient, cast: Cast) -> None:
    typed = {"body": LONG, "title": "<b>題</b>", "csrf_token": "x", "password": "secret"}
    page = page_for(app, typed)
    assert "書いた内容は残っています" in page.text
    signed = hidden(page)
    wrong = client.post("/sign-in", data={"email": cast.owner.email, "password": "wrong-one", "resume": signed})
    assert hidden(BeautifulSoup(wrong.text, "html.parser")) == signed
    answer = client.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD, "resume": signed})
    assert answer.location == "/test-room/things/7#write"
    assert [(cast.owner.id, PATH, {"body": LONG, "title": "<b>題</b>"})] == KEPT


def test_what_is_too_long_is_said_to_be(app: Flask) -> None:
    page = page_for(app, {"body": "あ" * (saved_forms.MAX_CHARACTERS + 1)})
    assert "長すぎて引きつげません" in page.text
    assert hidden(page) == ""


def test_what_is_not_ours_is_left_aside(app: Flask, client: FlaskClient, cast: Cast) -> None:
    with app.test_request_context():
        signed = saved_forms.sign(PATH, {"body": "x"}) or ""
        assert saved_forms.unsign(signed) == (PATH, {"body": "x"})
        assert saved_forms.unsign(signed[:-1]) is None
        assert saved_forms.unsign("x" + signed) is None
        assert saved_forms.unsign("") is None
        assert saved_forms.unsign(None) is None
        elsewhere = saved_forms.sign("/elsewhere", {"body": "x"})
        assert saved_forms.unsign(elsewhere) is None
        with time_machine.travel(now() + timedelta(seconds=saved_forms.LIFE_SECONDS + 5), tick=False):
            assert saved_forms.unsign(signed) is None
    answer = client.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD, "resume": "x" + signed})
    assert answer.location == "/"
    assert KEPT == []


def test_only_rooms_that_asked_for_it_keep_texts(app: Flask) -> None:
    assert saved_forms.can_put_aside(PATH)
    assert not saved_forms.can_put_aside("/sign-in")
    with pytest.raises(LookupError):
        saved_forms.put_back(Member(id=1), "/elsewhere", {})


def test_the_most_specific_room_gets_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    specific = SavedForms("/test-room/things/", lambda _member, _path, _fields: "/more-specific", lambda: "/specific")
    join(app, monkeypatch, specific)
    assert saved_forms.put_back(Member(id=1), PATH, {}) == "/more-specific"
    assert saved_forms.list_url(PATH) == "/specific"
    assert saved_forms.list_url("/test-room/") == "/test-room/things"
    assert saved_forms.list_url("/elsewhere") == ""
