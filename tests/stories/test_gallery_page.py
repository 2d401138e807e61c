"""The gallery: what each reader finds in it, and what they can choose."""

import gzip
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from flask.testing import FlaskClient

from community.public import Remembered
from community.stories import queries
from models.base import db, now, transaction
from models.stories import ConsentUse, StoryTag, StoryTagging, TagKind
from tests.cast import Cast
from tests.forums.conftest import counting_queries
from tests.stories.reading import FOR_MEMBERS, TITLE, SignIn, page, tell, withdraw, words_of
from tests.stories.telling import add_figure, publish, write_story

pytestmark = pytest.mark.one_database  # what is read from it is tested with permits and the index


def titles(client: FlaskClient, path: str = "/stories") -> set[str]:
    """Of the stories that the gallery shows, the one at its head too."""
    read = page(client, path)
    return {each.text.strip() for each in read.select(".story-card .name, .gallery-lead h2")}


def test_each_finds_what_they_may_read(client: FlaskClient, signed_in: SignIn, cast: Cast) -> None:
    tell(cast, title="みんなの話。")
    tell(cast, *FOR_MEMBERS, title="会員の話。")
    tell(cast, ConsentUse.WEBINAR, title="ウェビナーだけの話。")
    write_story(cast.a, cast.owner, "下書きの話。")
    for reader in (client, signed_in(cast.prospect)):
        assert titles(reader) == {"みんなの話。"}
    for reader in map(signed_in, (cast.third, cast.owner, cast.cs)):
        assert titles(reader) == {"みんなの話。", "会員の話。"}


def test_who_may_tell_a_story_finds_where_to_begin(client: FlaskClient, signed_in: SignIn, cast: Cast) -> None:
    for reader, may in ((client, False), (signed_in(cast.prospect), False), (signed_in(cast.third), True)):
        assert bool(page(reader, "/stories").select("main a[href='/stories/new']")) is may


def test_a_company_without_consent_to_its_name_stands_with_trade_and_size(client: FlaskClient, cast: Cast) -> None:
    tell(cast, ConsentUse.PUBLIC_WEB, title="一つめ。")
    tell(cast, title="二つめ。")
    tell(cast, ConsentUse.PUBLIC_WEB, title="三つめ。")
    read = page(client, "/stories")
    assert words_of(read, ".gallery-lead .by").startswith("製造業・300〜999名")
    assert [words_of(each, ".teller") for each in read.select(".story-card")] == [cast.a.name, "製造業・300〜999名"]


def test_an_empty_gallery_says_so(client: FlaskClient) -> None:
    assert "あてはまる事例は、まだありません" in words_of(page(client, "/stories"), ".empty")


def tag(story_id: int, slug: str, kind: TagKind = TagKind.PROBLEM) -> None:
    found = db.session.query(StoryTag).filter_by(slug=slug).one_or_none() or StoryTag(kind=kind, slug=slug, name=slug)
    db.session.add(found)
    db.session.flush()
    db.session.add(StoryTagging(story_id=story_id, tag_id=found.id))
    db.session.flush()


@pytest.fixture
def tagged(cast: Cast) -> None:
    with transaction():
        for title, account, author, problem in (
            ("紙の話。", cast.a, cast.owner, "paper"),
            ("点呼の話。", cast.c, cast.third, "rollcall"),
            ("注文の話。", cast.b, cast.stranger, "paper"),
        ):
            story = write_story(account, author, title)
            tag(story.id, problem)
            tag(story.id, "forms", TagKind.FEATURE)
            publish(story, cast.cs)


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("problem=paper", {"紙の話。", "注文の話。"}),
        ("problem=forms", {"紙の話。", "注文の話。", "点呼の話。"}),  # a feature is no problem
        ("feature=forms", {"紙の話。", "注文の話。", "点呼の話。"}),
        ("problem=rollcall&feature=forms", {"点呼の話。"}),
        ("grade=A", set()),
        ("prefecture=13", set()),
    ],
)
def test_what_is_chosen_is_shown(client: FlaskClient, asked: str, shown: set[str]) -> None:
    assert titles(client, f"/stories?{asked}") == shown


