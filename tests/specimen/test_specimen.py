"""A room joins every mechanism by its own folder and one row on each floor, and leaves with them."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from blueprints import transfers
from blueprints.realtime.authorization import may_hear
from community import realtime
from community.accounts import memberships
from community.config import ROOT
from community.demo.actions import add_parts_of_rooms
from community.erasures import list_erasures
from community.joining import welcomes
from community.ledger import reassignment
from community.mailings import tasks as mailings
from community.moderation.queries import list_removals
from community.projections.tasks import process_pending
from community.realtime.channels import parse
from community.room import Key, Rooms, SampleCommunity, current_rooms
from community.search import actions as search
from community.things import can_see, find_things, label_of
from models.accounts import Member
from models.base import db, now, today, transaction
from models.forums import Topic
from models.mail import Mail
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.conftest import dispose, new_app
from tests.forms.filling import Tab
from tests.forums.conftest import make_forum, open_topic
from tests.guest_versions import changed_since, read_versions
from tests.signing_in import client_of
from tests.specimen import actions, tasks
from tests.specimen.conftest import Write
from tests.specimen.models import Note, SpecimenBase

SignIn = Callable[[Member], FlaskClient]
TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2027, 3, 3, 10, tzinfo=TOKYO)  # a Wednesday


def key_of(note: Note) -> Key:
    return "note", note.id


def read(client: FlaskClient, path: str) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return BeautifulSoup(answer.data, "html.parser")


def reload(note: Note) -> Note:
    return db.session.get_one(Note, note.id, populate_existing=True)


# --- pages, things, log


def test_its_page_and_form(signed_in: SignIn, client: FlaskClient, cast: Cast) -> None:
    owner = signed_in(cast.owner)
    assert owner.post("/notes/new", data={"title": "", "body": "本文"}).status_code == 422
    address = owner.post("/notes/new", data={"title": "朝の手順", "body": "まず**鍵**です。"}).location
    assert "<strong>鍵</strong>" in client.get(address).text
    assert client.get(f"{address}/edit").location.startswith("/sign-in")
    assert signed_in(cast.stranger).get(f"{address}/edit").status_code == 403


def test_two_tabs_edit_it(signed_in: SignIn, cast: Cast, write: Write) -> None:
    page = f"/notes/{write().id}/edit"
    first, second = (Tab(signed_in(cast.owner), page, page) for _ in range(2))
    assert first.send(title="夕方の手順").status_code == 302
    answer = second.send(title="夜の手順")
    assert answer.status_code == 409
    assert "夕方の手順" in answer.text
    assert second.send().status_code == 302


def test_it_is_a_thing(cast: Cast, write: Write) -> None:
    note = write()
    thing = find_things([key_of(note)], seen_by=None)[key_of(note)]
    assert (thing.title, thing.address, thing.author_id) == ("朝の手順", f"/notes/{note.id}", cast.owner.id)
    assert label_of("note") == "覚え書き"


def test_its_privileged_acts_are_in_the_log_in_its_words(signed_in: SignIn, cast: Cast, write: Write) -> None:
    note = write()
    assert signed_in(cast.owner).post(f"/notes/{note.id}/pin").status_code == 403
    assert signed_in(cast.community_manager).post(f"/notes/{note.id}/pin").status_code == 302
    administrator = signed_in(cast.administrator)
    assert "さんが覚え書き「朝の手順」を留めました" in read(administrator, "/staff/audit/").text
    entry = read(administrator, "/staff/audit/").select_one(".log [data-row] > a")
    assert entry is not None
    page = read(administrator, str(entry["href"])).text
    assert "覚え書きを留めた" in page
    assert "朝の手順" in page


# --- notifications from both sources, by mail and digest


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def write_mails() -> list[Mail]:
    process_pending()
    mailings.write_mails()
    return list(db.session.scalars(sa.select(Mail).where(Mail.can_wait).order_by(Mail.id)))


def test_an_act_and_a_notice_notify_by_page_mail_and_digest(
    clock: time_machine.Traveller, signed_in: SignIn, cast: Cast, write: Write
) -> None:
    note = write()
    clock.shift(timedelta(minutes=1))
    assert signed_in(cast.stranger).post(f"/notes/{note.id}/present").status_code == 302
    assert signed_in(cast.owner).post(f"/notes/{note.id}/review/cs").status_code == 302
    [mail] = write_mails()
    assert (mail.to_address, mail.kind, mail.subject) == (
        cast.owner.email,
        "note_given",
        "覚え書き「朝の手順」について",
    )
    assert f"http://localhost:8000/notes/{note.id}\n\n> まず鍵をあけます。" in mail.text

    owner = signed_in(cast.owner)
    assert "覚え書きについての話が1件" in owner.get("/").text
    name = cast.stranger.display_name
    assert f"{name}さんが覚え書きについて話しました（1）" in read(owner, "/notifications").text
    assert (
        f"{cast.owner.display_name}さんから覚え書きの確認の依頼（1）" in signed_in(cast.cs).get("/notifications").text
    )
    assert owner.post(f"/notifications/note/{note.id}/open").location == f"/notes/{note.id}"
    assert {"note_given", "note_review"} <= {str(each["name"]) for each in read(owner, "/me/mails").select("select")}

    clock.shift(timedelta(days=1))
    [digest] = [mail for mail in write_mails() if mail.kind == "digest"]
    assert digest.to_address == cast.cs.email
    assert f"■ 朝の手順\n- {cast.owner.display_name}さんから覚え書きの確認の依頼（1）" in digest.text


def test_what_is_taken_back_or_hidden_is_not_told(
    clock: time_machine.Traveller, signed_in: SignIn, cast: Cast, write: Write
) -> None:
    note = write()
    clock.shift(timedelta(minutes=1))
    with transaction():
        actions.present_note(note, cast.stranger)
        actions.ask_for_review(note, cast.cs, cast.owner)
        actions.withdraw_review(note, cast.cs)
    process_pending()
    assert "覚え書き" not in read(signed_in(cast.cs), "/notifications").select("main")[0].text
    signed_in(cast.moderator).post(f"/moderation/note/{note.id}/remove", data={"reason": "spam"})
    assert write_mails() == []
    assert "話しました" not in signed_in(cast.owner).get("/notifications").text


# --- search and moderation


def hits(client: FlaskClient, query: str = "q=手順") -> list[str]:
    return [str(link["href"]) for link in read(client, f"/search?{query}").select(".hit .row-title a")]


def test_it_is_found_as_it_is(client: FlaskClient, signed_in: SignIn, cast: Cast, write: Write) -> None:
    note = write()
    assert hits(client) == hits(client, "q=手順&kind=note") == [f"/notes/{note.id}"]
    with transaction():
        actions.edit_note(reload(note), "朝の段取り", "鍵")
    assert hits(client) == []
    assert hits(client, "q=段取り") == [f"/notes/{note.id}"]


def test_the_index_is_built_anew_with_it(client: FlaskClient, write: Write) -> None:
    note = write()
    with transaction():
        search.forget_everything()
    assert hits(client) == []
    with transaction():
        for index_after in current_rooms().searchables[-1].indexers:
            assert index_after(index_after(0) or 0) is None
    assert hits(client) == [f"/notes/{note.id}"]


def test_it_is_hidden_and_restored(client: FlaskClient, signed_in: SignIn, cast: Cast, write: Write) -> None:
    note = write()
    page, door = f"/notes/{note.id}", f"/moderation/note/{note.id}"
    moderator, owner = signed_in(cast.moderator), signed_in(cast.owner)
    assert signed_in(cast.stranger).post(f"{door}/remove", data={"reason": "spam"}).status_code == 403
    assert "この覚え書きを取り下げますか" in moderator.get(f"{door}/remove").text
    assert moderator.post(f"{door}/remove", data={"reason": "spam"}).location == page
    assert [client.get(page).status_code, owner.get(page).status_code, hits(client)] == [404, 200, []]
    assert owner.post(f"{door}/restore").status_code == 403
    assert moderator.post(f"{door}/restore").location == page
    assert [client.get(page).status_code, hits(client)] == [200, [page]]
    assert owner.post(f"{door}/take-back").location == page
    assert client.get(page).status_code == 404
    assert owner.post(f"{door}/restore").location == page
    assert client.get(page).status_code == 200


def test_what_its_author_took_back_a_moderator_can_hold(
    client: FlaskClient, signed_in: SignIn, cast: Cast, write: Write
) -> None:
    note = write()
    page, door = f"/notes/{note.id}", f"/moderation/note/{note.id}"
    moderator, owner = signed_in(cast.moderator), signed_in(cast.owner)
    assert owner.post(f"{door}/take-back").status_code == 302
    assert "この覚え書きを取り下げますか" in moderator.get(f"{door}/remove").text
    assert moderator.post(f"{door}/remove", data={"reason": "spam"}).status_code == 302
    assert owner.post(f"{door}/restore").status_code == 403
    answer = moderator.post(f"{door}/restore", follow_redirects=True)
    assert "投稿した人が取り下げているため、まだ表示していません。" in answer.text
    assert owner.post(f"{door}/restore").status_code == 302
    assert client.get(page).status_code == 200


def test_who_presses_twice_is_told_of_no_missing_right(signed_in: SignIn, cast: Cast, write: Write) -> None:
    note = write()
    page, door = f"/notes/{note.id}", f"/moderation/note/{note.id}"
    moderator, owner = signed_in(cast.moderator), signed_in(cast.owner)
    for person, act in ((owner, "take-back"), (owner, "restore")):
        assert [person.post(f"{door}/{act}").location for _ in range(2)] == [page, page]
    assert moderator.post(f"{door}/remove", data={"reason": "spam"}).location == page
    assert [moderator.post(f"{door}/restore").location for _ in range(2)] == [page, page]
    reasons = [removal.reason for removal in list_removals("note", note.id)]
    assert reasons == [RemovalReason.SPAM, RemovalReason.AUTHOR]
    assert owner.post(f"{door}/restore").status_code == 403  # the moderator did


def test_the_reason_of_a_restoration_is_as_long_as_its_form_says(signed_in: SignIn, cast: Cast, write: Write) -> None:
    door, moderator = f"/moderation/note/{write().id}", signed_in(cast.moderator)
    moderator.post(f"{door}/remove", data={"reason": "spam"})
    answer = moderator.post(f"{door}/restore", data={"note": "あ" * 1_001})
    assert answer.status_code == 400
    assert "理由は1,000文字までにしてください。" in answer.text
    assert moderator.post(f"{door}/restore", data={"note": "あ" * 1_000}).status_code == 302


# --- people: transfer, export, erasure


def test_it_follows_its_author_to_another_company(cast: Cast, write: Write) -> None:
    note = write(author=cast.stranger)
    assert note.account_id == cast.b.id
    planned = memberships.plan_transfer(cast.stranger, cast.c, today())
    with transaction():
        transfers.carry_out(planned, lambda: reassignment.carry_out(planned, by=cast.cs, reason="転職"))
    assert reload(note).account_id == cast.c.id


def test_people_take_it_along(signed_in: SignIn, cast: Cast, write: Write) -> None:
    write()
    owner = signed_in(cast.owner)
    assert "<li>覚え書き 1枚</li>" in owner.get("/me/data").text
    with ZipFile(BytesIO(owner.get("/me/data.zip").data)) as archive:
        assert json.loads(archive.read("notes.json")) == [{"title": "朝の手順", "body": "まず**鍵**をあけます。"}]


def test_every_column_that_can_name_a_person_is_listed(app: Flask) -> None:
    named = {(each.table, column) for each in list_erasures() for column in each.columns if each.table == "note"}
    columns = SpecimenBase.metadata.tables["note"].columns
    personal = {
        ("note", column.name)
        for column in columns
        if isinstance(column.type, sa.String) or any(key.column.table.name == "member" for key in column.foreign_keys)
    }
    assert named == personal


# --- guests' pages and open pages


def test_a_write_drops_the_pages_that_show_it_and_no_others(client: FlaskClient, write: Write, cast: Cast) -> None:
    note, other = write(), write("夜の手順")
    shown = {path: client.get(path).text for path in ("/notes", f"/notes/{note.id}", f"/notes/{other.id}", "/forums")}
    assert "朝の手順" in shown["/notes"]

    def dropped_by(act: Callable[[], object]) -> set[str]:
        before = read_versions()
        with transaction():
            act()
        return changed_since(before)

    note = reload(note)
    assert dropped_by(lambda: actions.edit_note(note, note.title, "本文だけ")) == {f"note:{note.id}"}
    assert "本文だけ" in client.get(f"/notes/{note.id}").text
    assert dropped_by(lambda: actions.edit_note(note, "昼の手順", note.body)) == {f"note:{note.id}", "notes"}
    assert "昼の手順" in client.get("/notes").text
    assert "昼の手順" in client.get("/").text
    assert dropped_by(lambda: setattr(note, "account_id", cast.c.id)) == set()


def test_open_pages_hear_of_it(
    signed_in: SignIn, client: FlaskClient, cast: Cast, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, pushed = write(), []
    monkeypatch.setattr(realtime, "push", lambda *said: pushed.append(said))
    page = read(client, f"/notes/{note.id}")
    slot, part = page.select("[data-live]")[0], page.select("[data-part]")[0]
    assert slot["data-live"] == f"note:{note.id}"
    with transaction():
        actions.edit_note(reload(note), "夕方の手順", "鍵をしめます。")
    assert (f"note:{note.id}", "note", {"id": note.id, "version": 2}) in pushed
    asked = {"version": 1, "parts": f"{part['id']}.{part['data-part']}"}
    answer = client.get(str(slot["data-poll-url"]), query_string=asked).get_json()
    assert answer["version"] == 2
    assert "夕方の手順" in answer["parts"]["note-text"]
    signed_in(cast.moderator).post(f"/moderation/note/{note.id}/remove", data={"reason": "spam"})
    people = (None, cast.stranger, cast.owner, cast.moderator)
    for name, heard in ((f"note:{note.id}", [False, False, True, True]), ("notes", [False, True, True, True])):
        channel = parse(name)
        assert channel is not None
        assert [may_hear(person, channel) for person in people] == heard


# --- pages that are composed of several rooms


def test_it_stands_in_the_navigation_and_on_the_first_page(
    client: FlaskClient, signed_in: SignIn, cast: Cast, write: Write
) -> None:
    write()
    for visitor in (client, signed_in(cast.owner), signed_in(cast.cs)):
        page = read(visitor, "/")
        assert "覚え書き" in page.select("nav.rooms")[0].text
        assert "新しい覚え書き" in page.text
        assert "朝の手順" in page.text
        assert "覚え書き1枚" in page.text
    current = read(client, "/notes").select("nav.rooms [aria-current=page]")
    assert [item.text.strip() for item in current] == ["覚え書き"]


def test_it_stands_on_the_pages_of_people_and_companies(signed_in: SignIn, cast: Cast, write: Write) -> None:
    write()
    assert "書いた覚え書き" in signed_in(cast.stranger).get("/people/owner").text
    assert "書いた覚え書き" not in signed_in(cast.stranger).get("/people/colleague").text
    assert "書いた覚え書き" in signed_in(cast.company_admin).get("/company").text


def test_newcomers_are_offered_it(signed_in: SignIn, cast: Cast) -> None:
    with transaction():
        welcomes.begin(cast.stranger)
    stranger = signed_in(cast.stranger)
    assert "ひとこと残す" in stranger.get("/welcome").text
    assert stranger.post("/welcome/note/0").location == "/notes"
    assert "はじめまして" in stranger.get("/notes").text


# --- sample, worker


def test_the_sample_has_it(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    day = date(2026, 11, 22)
    # Other rooms' parts need the whole sample's people.
    rooms = Rooms(tuple(room for room in current_rooms().rooms if room.name not in {"forums", "stories"}))
    monkeypatch.setitem(app.extensions, "rooms", rooms)
    with transaction():
        said = add_parts_of_rooms(SampleCommunity(day, TOKYO, {"a": cast.a}, {"owner": cast.owner}))
    assert said == ("1 note",)
    assert db.session.scalars(sa.select(Note.title)).all() == ["2026年の覚え書き"]


def test_the_worker_does_its_tasks(app: Flask, write: Write) -> None:
    celery = app.extensions["celery"]
    assert "tests.specimen.tasks" in celery.conf.imports
    assert celery.conf.beat_schedule["forget hidden notes"]["task"] == "notes.forget_hidden" == tasks.forget_hidden.name
    assert celery.conf.at_start.count("notes.forget_hidden") == 1
    old, young = write(), write()
    with transaction():
        old.hidden_at, young.hidden_at = now() - timedelta(days=400), now()
    tasks.forget_hidden()
    assert db.session.scalars(sa.select(Note.id)).all() == [young.id]


# --- by its own folder and two rows


PLACES = (".ci", "benchmarks", "blueprints", "community", "deploy", "docs", "models", "static", "templates", "tests")
PLACES += ("tools", "translations")
NOT_OURS = {"specimen", "vendor", "__pycache__"}
NAMING = re.compile(
    r"""specimen|覚え書き|["'/]notes?/|/notes\b|["']notes?[.:]|["']notes["']|note_(given|review)|NoteForm|NOTE_PAGES"""
)
# Other tests have made-up rooms with notes of their own; they would name this one by its folder.
NAMING_IN_TESTS = re.compile("specimen")
# Who may name it all the same, each with its reason.
ALLOWED = {
    "docs/architecture.md": "says what it is",
    "docs/decisions": "papers say why it is as it is",
    "docs/how-to.md": "leads to it, as to a room that joins everything",
    "docs/testing.md": "says which values its fields are sent",
    "tests/changed.py": "its tests are among those of each room that was changed",
    "tests/rooms/test_names.py": "its parts go together with those of all rooms, and not with others of their names",
}


