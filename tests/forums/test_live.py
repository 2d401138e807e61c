"""What an open page of a topic is given when something changes: the parts that look different, and no others."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from blueprints.live_parts import LivePart, draw_changed, make_mark, read_shown_parts
from community.forums import actions, answers, queries
from community.moderation import actions as moderation
from models.accounts import Member
from models.forums import Post, Topic
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.forums.conftest import Forum, open_topic, reply
from tests.forums.pages import SignIn, page, posts_of

Shown = dict[str, str]


def shown_on(read: BeautifulSoup) -> Shown:
    return {str(part["id"]): str(part["data-part"]) for part in read.select("[data-part]")}


def changed(client: FlaskClient, topic: Topic, shown: Shown, *, version: int = 0, number: int = 1) -> Shown:
    """Return the parts that a page which shows these is to replace."""
    query = {"version": version, "page": number, "parts": " ".join(f"{id_}.{mark}" for id_, mark in shown.items())}
    return client.get(f"/forums/topics/{topic.id}/updates", query_string=query).get_json()["parts"]


def agree(client: FlaskClient, topic: Topic, shown: Shown, parts: Shown, number: int = 1) -> bool:
    """Whether the parts are what the whole page has now, and all other marks stayed."""
    read = page(client, f"/forums/topics/{topic.id}?page={number}")
    as_told = {id_: str(BeautifulSoup(html, "html.parser").select_one("[data-part]")) for id_, html in parts.items()}
    on_page = {id_: str(read.select_one(f"#{id_}")) for id_ in as_told}
    rest = {id_: mark for id_, mark in shown_on(read).items() if id_ not in parts}
    return _plain(as_told) == _plain(on_page) and rest == {i: m for i, m in shown.items() if i not in parts}


def accept(topic: Topic, post: Post, cast: Cast) -> None:
    found = queries.get_post(post.id, seen_by=queries.get_viewer(cast.owner))
    assert found is not None
    answers.accept_answer(topic, found, cast.owner)


def _plain(parts: Shown) -> Shown:
    """Without tokens, which differ from page to page, and the spaces of templates."""
    return {id_: re.sub(r"\s+|value=\"[^\"]{40,}\"", "", html) for id_, html in parts.items()}


def test_an_accepted_answer_reaches_open_pages(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    reply(topic, cast.stranger, "これで直ります。")
    reply(topic, cast.third, "別の方法もあります。")
    answer = posts_of(topic)[1]
    client = signed_in(cast.third)
    shown = shown_on(page(client, f"/forums/topics/{topic.id}"))
    accept(topic, answer, cast)
    parts = changed(client, topic, shown)
    assert set(parts) == {
        "topic-state", "topic-answer", "talk-title", "topic-facts", "topic-solver", f"post-{answer.id}",
    }  # fmt: skip
    assert "これで直ります。" in parts["topic-answer"]
    assert "answer-here" in parts[f"post-{answer.id}"]
    assert agree(client, topic, shown, parts)
    answers.withdraw_acceptance(topic, cast.owner)
    again = changed(client, topic, shown_on(page(client, f"/forums/topics/{topic.id}")) | {"topic-state": "x"})
    assert set(again) == {"topic-state"}


@pytest.mark.parametrize("who", ["owner", "stranger", "moderator", None])
def test_edited_hidden_and_restored_posts_reach_open_pages(
    signed_in: SignIn, app: Flask, cast: Cast, topic: Topic, who: str | None
) -> None:
    reply(topic, cast.stranger, "はじめの文です。")
    post = posts_of(topic)[1]
    client = signed_in(cast.people()[who]) if who else app.test_client()
    changes: list[Callable[[], object]] = [
        lambda: actions.edit_post(post, topic, cast.stranger, "直した文です。"),
        lambda: moderation.remove(post, cast.moderator, RemovalReason.SPAM, "宣伝"),
        lambda: moderation.restore(post, cast.moderator),
    ]
    expected = [
        "直した文です。",
        "宣伝" if who in {"stranger", "moderator"} else "いまは表示していません",
        "直した文です。",
    ]
    for change, words in zip(changes, expected, strict=True):
        shown = shown_on(page(client, f"/forums/topics/{topic.id}"))
        change()
        parts = changed(client, topic, shown)
        assert f"post-{post.id}" in parts
        assert words in parts[f"post-{post.id}"]
        assert agree(client, topic, shown, parts)


def test_a_later_page_follows_what_it_recalls(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    for _ in range(25):
        reply(topic, cast.stranger)
    client = signed_in(cast.third)
    opening, first = posts_of(topic)[:2]
    shown = shown_on(page(client, f"/forums/topics/{topic.id}?page=2"))
    actions.edit_post(opening, topic, cast.owner, "直した質問です。", "直した題")
    accept(topic, first, cast)
    parts = changed(client, topic, shown, number=2)
    assert {"topic-title", "topic-recall", "topic-answer", f"post-{opening.id}"} <= set(parts)
    assert agree(client, topic, shown, parts, number=2)


def test_what_the_page_shows_already_is_not_sent(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    reply(topic, cast.stranger)
    client = signed_in(cast.third)
    shown = shown_on(page(client, f"/forums/topics/{topic.id}"))
    assert changed(client, topic, shown) == {}
    old = dict.fromkeys(shown, "00000000")
    assert set(changed(client, topic, old)) == set(old)
    assert changed(client, topic, old, version=topic.version) == {}


def test_posts_of_other_topics_and_nonsense_are_not_sent(
    signed_in: SignIn, cast: Cast, forum: Forum, topic: Topic
) -> None:
    foreign = posts_of(open_topic(forum.private, cast.owner))[0]
    asked = {
        f"post-{foreign.id}": "0",
        "post-0": "0",
        "post-99999999999999999999": "0",
        "post-x": "0",
        "": "0",
        "x": "0",
    }
    assert changed(signed_in(cast.third), topic, asked) == {}


def test_any_room_may_have_such_parts(app: Flask) -> None:
    parts = {
        f"note-{n}": LivePart(lambda n=n: make_mark(n, "words"), lambda n=n: Markup("<p id=note-{}></p>").format(n))
        for n in (1, 2)
    }
    with app.test_request_context(query_string={"parts": f"note-1.{parts['note-1'].mark} note-2.old note-3.old ."}):
        assert draw_changed(parts, read_shown_parts()) == {"note-2": "<p id=note-2></p>"}


def test_a_mark_is_the_same_for_whom_it_looks_the_same(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    reply(topic, cast.stranger)

    def marks(member: Member) -> Shown:
        return shown_on(page(signed_in(member), f"/forums/topics/{topic.id}"))

    assert marks(cast.third) == marks(cast.third)
    assert marks(cast.third) != marks(cast.moderator)