@pytest.mark.usefixtures("tagged")
def test_the_nearest_stands_at_the_head_with_its_reason(client: FlaskClient) -> None:
    read = page(client, "/stories?trade=運輸業&size=4")
    assert words_of(read, ".gallery-lead h2") == "点呼の話。"
    assert words_of(read, ".gallery-lead .reason") == "同じ運輸業で、規模も近い会社です"
    assert words_of(page(client, "/stories?trade=製造業"), ".gallery-lead .reason") == "同じ製造業の会社です"
    assert words_of(page(client, "/stories"), ".gallery-lead .reason") == "いちばん新しい事例です"


@pytest.mark.usefixtures("tagged")
def test_who_is_signed_in_begins_with_what_is_near_to_their_company(
    client: FlaskClient, signed_in: SignIn, cast: Cast
) -> None:
    def begins(reader: FlaskClient, path: str = "/stories") -> tuple[str, list[str], bool]:
        read = page(reader, path)
        chosen = [str(each["value"]) for each in read.select(".gallery-near option[selected]") if each["value"]]
        return words_of(read, ".gallery-lead h2"), chosen, "アカウントはいりません" in read.text

    cast.prospect_account.industry = "製造業"
    db.session.commit()
    customer = signed_in(cast.third)
    assert begins(customer) == ("点呼の話。", ["運輸業", "4"], False)
    assert begins(customer, "/stories?trade=&size=") == ("注文の話。", [], False)
    assert begins(customer, "/stories?trade=製造業")[1] == ["製造業"]
    assert begins(signed_in(cast.prospect))[2] is False
    assert begins(signed_in(cast.cs))[1:] == ([], False)
    assert begins(client) == ("注文の話。", [], True)
    # Who took the choice back has it taken back on the other forms and links, too.
    read = page(customer, "/stories?trade=&size=")
    assert [each["value"] for each in read.select(".toolbar input[type=hidden]")] == ["", ""]
    assert read.select_one(".gallery-index a[href='/stories?trade=&size=&problem=paper']") is not None
    assert page(customer, "/stories").select_one("a.link[href='/stories?trade=&size=']") is not None


@pytest.mark.usefixtures("tagged")
def test_problems_are_listed_with_their_counts(client: FlaskClient) -> None:
    links = page(client, "/stories").select(".gallery-index a")
    assert [(words_of(each, "span"), each["href"]) for each in links] == [
        ("paper 2", "/stories?problem=paper"),
        ("rollcall 1", "/stories?problem=rollcall"),
    ]


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize("asked", [
    "trade=%00&size=-1", "size=99999999999999999999", "problem=<script>", "prefecture=９９", "grade=Z", "page=-4",
    "page=" + "9" * 30, "stale=yes", "trade=" + "あ" * 400, "problem=paper&problem=rollcall", "size=²",
])  # fmt: skip
def test_what_nobody_can_choose_is_no_choice(client: FlaskClient, asked: str) -> None:
    assert client.get(f"/stories?{asked}").status_code == 200


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize("trade", ["このサイトは閉鎖しました。https://evil.example へ", "漁業", "製造業者"])
def test_no_text_of_an_address_becomes_a_heading(client: FlaskClient, trade: str) -> None:
    read = page(client, f"/stories?{urlencode({'trade': trade})}")
    assert trade not in read.text
    assert "新しい順" in words_of(read, ".section-head h2")


@pytest.mark.usefixtures("tagged")
def test_the_choice_is_kept_nowhere(client: FlaskClient) -> None:
    answer = client.get("/stories?trade=製造業")
    assert "Set-Cookie" not in answer.headers


def test_old_figures_are_left_out_unless_they_are_asked_for(client: FlaskClient, cast: Cast) -> None:
    with transaction():
        old = write_story(cast.a, cast.owner, "むかしの話。")
        add_figure(old, as_of=now().date() - timedelta(days=900))
        publish(old, cast.cs)
    tell(cast)
    assert titles(client) == {TITLE}
    assert "数字が古くなった事例1本は、並べていません。" in page(client, "/stories").text
    assert titles(client, "/stories?stale=1") == {TITLE, "むかしの話。"}