def test_no_other_line_names_it() -> None:
    named: set[str] = set()
    for name, written in read_project():
        naming = NAMING_IN_TESTS if name.startswith("tests/") else NAMING
        if naming.search(written):
            named.add("docs/decisions" if name.startswith("docs/decisions/") else name)
    assert named - ALLOWED.keys() == set()
    assert ALLOWED.keys() - named == set(), "needs no exception any more"


def read_project() -> Iterator[tuple[str, str]]:
    """Yield the name and text of each file of the project but the specimen's own and what others wrote."""
    paths = [path for path in ROOT.iterdir() if not path.name.startswith(".") or path.name == ".env.example"]
    for place in PLACES:
        found = list((ROOT / place).rglob("*"))
        assert found, place
        paths += found
    for path in paths:
        relative = path.relative_to(ROOT)
        if path.is_file() and not NOT_OURS.intersection(relative.parts):
            with suppress(UnicodeDecodeError):  # a picture, an archive
                yield str(relative), path.read_text(encoding="utf-8")


def test_every_part_of_the_project_is_looked_at() -> None:
    names = {name for name, _ in read_project()}
    assert {"wsgi.py", "run", "pyproject.toml", "README.md", "docs/how-to.md", "tests/walks.py"} <= names
    assert {"templates/base.html", "static/js/live.js", "models/__init__.py", "blueprints/rooms.py"} <= names
    assert len(names) > 1_000


