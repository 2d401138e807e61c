"""What else shows stories: pictures, share images, first page, profiles, company pages, questions."""

import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from flask.testing import FlaskClient
from PIL import Image

from blueprints.stories.reading import pictures
from community.accounts import rules as accounts
from community.files import actions as files
from community.files.uploads import read_upload
from community.stories.consent.permits import Permit
from community.stories.publishing import publication
from community.stories.reading.share_images import (
    SIZE,
    break_lines,
    draw_share_image,
    keep_drawable,
    name_teller,
    write_figure,
)
from community.stories.versions.content import Figure
from community.things import find_things
from models.base import db, now, transaction
from models.notifications import Notice
from models.stories import ConsentUse, Counting, Story, StoryPart, StoryPartName
from tests.cast import Cast
from tests.files import samples
from tests.stories.reading import FOR_MEMBERS, TITLE, SignIn, page, tell, withdraw, words_of
from tests.stories.telling import publish, write_story

pytestmark = pytest.mark.one_database  # what is read from it is tested with permits and the index


@pytest.fixture
def pictured(cast: Cast) -> tuple[Story, str, str]:
    """A story with a picture, and the keys of that picture and of one that only its draft holds."""
    with transaction():
        shown, kept = (files.store_file(cast.owner, samples.upload()) for _ in range(2))
        story = write_story(cast.a, cast.owner, problem=f"ここです。\n\n![棚](/files/{shown.key})")
        part = db.session.query(StoryPart).filter_by(story_id=story.id, name=StoryPartName.PROBLEM).one()
        files.attach([shown.key, kept.key], cast.owner, part)
        publish(story, cast.cs)
        publication.follow_change(story)
        return story, shown.key, kept.key


# --- pictures


def test_a_picture_of_the_story_is_kept_for_a_minute(client: FlaskClient, pictured: tuple[Story, str, str]) -> None:
    story, key, _ = pictured
    address = f"/stories/{story.id}/pictures/{key}"
    picture = page(client, f"/stories/{story.id}").select(".prose img")[0]
    assert (picture["src"], picture["loading"], picture["alt"]) == (address, "lazy", "棚")
    with client.get(address) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert answer.cache_control.private
        assert answer.cache_control.max_age == 60
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        etag = answer.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_a_large_picture_comes_as_wide_as_the_column(client: FlaskClient, cast: Cast) -> None:
    with transaction():
        large = samples.encode(Image.effect_noise((1_800, 30), 60).convert("RGB"), "JPEG")
        shown = files.store_file(cast.owner, read_upload(large, "wall.jpg"))
        story = write_story(cast.a, cast.owner, problem=f"![壁](/files/{shown.key})")
        part = db.session.query(StoryPart).filter_by(story_id=story.id, name=StoryPartName.PROBLEM).one()
        files.attach([shown.key], cast.owner, part)
        publish(story, cast.cs)
        publication.follow_change(story)
    with client.get(f"/stories/{story.id}/pictures/{shown.key}") as answer, Image.open(io.BytesIO(answer.data)) as sent:
        assert sent.width == 1_280


def test_no_picture_is_sent_that_the_permit_does_not_name(
    client: FlaskClient, signed_in: SignIn, cast: Cast, pictured: tuple[Story, str, str]
) -> None:
    story, key, kept = pictured
    other = tell(cast)
    for address in (
        f"{story.id}/pictures/{kept}",
        f"{other.id}/pictures/{key}",
        f"{story.id}/pictures/..",
        "9/pictures/x",
    ):
        assert client.get(f"/stories/{address}").status_code == 404
    assert client.get(f"/files/{key}").status_code == 404
    assert signed_in(cast.third).get(f"/files/{key}").status_code == 404


