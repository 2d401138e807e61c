"""The page of notifications, for members who may see what they are about."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from community.forums import actions as forums
from community.notifications import projector
from community.notifications.unread import count_unread
from community.projections.tasks import process_pending
from models.accounts import Member
from models.base import db, now, transaction
from models.forums import Audience, Category, Post
from tests.cast import Cast

pytestmark = pytest.mark.one_database

SignIn = Callable[[Member], FlaskClient]


@pytest.fixture
def question(cast: Cast) -> Post:
    """The owner's question, with a reply of the stranger's that names the colleague; processed."""
    with transaction():
        category = Category(slug="nan", name="なんでも", readers=Audience.MEMBERS, posters=Audience.MEMBERS)
        db.session.add(category)
        db.session.flush()
        opening = forums.open_topic(category, cast.owner, "日付が<b>1日</b>ずれます", "CSVで取り込むとずれます。")
    with transaction():
        topic = db.session.get_one(forums.Topic, opening.topic_id)
        forums.post_reply(topic, cast.stranger, "@colleague さんと同じです。")
    process_pending((projector,))
    return opening


def news(page: bytes) -> list[tuple[str, str]]:
    """What happened, and to what."""
    items = BeautifulSoup(page, "html.parser").select(".happening")
    return [(item.select_one(".what").get_text(" ", strip=True), item.select_one(".subject").text) for item in items]  # pyright: ignore[reportOptionalMemberAccess]


def test_each_reads_their_own_news_in_words(signed_in: SignIn, cast: Cast, question: Post) -> None:
    of_owner = signed_in(cast.owner).get("/notifications")
    assert news(of_owner.data) == [("別府 直樹さんから返信が届きました 新着", "日付が<b>1日</b>ずれます")]
    of_colleague = signed_in(cast.colleague).get("/notifications")
    assert news(of_colleague.data) == [("別府 直樹さんがあなたに呼びかけました 新着", "日付が<b>1日</b>ずれます")]
    assert news(signed_in(cast.stranger).get("/notifications").data) == []


def test_who_has_left_is_named_no_more(signed_in: SignIn, cast: Cast, question: Post) -> None:
    with transaction():
        db.session.get_one(Member, cast.stranger.id).erased_at = now()
    of_owner = signed_in(cast.owner).get("/notifications")
    assert news(of_owner.data) == [("退会した方さんから返信が届きました 新着", "日付が<b>1日</b>ずれます")]


def test_without_news_the_page_says_what_will_come(signed_in: SignIn, cast: Cast) -> None:
    answer = signed_in(cast.third).get("/notifications")
    assert answer.status_code == 200
    assert "お知らせはまだありません。" in answer.text


def test_several_replies_are_one_line(signed_in: SignIn, cast: Cast, question: Post) -> None:
    with transaction():
        topic = db.session.get_one(forums.Topic, question.topic_id)
        forums.post_reply(topic, cast.third, "うちもです。")
    process_pending((projector,))
    assert news(signed_in(cast.owner).get("/notifications").data)[0][0] == "返信が2件届きました 新着"


def test_opening_one_goes_to_the_post_and_marks_it_read(signed_in: SignIn, cast: Cast, question: Post) -> None:
    browser = signed_in(cast.owner)
    assert browser.get("/notifications/count").json == {"unread": 1}
    answer = browser.post(f"/notifications/topic/{question.topic_id}/open")
    assert answer.status_code == 303
    assert browser.get(answer.location).location.startswith(f"/forums/topics/{question.topic_id}#post-")
    assert browser.get("/notifications/count").json == {"unread": 0}
    assert news(browser.get("/notifications").data) == [
        ("別府 直樹さんから返信が届きました", "日付が<b>1日</b>ずれます")
    ]


def test_all_can_be_marked_read_at_once(signed_in: SignIn, cast: Cast, question: Post) -> None:
    browser = signed_in(cast.owner)
    assert browser.post("/notifications/read", follow_redirects=True).status_code == 200
    assert count_unread(cast.owner.id) == 0
    assert count_unread(cast.colleague.id) == 1


def test_a_look_at_the_page_marks_nothing(signed_in: SignIn, cast: Cast, question: Post) -> None:
    browser = signed_in(cast.owner)
    for _ in range(2):
        browser.get("/notifications")
    assert count_unread(cast.owner.id) == 1


def test_what_one_may_no_longer_see_is_not_shown_and_not_opened(signed_in: SignIn, cast: Cast, question: Post) -> None:
    db.session.get_one(forums.Topic, question.topic_id).category_id = _staff_category().id
    db.session.commit()
    browser = signed_in(cast.owner)
    page = browser.get("/notifications")
    assert news(page.data) == []
    assert "日付が" not in page.text
    answer = browser.post(f"/notifications/topic/{question.topic_id}/open")
    assert answer.location == "/notifications"


def _staff_category() -> Category:
    category = Category(slug="staff", name="社内", readers=Audience.STAFF, posters=Audience.STAFF, position=1)
    db.session.add(category)
    db.session.flush()
    return category


@pytest.mark.parametrize("path", ["topic/999999", "post/1", "member/1", "x/1"])
def test_opening_what_one_was_never_told_leads_back(signed_in: SignIn, cast: Cast, question: Post, path: str) -> None:
    answer = signed_in(cast.third).post(f"/notifications/{path}/open")
    assert answer.location == "/notifications"
    assert count_unread(cast.owner.id) == 1


def test_guests_are_asked_to_sign_in(client: FlaskClient, question: Post) -> None:
    assert client.get("/notifications").status_code == 302
    assert client.get("/notifications/count", headers={"Accept": "application/json"}).status_code == 401
    assert client.post("/notifications/read", headers={"X-Requested-With": "fetch"}).status_code == 401
