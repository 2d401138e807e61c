"""A room that hands kinds over joins notifications: its acts, the page, the greeting, the mail settings."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from blueprints import ALL_BLUEPRINTS
from community.app import create_app
from community.ledger import actions as ledger
from community.mailings import queries as mails
from community.notifications import actions, projector
from community.projections.checking import compare_with_rebuild
from community.room import NotificationKind, Room, Rooms
from community.rooms import ROOMS
from models.accounts import Member
from models.base import db, transaction
from models.ledger import SignalKind
from models.mail import Delivery
from tests.cast import Cast
from tests.databases import make_config
from tests.forms.filling import send_form
from tests.notifications import made_up
from tests.notifications.conftest import Ledger, everything, rebuilt

SignIn = Callable[[Member], FlaskClient]


@pytest.fixture(autouse=True)
def notes(app: Flask) -> Iterator[None]:
    with made_up.room_added():
        yield


@pytest.fixture
def quoted(acts: Ledger) -> int:
    """The owner's note, which the third watches and the stranger quotes: the act's id."""
    key = made_up.note(1, acts.cast.owner)
    with transaction():
        actions.watch(acts.cast.third.id, key)
        actions.watch(acts.cast.owner.id, key)
    with transaction():
        return ledger.record_signal(SignalKind.STORY_QUOTED, acts.cast.stranger, subject=key).id


def agrees() -> bool:
    """What `verify` finds, which leaves everything as it was."""
    try:
        return compare_with_rebuild(projector).agrees
    finally:
        db.session.rollback()


def test_the_first_kind_that_concerns_a_person_is_theirs(acts: Ledger, quoted: int) -> None:
    assert acts.notified() == {"owner": {("note_yours", quoted)}, "third": {("note_quote", quoted)}}
    assert everything() == rebuilt()


def test_without_the_room_its_acts_happen_in_silence(app: Flask, acts: Ledger, quoted: int) -> None:
    assert acts.notified()
    made_up_room, app.extensions["rooms"] = app.extensions["rooms"], type(app.extensions["rooms"])(ROOMS)
    assert rebuilt() == []
    app.extensions["rooms"] = made_up_room
    assert len(rebuilt()) == 2


def test_a_room_that_comes_later_makes_no_news_of_old_acts(app: Flask, acts: Ledger, quoted: int) -> None:
    made_up_room, app.extensions["rooms"] = app.extensions["rooms"], Rooms(ROOMS)
    assert acts.notified() == {}
    app.extensions["rooms"] = made_up_room
    assert agrees()
    assert rebuilt() == []
    with transaction():
        new = ledger.record_signal(SignalKind.STORY_QUOTED, acts.cast.stranger, subject=("note", 1)).id
    told = {"owner": {("note_yours", new)}, "third": {("note_quote", new)}}
    assert acts.notified() == told
    assert everything() == rebuilt()


def test_acts_of_the_time_without_the_room_stay_silent(app: Flask, acts: Ledger, quoted: int) -> None:
    acts.notified()
    made_up_room, app.extensions["rooms"] = app.extensions["rooms"], Rooms(ROOMS)
    assert agrees()
    with transaction():
        meanwhile = ledger.record_signal(SignalKind.STORY_QUOTED, acts.cast.stranger, subject=("note", 1))
    acts.notified()
    app.extensions["rooms"] = made_up_room
    with transaction():
        moved = ledger.record_anew(meanwhile, None, SignalKind.STORY_QUOTED)
    assert moved.id > quoted
    assert acts.notified() == {"owner": {("note_yours", quoted)}, "third": {("note_quote", quoted)}}
    assert agrees()
    assert everything() == rebuilt()


def test_what_waits_when_a_room_comes_is_news(app: Flask, acts: Ledger, quoted: int) -> None:
    made_up_room, app.extensions["rooms"] = app.extensions["rooms"], Rooms(ROOMS)
    acts.reply(acts.cast.third)
    assert acts.notified() == {}
    with transaction():
        waiting = ledger.record_signal(SignalKind.STORY_QUOTED, acts.cast.stranger, subject=("note", 1)).id
    app.extensions["rooms"] = made_up_room
    assert acts.notified() == {"owner": {("note_yours", waiting)}, "third": {("note_quote", waiting)}}


def test_the_page_and_the_greeting_speak_with_the_room_s_words(signed_in: SignIn, acts: Ledger, quoted: int) -> None:
    acts.notified()
    name = acts.cast.stranger.display_name
    item = BeautifulSoup(signed_in(acts.cast.owner).get("/notifications").data, "html.parser").select_one(".happening")
    assert item is not None
    assert f"{name}が1回読みました" in item.text
    assert "覚え書き1" in item.text
    assert "あなたの覚え書きが1件引用" in signed_in(acts.cast.owner).get("/").text
    assert "お知らせが1件" in signed_in(acts.cast.third).get("/").text, "a kind without words of its own"
    opened = signed_in(acts.cast.third).post("/notifications/note/1/open")
    assert opened.location == "/notes/1"


def test_a_thing_that_may_not_be_seen_is_left_out(signed_in: SignIn, acts: Ledger, quoted: int) -> None:
    acts.notified()
    made_up.note(1, acts.cast.owner, acts.cast.third)
    third = signed_in(acts.cast.third)
    assert "覚え書き1" not in third.get("/notifications").text
    assert third.post("/notifications/note/1/open").location == "/notifications"


def test_the_mail_settings_offer_the_room_s_kinds(signed_in: SignIn, cast: Cast) -> None:
    owner = signed_in(cast.owner)
    page = BeautifulSoup(owner.get("/me/mails").data, "html.parser")
    offered = {str(each["name"]): each.select_one("[selected]")["value"] for each in page.select("select")}  # pyright: ignore[reportOptionalSubscript]
    assert offered == {kind.name: kind.delivery for room in (*ROOMS, made_up.ROOM) for kind in room.notifications}
    fields = {**offered, "note_quote": "none"}
    assert send_form(owner, "/me/mails", fields).location == "/me/mails"
    assert mails.get_choices(cast.owner.id)["note_quote"] == Delivery.NONE


def test_a_name_that_no_column_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 16"):
        NotificationKind("a_name_that_is_too_long", made_up.NOTE.label, "", Delivery.NONE, lambda _: "", "")


@pytest.mark.parametrize("database", ["sqlite"])
def test_an_application_has_the_rooms_that_it_is_given(tmp_path: Path) -> None:
    config = make_config(tmp_path, f"sqlite:///{tmp_path}/empty.db")
    other = create_app(config, rooms=(*ROOMS, Room("empty"), made_up.ROOM), blueprints=ALL_BLUEPRINTS)
    assert list(other.extensions["rooms"].notification_kinds) == [
        kind.name for room in (*ROOMS, made_up.ROOM) for kind in room.notifications
    ]