def test_after_a_withdrawal_no_picture_is_sent_nor_called_unchanged(
    client: FlaskClient, signed_in: SignIn, cast: Cast, pictured: tuple[Story, str, str]
) -> None:
    story, key, _ = pictured
    address = f"/stories/{story.id}/pictures/{key}"
    with client.get(address) as answer:
        etag = answer.headers["ETag"]
    withdraw(story, ConsentUse.PUBLIC_WEB, cast.owner)
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 404
    member = signed_in(cast.third)
    with member.get(address) as answer:
        assert answer.status_code == 200
    with time_machine.travel(now() + timedelta(days=1)):
        withdraw(story, ConsentUse.MEMBERS, cast.owner)
        assert member.get(address).status_code == 404


# --- the share image


def test_the_share_image_is_a_picture_of_the_story(client: FlaskClient, cast: Cast) -> None:
    story = tell(cast)
    answer = client.get(f"/stories/{story.id}/share.png")
    assert Image.open(io.BytesIO(answer.data)).size == SIZE
    assert answer.cache_control.private
    assert answer.cache_control.max_age == 60
    again = client.get(f"/stories/{story.id}/share.png", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_share_image_goes_and_changes_with_its_consents(client: FlaskClient, signed_in: SignIn, cast: Cast) -> None:
    story = tell(cast)
    address = f"/stories/{story.id}/share.png"
    named = client.get(address)
    withdraw(story, ConsentUse.LOGO, cast.owner)
    unnamed = client.get(address, headers={"If-None-Match": named.headers["ETag"]})
    assert unnamed.status_code == 200
    assert unnamed.data != named.data
    withdraw(story, ConsentUse.PUBLIC_WEB, cast.owner)
    assert client.get(address, headers={"If-None-Match": unnamed.headers["ETag"]}).status_code == 404
    assert signed_in(cast.third).get(address).data == unnamed.data


def test_the_share_image_is_in_the_community_s_language_whoever_asks_first(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def draw(permit: Permit, _name: str) -> bytes:
        drawn.append(name_teller(permit))
        return b""

    monkeypatch.setattr(pictures, "draw_share_image", draw)
    address = f"/stories/{tell(cast).id}/share.png"
    for language in ("en", "ja"):
        client.get(address, headers={"Accept-Language": language})
    assert drawn == [f"{cast.a.name}　製造業・300〜999名"]


@pytest.mark.parametrize("title", ["", "一", "長" * 300, "x" * 300, "、" * 90, "😀" * 40, "あ\u200bい\u202eう"])
def test_any_title_is_drawn(client: FlaskClient, cast: Cast, title: str) -> None:
    story = tell(cast, title=title)
    assert client.get(f"/stories/{story.id}/share.png").status_code == 200


def test_signs_that_the_font_lacks_are_left_out_of_the_share_image(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    permits = list[Permit]()
    monkeypatch.setattr(pictures, "draw_share_image", lambda permit, _: permits.append(permit) or b"")
    client.get(f"/stories/{tell(cast).id}/share.png")
    plain, cheerful = (replace(permits[0], title=f"転記をやめた{more}", company=f"青{more}") for more in ("", "🎉"))
    assert draw_share_image(plain, "名") == draw_share_image(cheerful, "名🎉")


def test_only_signs_that_the_font_lacks_are_left_out() -> None:
    assert keep_drawable("転記をやめた👍🏽👨‍👩‍👧 月末❤️が静か 𠮷野家🎉") == "転記をやめた 月末が静か 𠮷野家"


def test_numbers_on_the_share_image_have_commas() -> None:
    figure = Figure("点検", Decimal(1840), Decimal("6.20"), "分", Counting.COUNTED, "", "", date(2026, 1, 1))
    assert write_figure(figure) == "点検　1,840 → 6.2 分"


def test_lines_end_behind_a_comma_and_begin_with_none() -> None:
    def lines(text: str) -> list[str]:
        return list(break_lines(text, len, 8))

    assert lines("転記をやめたら、月末が静かになった。") == ["転記をやめたら、", "月末が静かになっ", "た。"]
    assert lines("あいうえおかきく。けこ") == ["あいうえおかきく。", "けこ"]
    assert lines("") == []


# --- the first page, profiles, company pages


def test_the_first_page_shows_one_story_with_its_reason(client: FlaskClient, signed_in: SignIn, cast: Cast) -> None:
    tell(cast, title="製造業の話。")
    with transaction():
        other = write_story(cast.c, cast.third, "運輸業の話。")
        publish(other, cast.cs)
    assert words_of(page(client, "/"), ".story-one h3") == "運輸業の話。"
    assert words_of(page(client, "/"), ".story-one .reason") == "いちばん新しい事例です"
    read = page(signed_in(cast.stranger), "/")
    assert words_of(read, ".story-one h3") == "運輸業の話。"
    read = page(signed_in(cast.third), "/")  # not their own company's
    assert words_of(read, ".story-one h3") == "製造業の話。"


def test_without_a_story_the_first_page_says_nothing_of_them(client: FlaskClient) -> None:
    assert not page(client, "/").select(".story-one")


def test_a_profile_shows_what_its_person_told_under_their_name(signed_in: SignIn, cast: Cast) -> None:
    story = tell(cast)
    address = f"/people/{cast.owner.handle}"
    reader = signed_in(cast.third)
    assert words_of(page(reader, address), ".story-one h3") == TITLE
    assert accounts.is_member(cast.third)
    withdraw(story, ConsentUse.LOGO, cast.owner)
    assert not page(reader, address).select(".story-one")


def test_a_company_s_page_lists_what_the_viewer_works_on(signed_in: SignIn, cast: Cast) -> None:
    write_story(cast.a, cast.company_admin, "管理者の下書き。")
    write_story(cast.a, cast.owner, "ほかの人の下書き。")
    read = page(signed_in(cast.company_admin), "/company")
    assert "管理者の下書き。" in read.text
    assert "下書き" in words_of(read, ".tag")
    assert "ほかの人の下書き。" not in read.text


# --- questions to the author


def test_a_question_is_linked_both_ways_and_its_authors_are_notified(
    client: FlaskClient, signed_in: SignIn, cast: Cast, public_category: int
) -> None:
    story = tell(cast)
    asker = signed_in(cast.third)
    offer = page(asker, f"/stories/{story.id}").select(".story-ask .btn")[0]
    assert offer["href"] == f"/forums/topics/new?origin_kind=story&origin_id={story.id}"
    form = page(asker, str(offer["href"]))
    assert TITLE in words_of(form, ".notice")
    assert not form.select("#title")[0].get("value")
    sent = {
        "title": "紙はいつ捨てましたか",
        "category": public_category,
        "kind": "question",
        "body": "教えてください。",
    }
    topic = asker.post(str(form.select("form[data-write]")[0]["action"]), data=sent).location
    read = page(client, topic)
    assert [link["href"] for link in read.select("main .meta a.link")] == [f"/stories/{story.id}"]
    assert TITLE not in read.text
    for reader in (client, asker, signed_in(cast.owner)):
        assert "紙はいつ捨てましたか" in words_of(page(reader, f"/stories/{story.id}"), ".story-ask")
    notices = db.session.query(Notice).filter_by(kind="asked_about").all()
    assert [(each.member_id, each.thing_kind) for each in notices] == [(cast.owner.id, "topic")]
    assert "あなたの書いたものへの質問" in signed_in(cast.owner).get("/notifications").text


def test_nobody_asks_about_what_they_may_not_read(signed_in: SignIn, cast: Cast, public_category: int) -> None:
    story = tell(cast, *FOR_MEMBERS)
    address = f"/forums/topics/new?origin_kind=story&origin_id={story.id}"
    withdraw(story, ConsentUse.MEMBERS, cast.owner)
    form = page(signed_in(cast.third), address)
    assert not form.select(".notice")
    assert TITLE not in form.text
    assert form.select("form[data-write]")[0]["action"] == "/forums/topics/new"
    assert public_category


def test_a_link_to_a_story_in_a_list_of_things_is_gone_with_it(cast: Cast) -> None:
    story = tell(cast)
    assert [thing.title for thing in find_things([("story", story.id)], seen_by=None).values()] == [TITLE]
    withdraw(story, ConsentUse.PUBLIC_WEB, cast.owner)
    assert find_things([("story", story.id)], seen_by=None) == {}
