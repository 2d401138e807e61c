"""What was typed with a privileged act stands apart: it can be erased, and checked until then."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from blueprints.audit import wording
from community import audit
from community.accounts.contact_vendor import Matter
from community.audit import queries, texts
from community.moderation import actions as moderation
from community.room import Rooms, set_rooms
from community.rooms import ROOMS
from community.stories.library.placements import PlacementKind
from models.accounts import AccountKind, Segment, StaffRole, Stage
from models.audit import AuditEntry, AuditText
from models.base import db, transaction
from models.forums import Audience
from models.joining import TermsKind
from models.moderation import Removal, RemovalReason
from models.stories import ApprovalAnswer, ApproverRole, ConsentUse, StoryState
from tests.cast import Cast
from tests.forums.conftest import make_forum, open_topic
from tests.signing_in import client_of

TYPED = "青木さん（owner@example.jp）の依頼で"


def entry_about(cast: Cast, **values: object) -> AuditEntry:
    with transaction():
        return audit.record(cast.cs.id, "account.change", "account", cast.a.id, reason=TYPED, after=values)


@pytest.fixture
def rooms_known() -> Iterator[None]:
    """No database: the rooms alone say what is a word of ours."""
    bare = Flask("bare")
    set_rooms(bare, ROOMS)
    with bare.app_context():
        yield


@pytest.fixture
def administrator(app: Flask, cast: Cast) -> FlaskClient:
    return client_of(app, cast.administrator)


@pytest.mark.usefixtures("rooms_known")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("licences", 3), ("is_name_shown", True), ("csm_id", None), ("from_day", "2026-04-01"), ("kind", "customer"),
        ("suspended_until", datetime(2026, 4, 1, 9, tzinfo=UTC).isoformat()), ("staff_role", StaffRole.CS),
        ("segments", "high,mid"), ("sha256", "0f" * 32),
        ("stays", [{"account_id": 3, "from_day": "2026-04-01", "until_day": None, "is_company_admin": False}]),
    ],
)  # fmt: skip
def test_numbers_days_and_words_of_ours_stay_in_the_entry(name: str, value: object) -> None:
    assert texts.is_plain(name, value)


@pytest.mark.usefixtures("rooms_known")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "青木商店"), ("name", "aoki"), ("email", "owner@example.jp"), ("mail_domains", ["aoki.example"]),
        ("kind", "青木"), ("kind", "Aoki Taro"), ("stays", [{"account_id": 3, "note": "青木"}]),
        ("of_a_later_room", "aoki"), ("from_day", "2026-04-01 青木"), ("people", {"owner": 1, "name": "aoki"}),
        ("handle", "2026"),
    ],
)  # fmt: skip
def test_whatever_else_there_is_was_typed(name: str, value: object) -> None:
    assert not texts.is_plain(name, value)


@pytest.mark.usefixtures("rooms_known")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "aoki"), ("reason", "aoki_yoko"), ("matter", "aoki"), ("staff_role", "owner"), ("stage", "aoki,saeki"),
        ("segments", "high,aoki"), ("segments", ["high", "aoki"]), ("sha256", "aoki"), ("sha256", "0f" * 31),
        ("kind", "high"), ("kind", "CUSTOMER"), ("readers", "members "), ("posters", "Audience.STAFF"),
    ],
)  # fmt: skip
def test_a_name_alone_does_not_make_a_value_a_word_of_ours(name: str, value: object) -> None:
    assert not texts.is_plain(name, value)


# What has words of ours: a name, and the enumerations whose values stand under it.
OURS: dict[str, set[str]] = {
    "answer": {*ApprovalAnswer}, "approver_role": {*ApproverRole}, "kind": {*AccountKind, *TermsKind},
    "matter": {*Matter}, "placement_kind": {*PlacementKind}, "posters": {*Audience}, "readers": {*Audience},
    "reason": {*RemovalReason}, "segment": {*Segment}, "segments": {*Segment}, "staff_role": {*StaffRole},
    "stage": {*Stage}, "stages": {*Stage}, "state": {*StoryState}, "uses": {*ConsentUse},
}  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_every_word_of_ours_stays_as_it_is_stored_and_has_a_wording(app: Flask, name: str) -> None:
    assert texts.list_words(name) == OURS[name]
    for word in OURS[name]:
        assert texts.is_plain(name, json.loads(json.dumps(word)))
        assert word in wording.words_under(name)


def test_no_other_name_has_words_of_ours(app: Flask) -> None:
    rooms: Rooms = app.extensions["rooms"]
    assert {name for name in rooms.audit_words.words if texts.list_words(name)} | {"reason"} == OURS.keys()


def test_what_was_typed_stands_apart_and_its_sum_in_the_entry(cast: Cast) -> None:
    entry = entry_about(cast, name="青木商店", licences=3)
    assert entry.after == {"name": texts.APART, "licences": 3}
    row = db.session.execute(sa.text("SELECT * FROM audit_entry WHERE id = :id"), {"id": entry.id}).one()
    assert "青木" not in str(row)
    assert (entry.reason, texts.put_together(entry)[1]) == (TYPED, {"name": "青木商店", "licences": 3})
    assert queries.find_wrong_texts([entry]) == set()
    again = entry_about(cast, name="青木商店", licences=3)
    assert again.text_hash != entry.text_hash  # each has a salt of its own
    with transaction():
        bare = audit.record(cast.cs.id, "member.join", "member", cast.owner.id, after={"account_id": 1})
    assert (bare.text, bare.text_hash, bare.reason) == (None, None, "")


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_text SET reason = 'nothing'", "UPDATE audit_text SET details = '{}'", "DELETE FROM audit_text",
        "UPDATE audit_text SET salt = 'other'",
    ],
)  # fmt: skip
def test_verify_and_the_page_say_where_text_and_sum_do_not_agree(
    administrator: FlaskClient, cast: Cast, tampering: str
) -> None:
    entry = entry_about(cast, name="青木商店")
    assert list(queries.list_wrong_texts()) == []
    assert "合いません" not in administrator.get("/staff/audit/").text
    db.session.execute(sa.text(tampering))
    db.session.expire_all()
    assert list(queries.list_wrong_texts()) == [f"audit entry {entry.id}: its text is not what was typed"]
    assert "合いません" in administrator.get("/staff/audit/").text


def test_an_administrator_erases_what_was_typed_and_the_act_stays(administrator: FlaskClient, cast: Cast) -> None:
    entry = entry_about(cast, name="青木商店", licences=3)
    page = f"/staff/audit/{entry.id}"
    assert TYPED in administrator.get(page).text
    asked = BeautifulSoup(administrator.get(f"{page}/erase").text, "html.parser")
    assert "元に戻せません" in asked.get_text()
    assert [form["action"] for form in asked.select("main form[method=post]")] == [f"{page}/erase"]
    assert list(queries.list_wrong_texts()) == []
    assert TYPED in administrator.get(page).text  # to be asked is not to have said yes
    for _ in range(2):
        assert administrator.post(f"{page}/erase").location == page
    shown = BeautifulSoup(administrator.get(page).text, "html.parser").get_text(" ", strip=True)
    assert "に消去されました" in shown
    assert "名前：（消去済み） ライセンス数：3" in shown
    assert not {"青木商店", TYPED} & set(shown.split())
    text = db.session.scalars(sa.select(AuditText).where(AuditText.entry_id == entry.id)).one()
    db.session.refresh(text)
    # Without the salt nobody can guess what the sum is of.
    assert (text.salt, text.reason, text.details) == ("", "", "")
    assert list(queries.list_wrong_texts()) == []
    erased = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "audit.erase_text")).all()
    assert [(each.actor_id, each.subject_id) for each in erased] == [(cast.administrator.id, entry.id)]


def test_a_removals_note_goes_with_the_text_of_its_entry(administrator: FlaskClient, cast: Cast) -> None:
    with transaction():
        topic = open_topic(make_forum(cast).members, cast.owner)
        moderation.remove(topic, cast.moderator, RemovalReason.PERSONAL_DATA, TYPED)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "moderation.remove")).one()
    assert entry.reason == TYPED
    administrator.post(f"/staff/audit/{entry.id}/erase")
    removal = db.session.scalars(sa.select(Removal)).one()
    db.session.refresh(removal)
    assert (removal.note, removal.reason, removal.item_id) == ("", RemovalReason.PERSONAL_DATA, topic.id)


def test_a_note_goes_alone_and_those_of_other_removals_stay(administrator: FlaskClient, cast: Cast) -> None:
    """The same item removed again and again, by its author in between; with the same words, too."""
    with transaction():
        topic = open_topic(make_forum(cast).members, cast.owner)
        for reason, why, back in (
            (RemovalReason.SPAM, "同じことば", "一度め"), (RemovalReason.AUTHOR, "本人が", "本人が戻した"),
            (RemovalReason.SPAM, "同じことば", "二度め"), (RemovalReason.SPAM, "いまの理由", ""),
        ):  # fmt: skip
            moderation.remove(topic, cast.moderator, reason, why)
            if back:
                moderation.restore(topic, cast.moderator, back)
    in_order = sa.select(AuditEntry).order_by(AuditEntry.id)
    entries = {
        action: db.session.scalars(in_order.where(AuditEntry.action == action)).all()
        for action in ("moderation.remove", "moderation.restore")
    }

    def notes() -> list[tuple[str, str]]:
        kept = sa.select(Removal.note, Removal.restore_note).order_by(Removal.id)
        return [(row.note, row.restore_note) for row in db.session.execute(kept)]

    by_author = ("本人が", "")  # what an author writes with a restoration is not kept: no entry could erase it
    administrator.post(f"/staff/audit/{entries['moderation.restore'][1].id}/erase")
    assert notes() == [("同じことば", "一度め"), by_author, ("同じことば", ""), ("いまの理由", "")]
    administrator.post(f"/staff/audit/{entries['moderation.remove'][1].id}/erase")
    assert notes() == [("同じことば", "一度め"), by_author, ("", ""), ("いまの理由", "")]
    administrator.post(f"/staff/audit/{entries['moderation.remove'][2].id}/erase")
    assert notes() == [("同じことば", "一度め"), by_author, ("", ""), ("", "")]


def test_the_text_of_another_act_on_the_item_takes_no_note_along(administrator: FlaskClient, cast: Cast) -> None:
    with transaction():
        topic = open_topic(make_forum(cast).members, cast.owner)
        moderation.remove(topic, cast.moderator, RemovalReason.SPAM, TYPED)
        other = audit.record(cast.cs.id, "forums.accept_for_asker", "topic", topic.id, reason=TYPED)
    administrator.post(f"/staff/audit/{other.id}/erase")
    assert db.session.scalars(sa.select(Removal.note)).all() == [TYPED]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_text SET reason = 'nothing'", "UPDATE audit_text SET details = '{}'",
        "UPDATE audit_text SET salt = 'other'", "UPDATE audit_text SET erased_at = NULL",
    ],
)  # fmt: skip
def test_verify_and_the_page_say_of_an_erased_text_that_it_is_not_blank(
    administrator: FlaskClient, cast: Cast, tampering: str
) -> None:
    entry = entry_about(cast, name="青木商店")
    administrator.post(f"/staff/audit/{entry.id}/erase")
    assert list(queries.list_wrong_texts()) == []
    db.session.execute(sa.text(tampering))
    db.session.expire_all()
    assert list(queries.list_wrong_texts()) == [f"audit entry {entry.id}: its text is not what was typed"]
    assert "合いません" in administrator.get("/staff/audit/").text


def test_a_text_that_is_blank_without_its_erasure_on_record_is_told(administrator: FlaskClient, cast: Cast) -> None:
    entry, other = entry_about(cast), entry_about(cast)
    administrator.post(f"/staff/audit/{other.id}/erase")
    blank = "UPDATE audit_text SET salt = '', reason = '', details = '', erased_at = :at WHERE entry_id = :id"
    db.session.execute(sa.text(blank), {"at": "2026-11-29 00:00:00", "id": entry.id})
    db.session.expire_all()
    assert list(queries.list_wrong_texts()) == [f"audit entry {entry.id}: its text is not what was typed"]
    assert "合いません" in administrator.get(f"/staff/audit/{entry.id}").text
    assert "合いません" not in administrator.get(f"/staff/audit/{other.id}").text


def test_what_is_erased_or_was_never_typed_is_not_asked_about(administrator: FlaskClient, cast: Cast) -> None:
    entry = entry_about(cast)
    administrator.post(f"/staff/audit/{entry.id}/erase")
    with transaction():
        bare = audit.record(cast.cs.id, "member.join", "member", cast.owner.id)
    for each in (entry, bare):
        assert administrator.get(f"/staff/audit/{each.id}/erase").location == f"/staff/audit/{each.id}"


def test_nobody_else_erases(app: Flask, cast: Cast) -> None:
    entry = entry_about(cast)
    paths = [f"/staff/audit/{entry.id}/erase", "/staff/audit/999999/erase"]
    for member in (cast.cs, cast.community_manager, cast.owner):
        assert [client_of(app, member).post(path).status_code for path in paths] == [403, 403]
    assert client_of(app, cast.administrator).post(paths[1]).status_code == 404
    assert entry.reason == TYPED
