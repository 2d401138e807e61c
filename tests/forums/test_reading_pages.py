"""Reading from outside: new posts, marks, drafts, lists."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from blueprints import saved_forms
from community.forums import answers, queries, reading
from community.moderation import actions as moderation
from models.forums import Topic, TopicKind
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.forums.conftest import Forum, open_topic, reply
from tests.forums.pages import SignIn, page, posts_of

pytestmark = pytest.mark.one_database


def test_the_new_posts_come_as_articles(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    for n in range(3):
        reply(topic, cast.stranger, f"返信{n}")
    third = signed_in(cast.third)
    updates = third.get(f"/forums/topics/{topic.id}/updates?after=2").get_json()
    assert (updates["new"], updates["version"], updates["unread"]) == (2, topic.version, 0)
    fragment = BeautifulSoup(third.get(f"/forums/topics/{topic.id}/posts?after=2").text, "html.parser")
    assert [a["data-position"] for a in fragment.find_all("article")] == ["3", "4"]
    assert fragment.find("html") is None


def test_new_posts_of_a_question_whose_answer_was_removed_can_be_accepted(
    signed_in: SignIn, cast: Cast, topic: Topic
) -> None:
    accepted = reply(topic, cast.stranger, "答え")
    answers.accept_answer(topic, accepted, cast.owner)
    reply(topic, cast.third, "もう一つの答え")
    owner, address = signed_in(cast.owner), f"/forums/topics/{topic.id}/posts?after=2"
    assert "この回答で解決" not in owner.get(address).text
    moderation.remove(accepted, cast.moderator, RemovalReason.SPAM)
    assert "この回答で解決" in owner.get(address).text


def test_the_beacon_moves_the_mark_and_the_link_finds_it(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    for _ in range(30):
        reply(topic, cast.stranger)
    third = signed_in(cast.third)
    assert third.post(f"/forums/topics/{topic.id}/read", data={"position": 25}).status_code == 204
    assert third.get(f"/forums/topics/{topic.id}/unread").location == f"/forums/topics/{topic.id}?page=2#unread"
    read = page(third, f"/forums/topics/{topic.id}?page=2")
    assert read.select("#unread ~ article")[0]["data-position"] == "26"
    assert third.post(f"/forums/topics/{topic.id}/read", data={"position": "x"}).status_code == 204


def test_text_of_a_lost_session_becomes_a_draft_and_leads_back(app: Flask, cast: Cast, topic: Topic) -> None:
    with app.test_request_context():
        page_again = saved_forms.put_back(cast.owner, f"/forums/topics/{topic.id}/posts", {"body": "消えない文"})
    assert page_again == f"/forums/topics/{topic.id}#reply"
    draft = queries.get_draft(cast.owner.id, f"topic:{topic.id}")
    assert draft is not None
    assert draft.body == "消えない文"


def test_the_preview_is_what_is_shown(signed_in: SignIn, client: FlaskClient, cast: Cast) -> None:
    owner = signed_in(cast.owner)
    shown = BeautifulSoup(owner.post("/forums/preview", data={"body": "**太字** @third"}).text, "html.parser")
    assert shown.text == "太字 @千葉 美咲"
    assert [a["href"] for a in shown.select("strong ~ a.mention")] == ["/people/third"]
    assert "続いています" in owner.post("/forums/preview", data={"body": "[" * 8000}).text
    assert client.post("/forums/preview", data={"body": "x"}).status_code in {302, 401}


def test_lists_say_what_is_new_solved_and_unanswered(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    waiting = open_topic(forum.public, cast.owner, "待っている質問")
    solved = open_topic(forum.public, cast.owner, "解決した質問")
    talk = open_topic(forum.public, cast.owner, "雑談", TopicKind.DISCUSSION)
    answers.accept_answer(solved, reply(solved, cast.stranger), cast.owner)
    reading.mark_read(talk, cast.third, 1)
    third = signed_in(cast.third)

    def titles(only: str) -> set[str]:
        return {a.text.strip() for a in page(third, f"/forums?only={only}").select("ul.rows[data-list] .row-title a")}

    assert titles("all") == {waiting.title, solved.title, talk.title}
    assert titles("unanswered") == {waiting.title}
    assert titles("unsolved") == {waiting.title}
    assert titles("solved") == {solved.title}
    assert titles("new") == {waiting.title, solved.title}
    moderation.remove(posts_of(solved)[1], cast.moderator, RemovalReason.SPAM)
    assert titles("solved") == set()
    assert titles("unanswered") == {waiting.title, solved.title}


def test_every_topic_is_reached_by_turning_pages(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    made = {open_topic(forum.public, cast.owner, f"題{n}").title for n in range(45)}
    third, path, found = signed_in(cast.third), "/forums/c/public", []
    while path:
        read = page(third, path)
        found += [a.text.strip() for a in read.select("ul.rows[data-list] .row-title a")]
        older = read.select_one(".pagination a[rel=next]")
        path = str(older["href"]) if older else ""
    assert len(found) == 45
    assert set(found) == made
