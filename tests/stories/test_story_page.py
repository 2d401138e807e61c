"""The page of a story: what each reader sees of it, what machines read, and what stands there when it is not public."""

import gzip
import json
import re
from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from community.stories import queries, rules
from community.stories.publishing import publication
from community.stories.versions.content import QUESTIONS
from models.base import db, now, transaction
from models.stories import ConsentUse, StoryCoauthor, StoryTag, StoryTagging, TagKind
from tests.cast import Cast
from tests.forums.conftest import counting_queries
from tests.stories.reading import FOR_MEMBERS, TITLE, SignIn, page, tell, withdraw, words_of
from tests.stories.telling import add_figure, join, publish, write_story

HTML_BYTES = 20_000
pytestmark = pytest.mark.one_database  # what is read from it is tested with permits and the index


def test_everybody_reads_what_is_for_everybody(client: FlaskClient, signed_in: SignIn, cast: Cast) -> None:
    story = tell(cast)
    readers = [client, *map(signed_in, (cast.prospect, cast.third, cast.cs, cast.owner, cast.suspended))]
    for reader in readers:
        read = page(reader, f"/stories/{story.id}")
        assert words_of(read, "h1") == TITLE
        assert words_of(read, ".story-by b") == f"{cast.owner.display_name}さん"
        assert cast.a.name in words_of(read, ".story-by")
        assert words_of(read, ".story-quote p") == "紙は、探すものでした。"
        assert "総務課 榎本" in words_of(read, ".claim .source")


def test_what_is_for_members_is_not_public(client: FlaskClient, signed_in: SignIn, cast: Cast) -> None:
    story = tell(cast, *FOR_MEMBERS)
    for reader in map(signed_in, (cast.third, cast.partner, cast.cs, cast.colleague)):
        assert words_of(page(reader, f"/stories/{story.id}"), "h1") == TITLE
    for reader in (client, signed_in(cast.prospect)):
        read = page(reader, f"/stories/{story.id}", 404)
        assert words_of(read, "h1") == "この事例は、いまは公開されていません"
        assert TITLE not in read.text


def test_a_story_that_is_not_public_looks_like_one_that_is_not_there(client: FlaskClient, cast: Cast) -> None:
    story = tell(cast, *FOR_MEMBERS)
    numbers = (f"stories/{story.id}", "stories/987654")
    there, missing = (client.get(f"/{number}").text.replace(number, "") for number in numbers)
    assert there == missing


def test_who_works_on_a_story_is_led_to_its_desk_and_nobody_else(
    client: FlaskClient, signed_in: SignIn, cast: Cast
) -> None:
    story = tell(cast)
    with transaction():
        db.session.add(StoryCoauthor(story_id=story.id, member_id=cast.colleague.id, added_by_id=cast.owner.id))
        # Who left the company is of another one, wherever their name stands.
        db.session.add(StoryCoauthor(story_id=story.id, member_id=cast.third.id, added_by_id=cast.owner.id))
    people = (cast.owner, cast.colleague, cast.cs, cast.third, cast.partner, cast.prospect)
    here, to_desk = f"/stories/{story.id}", f'a[href="/stories/{story.id}/desk"]'
    led = [len(page(reader, here).select(to_desk)) for reader in (*map(signed_in, people), client)]
    assert led == [1, 1, 1, 0, 0, 0, 0]
    db.session.expire_all()
    anew = queries.load_with_people(story.id)
    assert [queries.is_author(person, story.id) for person in people] == [
        rules.is_author(person, anew) for person in people
    ]


def test_without_consent_to_names_nobody_is_named(signed_in: SignIn, cast: Cast) -> None:
    story = tell(cast, ConsentUse.MEMBERS)
    read = page(signed_in(cast.third), f"/stories/{story.id}")
    assert words_of(read, ".story-by") == "「製造業・300〜999名」の方"
    for word in (cast.a.name, cast.owner.family_name, "榎本", "紙は、探すものでした。"):
        assert word not in read.text
    assert not read.select(".story-quote")


