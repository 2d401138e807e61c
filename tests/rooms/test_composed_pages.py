"""A room that nobody has heard of joins the pages that are composed of several rooms, and leaves them again."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l
from jinja2 import ChoiceLoader, DictLoader

from blueprints.room import Pages, RoomPages
from blueprints.room_parts import (
    CompanySection,
    DataExport,
    ExportSummary,
    HomeCard,
    HomeRole,
    NavGroup,
    NavItem,
    PreparedAct,
    ProfileSection,
    WelcomeAct,
)
from blueprints.search_parts import NextStep
from community.accounts import rules
from community.config import ROOT
from community.joining import welcomes
from community.room import Room, Rooms
from models.accounts import Account, Member
from models.base import transaction
from models.ledger import SignalKind
from tests.cast import Cast
from tests.signing_in import client_of

DONE: list[tuple[int, int]] = []
TEMPLATES = {
    "notes/card.html": "<p>カード {{ card.words }}</p>",
    "notes/section.html": "<p>区画 {{ section.words }}</p>",
    "notes/offer.html": '<form method="post" action="{{ url_for("home.do_welcome_act", name="note", thing_id=7) }}">'
    "{{ offer.words }}</form>",
}


def _of_person(viewer: Member, person: Member) -> dict[str, object] | None:
    return {"words": f"{viewer.handle}→{person.handle}"} if person.handle != "third" else None


def _of_company(viewer: Member, account: Account) -> dict[str, object] | None:
    return {"words": f"{viewer.handle}→{account.name}"}


def _prepare(member: Member, thing_id: int) -> PreparedAct:
    return PreparedAct(lambda: DONE.append((member.id, thing_id)), "メモを残しました。", "/notifications")


def make_room() -> RoomPages:
    """The blueprint is registered nowhere: an application that has answered takes no new one."""
    return RoomPages(
        name="notes",
        blueprint=Blueprint("notes", __name__),
        navigation=(
            NavItem(NavGroup.MAIN, 5, _l("メモ帳"), "search.find", "file"),
            NavItem(NavGroup.OWN, 15, _l("わたしのメモ"), "notifications.list_notifications", "file", rules.is_member),
            NavItem(
                NavGroup.STAFF,
                15,
                _l("メモの整理"),
                "search.list_misses",
                "file",
                rules.is_staff,
                frozenset({"notifications.list_notifications"}),
            ),
            NavItem(NavGroup.ACT, 5, _l("メモする"), "search.find", "plus", rules.is_administrator),
        ),
        home_cards=(
            HomeCard((HomeRole.GUEST,), 5, "notes/card.html", lambda _member: {"words": "客に"}),
            HomeCard((HomeRole.MEMBER,), 15, "notes/card.html", lambda _member: {"words": "会員に"}),
            HomeCard((HomeRole.STAFF,), 15, "notes/card.html", lambda _member: {"words": "運営に"}),
            HomeCard(tuple(HomeRole), 99, "notes/nowhere.html", lambda _member: None),
        ),
        pulse=lambda: "メモ3枚",
        welcome_acts=(WelcomeAct("note", 1, "notes/offer.html", lambda _member: {"words": "ひとことメモ"}, _prepare),),
        profile_sections=(ProfileSection(5, "notes/section.html", _of_person),),
        company_sections=(CompanySection(5, "notes/section.html", _of_company),),
        export=DataExport(
            lambda member: iter([("notes.txt", member.handle.encode())]),
            lambda _member: ExportSummary(["メモ 3枚"], ["古いメモは入りません。"]),
            ("notes.txt",),
        ),
        before_first_notification=lambda: NextStep("/search", "メモをさがす", "メモに返事がついたときに届きます。"),
        number_params=frozenset({"sheet"}),
    )


@pytest.fixture
def notes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    pages: Pages = app.extensions["room_pages"]
    more = Pages((*pages.rooms, make_room()), pages.house_navigation)
    monkeypatch.setitem(app.extensions, "room_pages", more)
    loader = app.jinja_env.loader
    assert loader is not None
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([DictLoader(TEMPLATES), loader]))
    yield
    DONE.clear()


def bar(page: str, begins: str, ends: str) -> str:
    return page.partition(begins)[2].partition(ends)[0]


@pytest.mark.one_database
@pytest.mark.usefixtures("notes")
def test_its_items_stand_where_it_says_for_those_it_says(app: Flask, cast: Cast) -> None:
    pages = {who: client_of(app, getattr(cast, who)).get("/").text for who in ("owner", "prospect", "administrator")}
    for page in pages.values():
        rooms = bar(page, '<nav class="rooms"', "</nav>")
        assert rooms.index("ホーム") < rooms.index("メモ帳") < rooms.index("質問・相談")
    assert ["わたしのメモ" in page for page in pages.values()] == [True, False, True]
    assert ["メモの整理" in page for page in pages.values()] == [False, False, True]
    deck = bar(pages["administrator"], '<nav class="deck"', "</nav>")
    assert deck.index("契約企業") < deck.index("メモの整理") < deck.index("会社一覧")
    # One button: the first that the person may press.
    assert ["メモする</a>" in page for page in pages.values()] == [False, False, True]
    assert ["質問する</a>" in page for page in pages.values()] == [True, False, False]


@pytest.mark.one_database
@pytest.mark.usefixtures("notes")
def test_an_item_is_current_on_the_pages_behind_it(app: Flask, cast: Cast) -> None:
    page = client_of(app, cast.administrator).get("/notifications").text
    deck = bar(page, '<nav class="deck"', "</nav>")
    current = bar(deck, 'aria-current="page">', "</a>")
    assert current == "メモの整理"


@pytest.mark.one_database
@pytest.mark.usefixtures("notes")
def test_its_cards_are_for_their_roles_and_in_their_order(app: Flask, cast: Cast) -> None:
    words = {"客に": None, "会員に": cast.owner, "運営に": cast.cs}
    for mine, member in words.items():
        page = client_of(app, member).get("/").text
        assert [word for word in words if f"カード {word}" in page] == [mine]
        assert "・メモ3枚" in page
        if member is not None:
            assert page.index("力になれそうな質問") < page.index("カード") < page.index("解決したばかり")


@pytest.mark.one_database
@pytest.mark.usefixtures("notes")
def test_its_sections_are_on_the_pages_of_people_and_companies(app: Flask, cast: Cast) -> None:
    owner = client_of(app, cast.owner)
    assert "区画 owner→stranger" in owner.get("/people/stranger").text
    assert "区画" not in owner.get("/people/third").text
    assert f"区画 company_admin→{cast.a.name}" in client_of(app, cast.company_admin).get("/company").text


@pytest.mark.usefixtures("notes")
def test_a_newcomer_is_offered_the_first_act_and_does_it_with_one_button(app: Flask, cast: Cast) -> None:
    with transaction():
        welcomes.begin(cast.stranger)
    stranger = client_of(app, cast.stranger)
    page = stranger.get("/welcome").text
    assert "ひとことメモ" in page
    assert 'action="/welcome/note/7"' in page
    answer = stranger.post("/welcome/note/7", follow_redirects=True)
    assert "メモを残しました。" in answer.text
    assert [(cast.stranger.id, 7)] == DONE
    assert not welcomes.is_waiting(cast.stranger)
    for path in ("/welcome/nobody/7", "/welcome/ask/7"):  # unknown, and none that a button does
        assert stranger.post(path).status_code == 404


@pytest.mark.usefixtures("notes")
def test_people_take_along_what_is_theirs_in_it(app: Flask, cast: Cast) -> None:
    owner = client_of(app, cast.owner)
    page = owner.get("/me/data").text
    assert page.index("<li>投稿 0件") < page.index("<li>メモ 3枚</li>") < page.index("<li>画像 0枚")
    assert "古いメモは入りません。" in page
    with ZipFile(BytesIO(owner.get("/me/data.zip").data)) as archive:
        assert archive.namelist() == [
            "profile.json",
            "sign-ins.json",
            "devices.json",
            "terms.json",
            "invitations.json",
            "posts.json",
            "posts.csv",
            "topics.json",
            "reactions.json",
            "drafts.json",
            "stories.json",
            "story_comments.json",
            "notes.txt",
            "pictures.csv",
        ]
        assert archive.read("notes.txt") == b"owner"
        pages: Pages = app.extensions["room_pages"]
        assert archive.namelist() == [*(name for each in pages.exports for name in each.file_names), "pictures.csv"]


@pytest.mark.one_database
def test_who_asks_for_the_headers_of_the_data_export_has_no_archive_made(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = client_of(app, cast.owner)
    got = owner.get("/me/data.zip")

    def refuse(_: Member) -> Iterator[tuple[str, bytes]]:
        pytest.fail("a file was made")

    pages: Pages = app.extensions["room_pages"]
    rooms = (replace(room, export=room.export and replace(room.export, files=refuse)) for room in pages.rooms)
    monkeypatch.setitem(app.extensions, "room_pages", Pages(tuple(rooms), pages.house_navigation))
    asked = owner.head("/me/data.zip")
    assert (asked.status_code, asked.data) == (200, b"")
    unique = {"Set-Cookie", "X-Request-Id"}
    headers = [{name: value for name, value in answer.headers if name not in unique} for answer in (got, asked)]
    assert headers[0] == headers[1]


@pytest.mark.one_database
def test_where_to_go_before_there_is_news_is_a_rooms_to_say(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say() -> str:
        found = re.search(
            r"<b>お知らせはまだありません。</b>(.*?)</div>",
            client_of(app, cast.third).get("/notifications").text,
            re.DOTALL,
        )
        assert found
        return re.sub(r">\s+<", "><", found[1].strip()).removesuffix("</div>").strip()

    forum = "質問に返信がついたとき、名前を呼ばれたとき、回答で解決したときに、ここに届きます。"
    assert say() == f'<p>{forum}</p><a class="link" href="/forums">質問・相談を見る</a>'
    pages: Pages = app.extensions["room_pages"]
    monkeypatch.setitem(app.extensions, "room_pages", Pages((make_room(),), pages.house_navigation))
    assert say() == '<p>メモに返事がついたときに届きます。</p><a class="link" href="/search">メモをさがす</a>'
    monkeypatch.setitem(app.extensions, "room_pages", Pages((), pages.house_navigation))
    assert say() == ""


@pytest.mark.one_database
def test_signs_behind_a_rooms_numbers_are_cut_off(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    pages: Pages = app.extensions["room_pages"]
    owner, asked = client_of(app, cast.owner), "/notifications?sheet=3)。"
    assert owner.get(asked).status_code == 200
    monkeypatch.setitem(app.extensions, "room_pages", Pages((*pages.rooms, make_room()), pages.house_navigation))
    assert owner.get(asked).location == "/notifications?sheet=3"


@pytest.mark.one_database
def test_a_company_reads_which_acts_of_its_rooms_are_recorded(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = "解決した回答、社内で解決した回答"
    forum = f"質問・相談、返信、{answers}、届いたリアクション、社内からのリアクション"
    recorded = f"これも記録されます：{forum}、事例の応募、事例公開、事例の引用"
    admin = client_of(app, cast.company_admin)
    assert f"{recorded}<" in admin.get("/company").text
    rooms: Rooms = app.extensions["rooms"]
    notes = Room("notes", signals=(SignalKind.STORY_QUOTED,))
    monkeypatch.setitem(app.extensions, "rooms", Rooms((*rooms.rooms, notes)))
    assert f"{recorded}、事例の引用<" in admin.get("/company").text


@pytest.mark.one_database
def test_without_rooms_the_pages_still_stand(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    pages: Pages = app.extensions["room_pages"]
    monkeypatch.setitem(app.extensions, "room_pages", Pages((), pages.house_navigation))
    with transaction():
        welcomes.begin(cast.stranger)
    get: Callable[[str], int] = lambda path: client_of(app, cast.stranger).get(path).status_code  # noqa: E731  short
    assert [get(path) for path in ("/", "/welcome", "/people/owner")] == [200, 200, 200]
    assert client_of(app, None).get("/").status_code == 200
    assert "質問・話題" not in client_of(app, cast.stranger).get("/people/owner").text


def test_what_composes_pages_names_no_room_but_by_its_description() -> None:
    places = [ROOT / "blueprints" / name for name in ("navigation.py", "room_parts.py", "conversions.py")]
    places += [*(ROOT / "blueprints" / "home").glob("*.py"), *(ROOT / "blueprints" / "accounts").glob("*.py")]
    places += [*(ROOT / "templates" / "home").glob("*.html"), *(ROOT / "templates" / "accounts").glob("*.html")]
    places += [ROOT / "templates" / "base.html", ROOT / "templates" / "_chrome.html", ROOT / "community" / "jobs.py"]
    naming = re.compile(r"\bforums?\b")
    assert [str(path.relative_to(ROOT)) for path in places if naming.search(path.read_text(encoding="utf-8"))] == []
