"""The page of the log: for administrators, filtered, in pages, in words."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup, Tag
from flask import Flask, current_app
from flask.testing import FlaskClient
from flask_babel import lazy_gettext as _l

from community import audit
from community.accounts.companies import CompanyCard
from community.accounts.contact_vendor import Matter
from community.accounts.memberships import MembershipPeriod
from community.audit import labels, texts
from community.audit.queries import PAGE_LENGTH
from community.config import ROOT
from community.forums import actions as forums
from community.forums import categories
from community.room import AuditWords, Room, Rooms, Thing, ThingKind, current_rooms, set_rooms
from community.rooms import ROOMS
from models.audit import AuditEntry
from models.base import db, now, transaction
from tests.cast import Cast
from tests.forums.conftest import make_forum, open_topic
from tests.signing_in import client_of


@pytest.fixture
def administrator(app: Flask, cast: Cast) -> FlaskClient:
    return client_of(app, cast.administrator)


def record(actor_id: int | None, action: str, cast: Cast, *, days_ago: int = 0, reason: str = "") -> None:
    with transaction():
        about = {"before": {"staff_role": None}, "after": {"staff_role": "cs"}}
        entry = audit.record(actor_id, action, "member", cast.owner.id, reason=reason, **about)
        entry.at = now() - timedelta(days=days_ago)


def list_rows(client: FlaskClient, **asked: object) -> list[Tag]:
    page = BeautifulSoup(client.get("/staff/audit/", query_string=asked).text, "html.parser")
    return page.select(".log [data-row]")


def rows(client: FlaskClient, **asked: object) -> list[tuple[str, str]]:
    """The sentence of each row, and the reason that stands behind it."""
    found: list[tuple[str, str]] = []
    for row in list_rows(client, **asked):
        reason = row.select_one("p > .quiet")
        why = reason.extract().get_text(" ", strip=True) if reason else ""
        found.append((row.select("p")[0].get_text().strip(), why))
    return found


def facts(client: FlaskClient, entry: AuditEntry) -> dict[str, str]:
    """What the page of an entry says, by the heads of its lines; 前 and 後 with their values in one line."""
    page = BeautifulSoup(client.get(f"/staff/audit/{entry.id}").text, "html.parser")
    found: dict[str, str] = {}
    for line in page.select(".table-facts tr"):
        head, cell = line.select_one("th"), line.select_one("td")
        assert head is not None
        assert cell is not None
        found[head.get_text()] = "、".join(p.get_text(strip=True) for p in cell.select("p")) or cell.get_text(
            strip=True
        )
    return found


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())))


def test_who_what_when_and_why(administrator: FlaskClient, cast: Cast) -> None:
    record(cast.administrator.id, "member.grant_role", cast, reason="<b>4月から</b>")
    record(None, "member.of_a_later_room", cast)
    assert rows(administrator) == [
        ("管理コマンド：member.of_a_later_room（青木 陽子さん）", ""),
        ("神田 修さんが青木 陽子さんの役割を「なし」から「カスタマーサクセス」に変えました", "<b>4月から</b>"),
    ]
    later, first = entries()
    shown = facts(administrator, later)
    assert (shown["だれが"], shown["対象"]) == ("管理コマンド", "青木 陽子")
    assert facts(administrator, first) == {
        "だれが": "神田 修", "対象": "青木 陽子", "前": "役割：なし", "後": "役割：カスタマーサクセス",
        "理由": "<b>4月から</b>",
    }  # fmt: skip


def test_days_stand_between_the_rows_and_times_before_them(administrator: FlaskClient, cast: Cast) -> None:
    zone = current_app.config["COMMUNITY_ZONE"]
    at = [datetime.fromisoformat(day) for day in ("2026-10-03T14:05", "2026-10-03T09:00", "2025-12-31T23:59")]
    with transaction():
        for instant in (at[0], at[2], at[1]):  # as an example's entries are, which are written for days past
            audit.record(cast.cs.id, "member.suspend", "member", cast.owner.id).at = instant.replace(tzinfo=zone)
    with time_machine.travel(datetime(2026, 11, 30, 12, tzinfo=zone)):
        page = BeautifulSoup(administrator.get("/staff/audit/").text, "html.parser")
    assert [head.get_text() for head in page.select(".log h2")] == ["10月3日（土）", "2025年12月31日（水）"]
    assert [[t.get_text() for t in of_day.select("time")] for of_day in page.select(".log ol")] == [
        ["14:05", "9:00"], ["23:59"],
    ]  # fmt: skip


def test_sentences_say_who_did_what_to_whom(administrator: FlaskClient, cast: Cast) -> None:
    before, after = (
        {"stays": [{"account_id": account.id, "from_day": "2026-04-01", "until_day": None, "is_company_admin": False}]}
        for account in (cast.a, cast.b)
    )
    left = {"stays": [{**before["stays"][0], "until_day": "2026-10-01"}]}
    about: tuple[str, int] = ("member", cast.owner.id)
    by = cast.cs.id
    acts: list[tuple[int, str, str, int, dict[str, Any], dict[str, Any], str]] = [
        (
            by, "member.move", *about, before, after,
            f"{{who}}が青木 陽子さんの会社を{cast.a.name}から{cast.b.name}へ変えました",
        ),
        (by, "member.move", *about, before, left, f"{{who}}が青木 陽子さんを{cast.a.name}から外しました"),
        (cast.owner.id, "member.turn_on_second_factor", *about, {}, {}, "青木 陽子さんが自分の2段階認証をはじめました"),
        (
            by, "account.change", "account", cast.a.id, {"industry": "製造業", "licences": None},
            {"industry": "金属加工業", "licences": 1200},
            f"{{who}}が{cast.a.name}の登録を変えました（業種：製造業→金属加工業、ライセンス数：なし→1,200）",
        ),
        (
            by, "account.open_phase", "account", cast.a.id, {},
            {"segment": "high", "stage": "adoption", "from_day": f"{now():%Y}-04-01"},
            f"{{who}}が{cast.a.name}を4月1日からハイタッチ・定着期にしました",
        ),
        (
            by, "invitation.send", "invitation", 5, {}, {"account_id": cast.a.id},
            f"{{who}}が{cast.a.name}に1人を招待しました",
        ),
        (by, "invitation.withdraw", "invitation", 5, {}, {}, "{who}が招待を取り消しました"),
        (
            by, "member.set_company_admin", *about, {}, {"account_id": cast.a.id, "is_company_admin": True},
            f"{{who}}が青木 陽子さんを{cast.a.name}の管理者にしました",
        ),
    ]  # fmt: skip
    with transaction():
        for actor, action, kind, number, old, new, _sentence in acts:
            audit.record(actor, action, kind, number, before=old, after=new)
    who = f"{cast.cs.display_name}さん"
    assert [sentence for sentence, _ in reversed(rows(administrator))] == [
        sentence.replace("{who}", who) for *_act, sentence in acts
    ]
    assert [row.get_text() for row in list_rows(administrator) if CODE.search(row.get_text())] == []


def test_filters(administrator: FlaskClient, cast: Cast) -> None:
    record(cast.administrator.id, "member.suspend", cast, days_ago=10, reason="ten days ago")
    record(cast.cs.id, "member.grant_role", cast, days_ago=3, reason="three days ago")

    def reasons(**asked: object) -> list[str]:
        return [reason for _, reason in rows(administrator, **asked)]

    week_ago = (now() - timedelta(days=7)).date().isoformat()
    assert reasons() == ["three days ago", "ten days ago"]
    assert reasons(action="member.suspend") == ["ten days ago"]
    assert reasons(actor=cast.cs.id) == ["three days ago"]
    assert reasons(since=week_ago) == ["three days ago"]
    assert reasons(until=week_ago) == ["ten days ago"]
    assert reasons(action="member.suspend", since=week_ago) == []


CODE = re.compile(r"[a-z]+_[a-z_]+|\b(True|False|None|spam|high|adoption|members|cs|customer)\b")


def test_values_are_said_in_words_of_the_language(administrator: FlaskClient, cast: Cast) -> None:
    stay = {"account_id": cast.a.id, "from_day": "2026-04-01", "until_day": None, "is_company_admin": False}
    category = {
        "slug": "", "parent_id": None, "readers": "members", "posters": "staff", "segments": "high,mid", "stages": "",
        "account_id": cast.b.id,
    }  # fmt: skip
    after: list[tuple[str, str, dict[str, object]]] = [
        ("member.set_company_admin", "member", {"account_id": cast.a.id, "is_company_admin": False}),
        ("member.move", "member", {"stays": [stay]}),
        ("member.suspend", "member", {"suspended_until": "2026-04-01T00:00:00+09:00"}),
        ("forums.edit_category", "category", category),
        ("account.open_phase", "account", {"segment": "high", "stage": "adoption", "from_day": "2026-04-01"}),
        (
            "account.change",
            "account",
            {"csm_id": cast.cs.id, "parent_id": cast.b.id, "prefecture": 13, "licences": 1200},
        ),
        ("moderation.remove", "post", {"reason": "spam"}),
        ("member.end_sign_in", "member", {"ended": 1}),
    ]
    with transaction():
        recorded = [audit.record(cast.cs.id, action, kind, 1, after=values) for action, kind, values in after]
    said = {labels.entry_label(entry): facts(administrator, entry)["後"] for entry in recorded}
    assert said == {
        "会社の管理者から外した": f"会社：{cast.a.name}、会社の管理者：いいえ",
        "所属を変えた": f"所属：（会社：{cast.a.name}、この日から：2026/04/01、この日の前日まで：なし、"
        "会社の管理者：いいえ）",
        "利用を止めた": "この時刻まで利用を止める：2026/04/01 0:00:00",
        "カテゴリを変えた": "URLに使う名前：なし、上にあるもの：なし、読める人：会員（お客さまとパートナー）、"
        f"書き込める人：運営だけ、セグメント：ハイタッチ、ミッドタッチ、フェーズ：なし、会社：{cast.b.name}",
        "会社の区分を決めた": "セグメント：ハイタッチ、フェーズ：定着期、この日から：2026/04/01",
        "会社の登録を変えた": f"担当のカスタマーサクセス：{cast.cs.display_name}、上にあるもの：{cast.b.name}、"
        "都道府県：東京都、ライセンス数：1,200",
        "取り下げた": "取り下げた理由の種類：宣伝・迷惑な投稿",
        "ほかの端末でサインアウトした": "終わらせたサインインの数：1",
    }
    for entry in recorded:
        shown = BeautifulSoup(administrator.get(f"/staff/audit/{entry.id}").text, "html.parser").select_one("main")
        assert shown is not None
        assert CODE.search(shown.get_text(" ")) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("20261001", "20261001"),
        ("2026-W40", "2026-W40"),
        ("0001-01-01T00:00+14:00", "0001-01-01T00:00+14:00"),
        ("9999-12-31T23:59-12:00", "9999-12-31T23:59-12:00"),
        ("2020-02-29", "2020年2月29日"),
        ("2020-02-30", "2020-02-30"),
    ],
)
def test_texts_that_look_like_times_are_said_as_they_are(
    administrator: FlaskClient, cast: Cast, typed: str, said: str
) -> None:
    with transaction():
        audit.record(cast.cs.id, "account.change", "account", cast.a.id, before={"plan": "前"}, after={"plan": typed})
    assert said in rows(administrator)[0][0]


def test_what_was_acted_on_has_a_name_and_a_link(administrator: FlaskClient, cast: Cast) -> None:
    topic = open_topic(make_forum(cast).members, cast.owner, "集計が合いません")
    with transaction():
        post = forums.post_reply(topic, cast.third, "返事です")
        about = [("post", post.id), ("topic", topic.id), ("category", topic.category_id)]
        for kind, number in about:
            audit.record(cast.cs.id, "moderation.remove", kind, number)
        erased = audit.record(cast.cs.id, "moderation.remove", "invitation", 5)
        db.session.flush()
        audit.record(cast.cs.id, "audit.erase_text", "audit_entry", erased.id)
    cells = [
        BeautifulSoup(administrator.get(f"/staff/audit/{entry.id}").text, "html.parser").select("tbody td")[1]
        for entry in entries()
    ]
    of_entries, of_list = (
        [(text.get_text(strip=True), text.a and administrator.get(str(text.a["href"])).status_code) for text in texts_]
        for texts_ in (cells, [row.select("p")[0] for row in list_rows(administrator)])
    )
    assert of_entries == [
        (f"操作の記録 {erased.id}", 200), ("招待 5", None), ("members", 200), ("集計が合いません", 200),
        ("「集計が合いません」の投稿", 302),
    ]  # fmt: skip
    assert [status for _, status in of_list] == [200, None, 200, 200, 302]
    assert [sentence.partition("が")[2].partition("を取り下げ")[0] for sentence, _ in of_list[1:]] == [
        "招待", "「members」", "「集計が合いません」", "「集計が合いません」の投稿",
    ]  # fmt: skip


RECORDED = re.compile(r"\brecord\(\s*[^,]+,\s*\"([a-z_.]+)\",\s*\"([a-z_]+)\"")


def test_every_act_that_is_recorded_and_every_value_has_words(app: Flask) -> None:
    """The source is read: an act that is new in it shows here."""
    source = "\n".join(path.read_text() for path in (ROOT / "community").rglob("*.py"))
    found = RECORDED.findall(source)
    assert len(found) > 30
    rooms: Rooms = app.extensions["rooms"]
    of_rooms = rooms.audit_words
    assert {action for action, _ in found} - labels.ACTIONS.keys() - of_rooms.actions.keys() == set()
    named = labels.SUBJECTS.keys() | of_rooms.subjects.keys() | rooms.thing_kinds.keys()
    assert {kind for _, kind in found} - named == set()
    cards = {*CompanyCard.__annotations__, *categories.FIELDS, *MembershipPeriod.__annotations__}
    assert (cards | of_rooms.words.keys()) - labels.NAMES.keys() - of_rooms.names.keys() == set()
    assert set(Matter) == of_rooms.words["matter"].keys()


def test_every_act_has_a_sentence_whose_values_have_names(app: Flask) -> None:
    rooms: Rooms = app.extensions["rooms"]
    words = rooms.audit_words
    plain = {key for key in words.sentences if isinstance(key, str)} | labels.SENTENCES.keys()
    exact = {key for key in words.sentences if not isinstance(key, str)}
    told = words.actions.keys() | labels.ACTIONS.keys()
    assert told - plain - words.own_sentences.keys() == set()
    assert {key for key in words.actions_by_value if key[1] == "is_company_admin"} - exact == set()
    known = {"who", "whom", "changes"} | labels.NAMES.keys() | words.names.keys()
    for said in (*words.sentences.values(), *words.own_sentences.values(), *labels.SENTENCES.values()):
        named = {name.removeprefix("old_") for name in re.findall(r"%\((\w+)\)s", str(said))}
        assert named - known == set()
        assert "<" not in str(said)


def test_a_made_up_room_has_words_names_and_links(
    app: Flask, administrator: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind: ThingKind[int, None] = ThingKind(
        name="note",
        label=_l("メモ"),
        icon="message",
        load=lambda ids: {id_: id_ for id_ in ids if id_ < 10},
        describe=lambda id_: Thing("note", id_, f"メモの題{id_}", f"/notes/{id_}"),
        viewer=lambda _: None,
        viewers=lambda _: {},
        can_see=lambda *_: False,
    )
    words = AuditWords(
        actions={"notes.pin": _l("メモを留めた")},
        actions_by_value={("notes.pin", "pinned", False): _l("メモを外した")},
        sentences={
            "notes.pin": _l("%(who)sが%(whom)sを赤く留めました（%(colour)s）"),
            ("notes.pin", "pinned", False): _l("%(who)sが%(whom)sを外しました"),
        },
        names={"pinned": _l("留めたか"), "colour": _l("色"), "copied_from": _l("もと")},
        words={"colour": {"red": _l("赤")}, "kind": {"long": _l("長文")}},
        things={"copied_from": "note"},
    )
    monkeypatch.setitem(app.extensions, "rooms", current_rooms())
    set_rooms(app, (*ROOMS, Room("notes", things=(kind,), audit_words=words)))
    after = {"pinned": False, "colour": "red", "kind": "long", "copied_from": 4}
    with transaction():
        first = audit.record(cast.cs.id, "notes.pin", "note", 3, after=after)
        assert first.after == after
        typed = audit.record(cast.cs.id, "notes.pin", "note", 12, after={"colour": "青木", "kind": "customer"})
        assert typed.after == {"colour": texts.APART, "kind": "customer"}
    who = f"{cast.cs.display_name}さん"
    assert rows(administrator) == [
        (f"{who}がメモを赤く留めました（青木）", ""),
        (f"{who}が「メモの題3」を外しました", ""),
    ]
    older, newest = facts(administrator, first), facts(administrator, typed)
    assert [older[head] for head in ("対象", "前", "後")] == [
        "メモの題3", "—", "留めたか：いいえ、色：赤、種類：長文、もと：メモの題4"
    ]  # fmt: skip
    link = list_rows(administrator)[1].select_one("p a")
    assert link is not None
    assert link["href"] == "/notes/3"
    assert [newest[head] for head in ("対象", "前", "後")] == ["メモ 12", "—", "色：青木、種類：契約企業"]


def test_somebody_who_has_left_has_a_number_and_no_link(administrator: FlaskClient, cast: Cast) -> None:
    with transaction():
        audit.record(cast.cs.id, "member.suspend", "member", cast.third.id)
        cast.third.erased_at = now()
    (entry,) = entries()
    assert facts(administrator, entry)["対象"] == f"メンバー {cast.third.id}"
    (row,) = list_rows(administrator)
    assert (row.select("p")[0].get_text().partition("の利用")[0], row.select("p a")) == (
        f"{cast.cs.display_name}さんが退会した人", [],
    )  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [
        {"actor": "x"}, {"actor": "²"}, {"actor": "9" * 40}, {"since": "2026-13-01"}, {"until": "9999-12-31"},
        {"page": "-1"}, {"page": "9" * 30}, {"action": "\x00"}, {"page": "2"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_not_asked(administrator: FlaskClient, cast: Cast, asked: dict[str, str]) -> None:
    record(cast.cs.id, "member.suspend", cast)
    assert administrator.get("/staff/audit/", query_string=asked).status_code == 200


def test_pages(administrator: FlaskClient, cast: Cast) -> None:
    with transaction():
        for number in range(PAGE_LENGTH + 2):
            audit.record(cast.cs.id, "member.suspend", "member", cast.owner.id, reason=str(number))
    assert [reason for _, reason in rows(administrator)][:2] == [str(PAGE_LENGTH + 1), str(PAGE_LENGTH)]
    assert [reason for _, reason in rows(administrator, page=2)] == ["1", "0"]
    beyond = administrator.get("/staff/audit/?page=999").text
    assert "このページはありません。" in beyond
    assert 'href="/staff/audit/?page=2"' in beyond


def test_nobody_else_reads_it(app: Flask, cast: Cast) -> None:
    codes = {name: client_of(app, member).get("/staff/audit/").status_code for name, member in cast.people().items()}
    assert {name for name, code in codes.items() if code == 200} == {"administrator"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0