def test_figures_are_drawn_with_their_source_and_grade(client: FlaskClient, cast: Cast) -> None:
    story = tell(cast)
    read = page(client, f"/stories/{story.id}")
    assert words_of(read, ".claim .change") == "89 ％ 減"
    assert [bar["width"] for bar in read.select(".claim rect")] == ["100", "11"]
    assert "1,840" in words_of(read, ".claim dl")
    assert "出典：伝票を数えた、前後6か月の平均。確認：総務課 榎本" in words_of(read, ".claim")
    assert words_of(read, ".claim .grade b") == "B"
    assert not read.select(".stale")
    with time_machine.travel(now() + timedelta(days=600)):
        assert "古くなった数字です" in words_of(page(client, f"/stories/{story.id}"), ".stale")


def test_machines_read_only_what_everybody_may(client: FlaskClient, signed_in: SignIn, cast: Cast) -> None:
    story = tell(cast)
    read = page(client, f"/stories/{story.id}")
    data = json.loads(read.select('script[type="application/ld+json"]')[0].text)
    assert (data["@type"], data["headline"], data["author"][0]["name"]) == ("Article", TITLE, cast.a.name)
    assert [tag["content"] for tag in read.select('[property="og:title"]')] == [TITLE]
    inside = tell(cast, *FOR_MEMBERS)
    read = page(signed_in(cast.third), f"/stories/{inside.id}")
    assert not read.select('script[type="application/ld+json"], [property^="og:"], [rel=canonical]')
    assert read.select("meta[name=robots][content=noindex]")


def test_data_for_machines_names_nobody_without_consent(client: FlaskClient, cast: Cast) -> None:
    story = tell(cast, ConsentUse.PUBLIC_WEB)
    data = json.loads(page(client, f"/stories/{story.id}").select('script[type="application/ld+json"]')[0].text)
    assert "author" not in data
    assert cast.a.name not in json.dumps(data, ensure_ascii=False)


def test_a_title_cannot_end_the_script(client: FlaskClient, cast: Cast) -> None:
    title = "</script><script>alert(1)</script>\"'&"
    story = tell(cast, title=title)
    read = page(client, f"/stories/{story.id}")
    assert json.loads(read.select('script[type="application/ld+json"]')[0].text)["headline"] == title
    assert words_of(read, "h1") == title


@pytest.mark.parametrize("how", ["withdrawn use", "withdrawn story", "hidden", "ended"])
def test_it_is_gone_for_guests_at_once(client: FlaskClient, cast: Cast, how: str) -> None:
    story = tell(cast, days=3)
    address = f"/stories/{story.id}"
    shown = [client.get(path) for path in (address, "/stories", "/")]
    assert all(TITLE in answer.text for answer in shown)
    if how == "withdrawn use":
        withdraw(story, ConsentUse.PUBLIC_WEB, cast.owner)
    elif how != "ended":
        with transaction():
            if how == "hidden":
                story.hidden_at = now()
            else:
                story.withdrawn_at = now()
            publication.follow_change(story)
    with time_machine.travel(now() + timedelta(days=4 if how == "ended" else 0)):
        for path, before in zip((address, "/stories", "/"), shown, strict=True):
            answer = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
            assert answer.status_code == (404 if path == address else 200)
            assert TITLE not in answer.text


def test_the_last_day_is_shown_whole_and_no_minute_more(client: FlaskClient, cast: Cast) -> None:
    zone = client.application.config["COMMUNITY_ZONE"]
    story = tell(cast, days=0)
    midnight = now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    for at, status in ((midnight - timedelta(seconds=1), 200), (midnight, 404)):
        with time_machine.travel(at, tick=False):
            assert client.get(f"/stories/{story.id}").status_code == status


