"""The library's pages: what is asked for stands in the address, and what is found is told with reasons."""

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from blueprints.stories.library.library_words import kanji_number
from community.companies import competitors
from community.stories import queries
from community.stories.approval import withdrawals
from community.stories.library import placements
from community.stories.library.placements import PlacementKind
from models.accounts import Member
from models.base import db, today, transaction
from models.competitors import Competition
from models.stories import ConsentUse, StoryFilter, StoryPlacement, StoryTag, TagKind
from tests.cast import Cast
from tests.stories.telling import add_figure, publish, write_story

SignedIn = Callable[[Member], FlaskClient]
LIBRARY = "/stories/library"


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True)


@pytest.mark.one_database
def test_a_hit_stands_with_its_reason_and_consents(cast: Cast, signed_in: SignedIn) -> None:
    story = write_story(cast.a, cast.owner, "回覧板をやめた。")
    publish(story, cast.cs, {ConsentUse.WEBINAR: None})
    said = text_of(signed_in(cast.cs), f"{LIBRARY}?theme={quote('稟議を減らしたい')}")
    assert "回覧板をやめた。" in said
    assert "「稟議」に近い言葉：「回覧」（タイトル）" in said
    assert "ウェビナーと資料" in said
    assert "社名は出せません" in said


@pytest.mark.one_database
def test_as_many_stories_are_counted_as_can_be_read_with_a_reason(cast: Cast, signed_in: SignedIn) -> None:
    for title, lead in (("回覧板をやめた。", ""), ("鍵の話。", "紙は減らない。"), ("窓口の話。", "")):
        publish(write_story(cast.a, cast.owner, title, lead=lead), cast.cs)
    client = signed_in(cast.cs)
    page = BeautifulSoup(client.get(f"{LIBRARY}?theme={quote('紙の申請')}").text, "html.parser")
    assert [each.get_text(strip=True) for each in page.select(".library-hit h2")] == ["回覧板をやめた。"]
    assert all(each.select(".reason") for each in page.select(".library-hit"))
    assert "全3本のうち 1本" in page.select(".library-count")[0].get_text(" ", strip=True)
    assert ["テーマに合う言葉がない", "2本"] in [list(each.stripped_strings) for each in page.select(".left-out li")]
    assert "鍵の話。" in text_of(client, LIBRARY)  # nothing to explain where nothing was asked for


@pytest.mark.one_database
def test_a_theme_in_english_is_told_that_themes_are_read_in_japanese(cast: Cast, signed_in: SignedIn) -> None:
    said = "テーマは日本語で読みます。"
    client = signed_in(cast.cs)
    assert said in text_of(client, f"{LIBRARY}?theme=paperless+inspection")
    assert said not in text_of(client, f"{LIBRARY}?theme={quote('紙の点検')}")


@pytest.mark.one_database
def test_a_cover_is_the_one_that_readers_see(cast: Cast, signed_in: SignedIn) -> None:
    counted, told = write_story(cast.a, cast.owner, "数えた話。"), write_story(cast.a, cast.owner, "言葉の話。")
    add_figure(counted)
    for story in (counted, told):
        publish(story, cast.cs)
    page = BeautifulSoup(signed_in(cast.cs).get(LIBRARY).text, "html.parser")
    covers = {each.get_text(strip=True): each for each in page.select(".library-hit .cover")}
    assert {title: "cover-outlined" in each["class"] for title, each in covers.items()} == {
        "数えた話。": False,
        "言葉の話。": True,
    }
    assert all(each.select("pattern") for each in covers.values())


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("asked", "is_open"), [("", False), ("size=50", False), ("pending=1", True), ("band=good", True)]
)
def test_rarer_conditions_are_open_where_one_is_set(
    cast: Cast, signed_in: SignedIn, asked: str, *, is_open: bool
) -> None:
    page = BeautifulSoup(signed_in(cast.cs).get(f"{LIBRARY}?{asked}").text, "html.parser")
    more = page.select_one("details.more-filters")
    assert more is not None
    assert more.has_attr("open") == is_open
    assert more.select("select[name=band]")


@pytest.mark.parametrize(("days", "state"), [(90, "soon"), (91, "ok")])
def test_a_use_ends_soon_in_the_library_and_at_the_desk_on_the_same_day(
    cast: Cast, signed_in: SignedIn, days: int, state: str
) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs, {ConsentUse.WEBINAR: today() + timedelta(days=days)})
    client = signed_in(cast.cs)
    for address in (LIBRARY, f"/stories/{story.id}/placements", f"/stories/{story.id}/consents"):
        page = BeautifulSoup(client.get(address).text, "html.parser")
        chips = page.select(".consent:is(.consent-ok, .consent-soon)")
        assert [chip["class"] for chip in chips] == [["consent", f"consent-{state}"]]