def test_numbers_agree(client: FlaskClient, cast: Cast) -> None:
    with transaction():
        old = write_story(cast.a, cast.owner, "むかしの話。")
        add_figure(old, as_of=now().date() - timedelta(days=900))
        publish(old, cast.cs)
    for number in range(15):
        tell(cast, title=f"話{number}")
    first, second = page(client, "/stories"), page(client, "/stories?page=2")
    assert "16本あります" in words_of(first, ".gallery-head .about")
    assert "1本は、並べていません" in words_of(first, ".gallery-rest")
    assert words_of(first, ".section-head .sub") == "15本のうち2〜13本目"
    assert words_of(second, ".section-head .sub") == "15本のうち14〜15本目"
    assert words_of(page(client, "/stories?grade=B"), ".section-head .sub") == "15本のうち1〜12本目"
    assert (len(first.select(".gallery-lead")), len(first.select(".story-card"))) == (1, 12)
    assert {words_of(each, ".name") for each in second.select(".story-card")} == {"話0", "話1"}
    assert [link["href"] for link in first.select(".pagination a[rel=next]")] == ["/stories?page=2"]


def test_a_withdrawal_takes_it_out_at_once(client: FlaskClient, signed_in: SignIn, cast: Cast) -> None:
    story = tell(cast)
    member = signed_in(cast.third)
    assert titles(client) == titles(member) == {TITLE}
    withdraw(story, ConsentUse.PUBLIC_WEB, cast.owner)
    assert (titles(client), titles(member)) == (set(), {TITLE})
    withdraw(story, ConsentUse.MEMBERS, cast.owner)
    assert titles(member) == set()


def test_the_names_go_with_their_consent(client: FlaskClient, cast: Cast) -> None:
    story = tell(cast)
    assert cast.a.name in client.get("/stories").text
    withdraw(story, ConsentUse.LOGO, cast.owner)
    body = client.get("/stories", headers={"Accept-Encoding": "gzip"})
    text = gzip.decompress(body.data) if body.headers.get("Content-Encoding") else body.data
    assert cast.a.name not in text.decode()


def test_it_is_what_a_fresh_page_would_be_after_every_change(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, other = tell(cast), tell(cast, title="もう一つ。")
    changes = [
        lambda: withdraw(story, ConsentUse.LOGO, cast.owner),
        lambda: setattr(other, "hidden_at", now()),
        lambda: setattr(other, "hidden_at", None),
        lambda: setattr(other, "withdrawn_at", now()),
        lambda: setattr(cast.a, "name", "別の名前株式会社"),  # a version keeps the name that was consented to
        lambda: withdraw(story, ConsentUse.QUOTE, cast.owner),
        lambda: tag(story.id, "paper"),
        lambda: withdraw(story, ConsentUse.PUBLIC_WEB, cast.owner),
    ]
    for change in changes:
        client.get("/stories")
        change()
        with transaction():
            db.session.flush()
        kept = client.get("/stories").text
        for name in ("page_cache", "story_cards"):
            client.application.extensions.pop(name)
        with monkeypatch.context() as patch:
            patch.setattr(Remembered, "get", lambda *given: given[3]())
            assert client.get("/stories").text == kept


def test_nothing_is_parsed_again_while_nothing_changes(
    signed_in: SignIn, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(cast)
    member = signed_in(cast.third)
    member.get("/stories")
    monkeypatch.setattr(queries, "list_permits", lambda *_args, **_values: pytest.fail("parsed again"))
    with counting_queries() as statements:
        assert titles(member) == {TITLE}
    assert len(statements) <= 4


def test_the_next_day_asks_anew(signed_in: SignIn, cast: Cast) -> None:
    tell(cast, days=0)
    assert titles(signed_in(cast.third)) == {TITLE}
    with time_machine.travel(now() + timedelta(days=1)):
        assert titles(signed_in(cast.third)) == set()