def test_compressed_answers_hold_no_more(client: FlaskClient, cast: Cast) -> None:
    story = tell(cast)
    withdraw(story, ConsentUse.LOGO, cast.owner)
    answer = client.get(f"/stories/{story.id}", headers={"Accept-Encoding": "gzip"})
    body = gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data
    assert TITLE in body.decode()
    assert cast.a.name not in body.decode()


def test_stories_of_companies_like_this_one_have_a_reason(client: FlaskClient, cast: Cast) -> None:
    story, _like = tell(cast), tell(cast, title="伝票もやめた。")
    with transaction():
        other = write_story(cast.c, cast.third, "点呼の話。")
        publish(other, cast.cs)
    near = page(client, f"/stories/{story.id}").select(".story-near .story-card")
    assert [words_of(each, ".name") for each in near] == ["伝票もやめた。"]
    assert words_of(near[0], ".reason") == "同じ製造業で、規模も近い会社です"
    assert page(client, f"/stories/{other.id}").select(".story-near") == []


def test_no_named_story_stands_near_one_without_names(client: FlaskClient, cast: Cast) -> None:
    unnamed = tell(cast, ConsentUse.PUBLIC_WEB, title="名前のない話。")
    named = tell(cast, title="名前のある話。")
    tell(cast, ConsentUse.PUBLIC_WEB, title="名前のない二つめ。")
    tell(cast, title="名前のある二つめ。")
    reads = [page(client, f"/stories/{story.id}") for story in (unnamed, named)]
    shown = [[words_of(each, ".name") for each in read.select(".story-near .story-card")] for read in reads]
    assert shown == [["名前のない二つめ。"], ["名前のある二つめ。"]]
    assert cast.a.name not in reads[0].text


def test_what_was_published_before_and_after_is_linked_as_far_as_it_is_read(
    client: FlaskClient, signed_in: SignIn, cast: Cast
) -> None:
    first, second, third = tell(cast, title="一"), tell(cast, *FOR_MEMBERS, title="二"), tell(cast, title="三")

    def neighbours(reader: FlaskClient, story_id: int) -> list[str]:
        return [str(link["href"]) for link in page(reader, f"/stories/{story_id}").select(".story-turn a")]

    assert neighbours(client, third.id) == [f"/stories/{first.id}"]
    assert neighbours(signed_in(cast.third), third.id) == [f"/stories/{second.id}"]
    assert neighbours(signed_in(cast.third), second.id) == [f"/stories/{third.id}", f"/stories/{first.id}"]