def test_what_it_was_used_in_is_called_the_same_for_staff_and_for_its_company(cast: Cast, signed_in: SignedIn) -> None:
    with transaction():
        story = write_story(cast.a, cast.owner)
        publish(story, cast.cs)
        placements.record_placement(story, PlacementKind.INTRODUCTION, today(), "", by=cast.cs)
    for member, page in ((cast.cs, "placements"), (cast.owner, "consents")):
        rows = BeautifulSoup(signed_in(member).get(f"/stories/{story.id}/{page}").text, "html.parser").select(
            ".rows li"
        )
        assert ["会社どうしの紹介" in row.text for row in rows] == [True]


@pytest.mark.one_database
def test_what_is_planned_stands_by_itself_and_says_when_it_may_not_be_any_more(cast: Cast, signed_in: SignedIn) -> None:
    with transaction():
        story = write_story(cast.a, cast.owner)
        publish(story, cast.cs)
        for days in (0, 9):
            on = today() + timedelta(days=days)
            placements.record_placement(story, PlacementKind.WEBINAR, on, "", by=cast.cs)
    client, called_off = signed_in(cast.cs), "許諾がなくなったため、この日には使えません。"
    pages = [f"/stories/{story.id}/placements", f"/stories/{story.id}/consents"]
    said = text_of(client, pages[0])
    assert said.index("これから使う予定のもの 1回") < said.index("これまでに使ったもの 1回")
    assert "に使う予定があります" in text_of(client, LIBRARY)
    assert not any(called_off in text_of(client, page) for page in pages)
    with transaction():
        withdrawals.withdraw_uses(queries.load_with_people(story.id), {ConsentUse.WEBINAR}, cast.owner)
    assert [text_of(client, page).count(called_off) for page in pages] == [1, 1]
    assert "に使う予定があります" not in text_of(client, LIBRARY)


def test_the_last_day_of_a_use_can_be_read_one_way_only(cast: Cast, signed_in: SignedIn) -> None:
    publish(write_story(cast.a, cast.owner), cast.cs, {ConsentUse.WEBINAR: date(2028, 1, 4)})
    client = signed_in(cast.cs)
    assert "2028/01/04" in text_of(client, LIBRARY)
    with transaction():
        cast.cs.locale = "en"
    said = text_of(client, LIBRARY)
    assert "Jan 4, 2028" in said
    assert "1/4/28" not in said


@pytest.mark.one_database
def test_in_english_tags_and_units_are_english(cast: Cast, signed_in: SignedIn) -> None:
    with transaction():
        cast.cs.locale = "en"
        db.session.add(StoryTag(kind=TagKind.PROBLEM, slug="paper", name="紙の申請", name_en="Paper forms"))
        story = write_story(cast.a, cast.owner)
        add_figure(story, baseline=6, result=4, unit="時間/日")
        publish(story, cast.cs)
    read = BeautifulSoup(signed_in(cast.cs).get(LIBRARY).text, "html.parser")
    assert "Paper forms" in [each.text for each in read.select("select[name=problem] option")]
    assert read.select(".figure-line b")[0].get_text(" ", strip=True) == "6→4 hours/day"


@pytest.mark.one_database
def test_a_reading_can_be_removed(cast: Cast, signed_in: SignedIn) -> None:
    publish(write_story(cast.a, cast.owner, "回覧板をやめた。"), cast.cs)
    theme = f"{LIBRARY}?theme={quote('稟議の製造業')}"
    client = signed_in(cast.cs)
    page = BeautifulSoup(client.get(theme).text, "html.parser")
    links = {link["aria-label"]: str(link["href"]) for link in page.select(".reading a")}
    assert list(links) == ["「製造業」を外す", "「申請・承認」を外す"]
    without = BeautifulSoup(client.get(links["「製造業」を外す"]).text, "html.parser")
    assert [link["aria-label"] for link in without.select(".reading a")] == ["「申請・承認」を外す"]


@pytest.mark.one_database
def test_where_nothing_fits_the_nearest_condition_is_offered(cast: Cast, signed_in: SignedIn) -> None:
    publish(write_story(cast.a, cast.owner), cast.cs)
    client = signed_in(cast.cs)
    page = BeautifulSoup(client.get(f"{LIBRARY}?region={quote('九州・沖縄')}").text, "html.parser")
    assert "地域がちがうため外した事例が、1本あります。この条件を外すと見つかります。" in page.get_text()
    way_out = page.find("a", string="この条件を外す")
    assert way_out is not None
    assert "紙の点検表をやめた。" in text_of(client, str(way_out["href"]))


HOSTILE = (
    "theme=%00&not=%00&on=0001-01-01&use=x&pick=x&pick=-1&page=x",
    "pick=" + "9" * 40,
    "page=99999&figure=zz&band=zz&used=zz&size=zz&region=zz",
    "on=9999-99-99&theme=" + "%F0%9F%8D%A3" * 300,
    "on=２０２７年４月１日",
    "trade=" + "あ" * 500,
    "not=" * 100,
    "theme=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
)