@pytest.fixture
def without(app: Flask, cast: Cast, write: Write) -> Iterator[Flask]:
    """An application without the two rows, on the same rows in the same transaction."""
    note = write()
    with transaction():
        actions.present_note(note, cast.stranger)
        actions.ask_for_review(note, cast.cs, cast.owner)
        open_topic(make_forum(cast).public, cast.owner)  # whose page offers to make a note of it
    process_pending()
    actions.pin_note(note, cast.community_manager)
    db.session.commit()
    connection, plain = db.engines[None], new_app(app.config["TSUDOI"])
    with plain.app_context():
        engines: Any = db.engines
        own, engines[None] = engines[None], connection
        yield plain
        db.session.remove()
        engines[None] = own
        dispose(plain)


def test_taken_out_it_is_gone(without: Flask, cast: Cast) -> None:
    """Its rows stay, and nothing knows of them."""
    assert {rule.endpoint for rule in without.url_map.iter_rules() if "note" in rule.endpoint} == {
        "search.note_miss",
        "health.note_alarm",
        "accounts.note_competition",
    }
    note_id = db.session.execute(sa.text("SELECT id FROM note")).scalar_one()
    for channel in (parse(f"note:{note_id}"), parse("notes")):
        assert channel is not None
        assert not may_hear(cast.administrator, channel)
    assert not can_see(cast.administrator, ("note", note_id))
    assert "notes" not in str(without.extensions["celery"].conf.beat_schedule)
    assert "note" not in {each.table for each in list_erasures()}
    assert write_mails() == []
    administrator = client_of(without, cast.administrator)
    for path in ("/notes", f"/notes/{note_id}", f"/moderation/note/{note_id}/remove"):
        assert administrator.get(path).status_code == 404


def test_without_it_every_page_answers_and_none_names_it(without: Flask, cast: Cast) -> None:
    paths = [rule.rule for rule in without.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    topic = f"/forums/topics/{db.session.scalars(sa.select(Topic.id)).one()}"
    naming = []
    for member in (None, cast.owner, cast.cs, cast.administrator):
        visitor = client_of(without, member)
        for path in (*paths, "/search?q=手順", "/people/owner", topic):
            answer = visitor.get(path)
            assert answer.status_code < 500, path
            if answer.mimetype == "text/html" and re.search("覚え書き|朝の手順|/notes", answer.text):
                naming.append((path, member))
    assert naming == []