def test_who_works_on_a_story_that_is_not_shown_is_sent_to_its_desk(signed_in: SignIn, cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    assert signed_in(cast.owner).get(f"/stories/{story.id}").location == f"/stories/{story.id}/desk"
    assert signed_in(cast.third).get(f"/stories/{story.id}").status_code == 404
    assert signed_in(cast.cs).get(f"/stories/{story.id}").status_code == 404  # a draft that nobody has shown them


def test_a_topic_about_a_story_never_tells_whether_it_is_shown(
    signed_in: SignIn, client: FlaskClient, cast: Cast, public_category: int
) -> None:
    story = tell(cast, *FOR_MEMBERS)
    asking = signed_in(cast.stranger)
    sent = {"category": public_category, "title": "数え方を教えてください", "body": "どうやって数えましたか。"}
    asked = asking.post(f"/forums/topics/new?origin_kind=story&origin_id={story.id}", data=sent)
    topic = asked.location

    def links(reader: FlaskClient) -> list[str]:
        found = (str(link["href"]) for link in page(reader, topic).select("a[href]"))
        return [href for href in found if re.match(r"/stories/\d", href)]

    readers = (client, asking, signed_in(cast.cs))
    assert [links(reader) for reader in readers] == [[f"/stories/{story.id}"]] * 3
    with transaction():
        story.withdrawn_at = now()
        publication.follow_change(story)
    client.application.extensions.pop("page_cache")
    assert [links(reader) for reader in readers] == [[f"/stories/{story.id}"]] * 3


@pytest.mark.parametrize(("at", "day"), [("2026-12-14T23:00Z", "12月15日公開"), ("2026-12-15T15:00Z", "12月16日公開")])
def test_the_day_of_publication_is_that_of_the_community(client: FlaskClient, cast: Cast, at: str, day: str) -> None:
    with time_machine.travel(datetime.fromisoformat(at)):
        story = tell(cast)
        assert day in words_of(page(client, f"/stories/{story.id}"), ".meta")


def test_it_costs_the_same_however_many_stories_there_are(signed_in: SignIn, cast: Cast) -> None:
    story, costs = tell(cast), []
    reader = signed_in(cast.third)
    for _ in range(2):
        reader.get(f"/stories/{story.id}")
        with counting_queries() as statements:
            reader.get(f"/stories/{story.id}")
        costs.append(len(statements))
        for number in range(5):
            tell(cast, title=f"もう一つ{number}")
    assert costs[0] == costs[1]
    assert costs[0] <= 9


def test_it_costs_the_same_whatever_the_story_holds_and_weighs_little(signed_in: SignIn, cast: Cast) -> None:
    small, reader, costs = tell(cast), signed_in(cast.third), []
    with transaction():
        full = write_story(
            cast.a, cast.owner, "なにもかもある事例。", **dict.fromkeys(map(str, QUESTIONS), "長い話。" * 400)
        )
        join(full, cast.colleague)
        for number in range(6):
            add_figure(full, f"数字{number}", confirmed_by="総務課 榎本")
            tag = StoryTag(kind=TagKind.PROBLEM, slug=f"problem-{number}", name=f"困りごと{number}")
            db.session.add(tag)
            db.session.flush()
            db.session.add(StoryTagging(story_id=full.id, tag_id=tag.id))
        publish(full, cast.cs)
        publication.follow_change(full)
    for story in (small, full):
        reader.get(f"/stories/{story.id}")
        with counting_queries() as statements:
            answer = reader.get(f"/stories/{story.id}")
        costs.append(len(statements))
    assert costs[0] == costs[1]
    # Beside the style sheets and scripts, which tests/test_static.py weighs; pictures come as one scrolls to them.
    assert len(gzip.compress(answer.data)) < HTML_BYTES


def test_tags_are_named_as_was_consented_to_and_found_by_their_names_of_today(client: FlaskClient, cast: Cast) -> None:
    with transaction():
        tag = StoryTag(kind=TagKind.PROBLEM, slug="paper", name="紙の申請", name_en="Paper forms")
        db.session.add(tag)
        db.session.flush()
        story = write_story(cast.a, cast.owner)
        db.session.add(StoryTagging(story_id=story.id, tag_id=tag.id))
        db.session.flush()
        publish(story, cast.cs)
    assert "紙の申請" in words_of(page(client, f"/stories/{story.id}"), ".tag")
    with transaction():
        tag.name = "紙と判子"
    assert words_of(page(client, f"/stories/{story.id}"), ".tag") == "紙の申請"
    assert "紙と判子" in words_of(page(client, "/stories"), "main")
    client.set_cookie("locale", "en")
    assert "Paper forms" in words_of(page(client, f"/stories/{story.id}"), ".tag")


def test_a_trade_of_two_words_is_one_fact_on_the_cover(client: FlaskClient, cast: Cast) -> None:
    cast.a.industry = "医療・福祉"
    story = tell(cast)
    assert words_of(page(client, f"/stories/{story.id}"), ".cover .note").split("　")[0] == "医療・福祉"


def test_a_figures_day_is_written_as_days_are(client: FlaskClient, cast: Cast) -> None:
    story = tell(cast)
    assert re.search(r"\d年\d+月\d+日時点", words_of(page(client, f"/stories/{story.id}"), ".claim"))