def test_no_address_breaks_it(cast: Cast, signed_in: SignedIn) -> None:
    """On both databases: PostgreSQL alone refuses NUL and numbers that are too large."""
    publish(write_story(cast.a, cast.owner), cast.cs)
    client = signed_in(cast.cs)
    for query in HOSTILE:
        answer = client.get(f"{LIBRARY}?{query}")
        assert answer.status_code == 200, query
        assert "<script>alert" not in answer.text, query


def test_competing_companies_are_not_picked_together(cast: Cast, signed_in: SignedIn) -> None:
    one, other = write_story(cast.a, cast.owner, "甲の話"), write_story(cast.b, cast.stranger, "乙の話")
    publish(one, cast.cs)
    publish(other, cast.cs)
    competitors.note_competition(cast.a, cast.b, today(), by=cast.cs)
    db.session.flush()
    client = signed_in(cast.cs)
    refused = f"候補の{cast.a.name}と競合するため、いっしょには選べません"
    assert refused in text_of(client, f"{LIBRARY}?pick={one.id}")
    both = text_of(client, f"{LIBRARY}?pick={one.id}&pick={other.id}")
    assert f"{cast.b.name}は{cast.a.name}と競合するため、候補に入れられません。" in both
    assert "候補 1本" in both


def test_no_company_is_recorded_that_nobody_chose(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.cs)
    address = f"/companies/{cast.a.id}/competitors"
    page = BeautifulSoup(client.get(address).text, "html.parser")
    first = page.select_one("#competitor option")
    assert first is not None
    assert (first["value"], first.get_text()) == ("0", "選んでください")
    answer = client.post(address, data={"competitor": "0", "from_day": today().isoformat()})
    assert (answer.status_code, db.session.query(Competition).count()) == (422, 0)
    assert "会社を選んでください。" in answer.text


def test_filters_are_saved_and_opened(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.cs)
    typed = {"name": "秋の会", "query": "theme=紙&region=近畿&evil=1&pick=3"}
    answer = client.post(f"{LIBRARY}/filters", data=typed)
    assert answer.status_code == 302
    saved = db.session.query(StoryFilter).one()
    assert (saved.owner_id, "evil" in saved.query, "pick" in saved.query) == (cast.cs.id, False, False)
    page = BeautifulSoup(client.get(LIBRARY).text, "html.parser")
    opened = page.find("a", string="秋の会")
    assert opened is not None
    again = BeautifulSoup(client.get(str(opened["href"])).text, "html.parser")
    assert [field["value"] for field in again.select("#theme")] == ["紙"]
    assert [each["value"] for each in again.select("select[name=region] option[selected]")] == ["近畿"]
    assert client.post(f"{LIBRARY}/filters", data={**typed, "query": ""}).status_code == 422
    assert client.post(f"{LIBRARY}/filters/{saved.id}/delete").status_code == 302
    assert db.session.query(StoryFilter).count() == 0


def test_a_use_is_recorded_and_beyond_consent_refused(cast: Cast, signed_in: SignedIn) -> None:
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs, {ConsentUse.WEBINAR: today(), ConsentUse.MEMBERS: None})
    client, path = signed_in(cast.cs), f"/stories/{story.id}/placements"
    good = {"placement_kind": "webinar", "used_on": today().isoformat(), "note": "秋の会"}
    refused = client.post(path, data={**good, "placement_kind": "mail"})
    assert refused.status_code == 422
    assert "この日の「商談での紹介」には許諾がないため、使えません。" in refused.text
    assert [client.post(path, data=good).status_code for _ in range(2)] == [302, 302]
    assert db.session.query(StoryPlacement).count() == 1
    assert "きょう使いました" in text_of(client, f"{LIBRARY}?use=any")


def test_no_customer_sees_who_competes(cast: Cast, signed_in: SignedIn) -> None:
    client, path = signed_in(cast.cs), f"/companies/{cast.a.id}/competitors"
    answer = client.post(path, data={"competitor": str(cast.b.id), "from_day": today().isoformat()})
    assert answer.status_code == 302
    assert cast.b.name in text_of(client, path)
    row = db.session.query(Competition).one()
    for somebody in (cast.owner, cast.company_admin, cast.stranger, cast.moderator, cast.partner, cast.prospect):
        theirs = signed_in(somebody)
        assert [theirs.get(each).status_code for each in (path, LIBRARY)] == [403, 403]
    assert "競合" not in text_of(signed_in(cast.company_admin), "/company")
    ended = client.post(f"{path}/{row.id}/end", data={"until_day": today().isoformat()})
    assert ended.status_code == 302
    assert db.session.query(Competition).count() == 0


@pytest.mark.parametrize(
    ("number", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100"), (0, "〇")]
)
def test_ranks_are_written_in_kanji(number: int, written: str) -> None:
    assert kanji_number(number) == written
