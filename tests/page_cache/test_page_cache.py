"""Pages of guests: kept for all of them, of nobody, and gone with the first change of what they show."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blueprints.page_cache import CachedPage, PageCache
from community.accounts import actions as accounts
from community.forums import actions, answers, reading
from community.moderation import actions as moderation
from community.room import current_rooms
from community.signin.credentials import note_sign_in
from models.accounts import StaffRole
from models.base import db, now, transaction
from models.forums import Audience, PendingView, Post, ReactionKind, Topic
from models.moderation import RemovalReason
from tests.cast import Cast
from tests.forums.conftest import Forum, counting_queries, make_forum, open_topic, reply
from tests.forums.pages import SignIn
from tests.guest_versions import changed_since, read_versions
from tests.signing_in import session_of

# What guests' pages read without showing anything of it: nobody's marks, and the version itself.
READ_ONLY_FOR_MEMBERS = {"topic_read", "account_phase", "public_version"}


@pytest.fixture
def forum(cast: Cast) -> Forum:
    return make_forum(cast)


@pytest.fixture
def topic(cast: Cast, forum: Forum) -> Topic:
    made = open_topic(forum.public, cast.owner)
    reply(made, cast.stranger)
    return made


def guest_pages(topic: Topic) -> list[str]:
    return ["/", "/forums", "/forums?only=solved", "/forums/c/public", f"/forums/topics/{topic.id}"]


def test_a_kept_page_is_nobodys_and_costs_one_query(app: Flask, cast: Cast, topic: Topic) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        for address in guest_pages(topic):
            first = app.test_client().get(address)
            with counting_queries() as statements:
                second = app.test_client().get(address)
            assert first.status_code == second.status_code == 200
            assert first.data == second.data
            assert len(statements) == 1, address
            for answer in (first, second):
                assert "Set-Cookie" not in answer.headers
                assert not re.search(r"csrf|[-_]token", answer.text, re.IGNORECASE)
            asked_again = app.test_client().get(address, headers={"If-None-Match": second.headers["ETag"]})
            assert (asked_again.status_code, asked_again.data) == (304, b"")
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_head_is_answered_as_get_is_and_its_page_is_kept_for_readers(app: Flask, cast: Cast, topic: Topic) -> None:
    address = f"/forums/topics/{topic.id}?only=head"
    first = app.test_client().head(address)
    with counting_queries() as statements:
        read = app.test_client().get(address)
    assert len(statements) == 1
    assert f"next=/forums/topics/{topic.id}?only%3Dhead" in read.text
    kept = app.test_client().head(address)
    for asked in (first, kept):
        assert (asked.status_code, asked.data) == (200, b"")
        for name in ("ETag", "Content-Length", "Content-Type", "Vary"):
            assert asked.headers[name] == read.headers[name], name
    assert int(first.headers["Content-Length"]) == len(read.data)


@pytest.mark.parametrize("path", ["/search?q=head&order=new", "/companies"])
def test_head_has_the_length_of_a_page_that_is_not_kept_too(app: Flask, cast: Cast, topic: Topic, path: str) -> None:
    """A page with other parameters than guests' pages have, and a door that sends guests to sign in."""
    asked, read = app.test_client().head(path), app.test_client().get(path)
    assert asked.status_code == read.status_code
    assert asked.headers["Content-Length"] == read.headers["Content-Length"]
    assert asked.location == read.location


def test_whatever_a_guest_is_shown_drops_the_pages_when_it_changes(client: FlaskClient, topic: Topic) -> None:
    with counting_queries() as statements:
        for address in guest_pages(topic):
            client.get(address)
    read = {table for statement in statements for table in re.findall(r"(?:FROM|JOIN) (\w+)", statement)}
    assert read - READ_ONLY_FOR_MEMBERS <= set(current_rooms().guest_tables)
    assert {"topic", "post", "member", "reaction"} <= read


# What is done, and the sign of it on the topic's page.
CHANGES = {
    "reply": "あたらしい返信です",
    "edit": "書きなおした文",
    "removal": "表示していません",
    "reaction": "<b>1</b>",
    "acceptance": "の回答で解決しました",
    "name": "新姓",
    "role": "モデレーター",
    "company": "新しい業種",
    "category": "新しい棚",
}


def do(name: str, cast: Cast, topic: Topic, post: Post) -> None:
    match name:
        case "reply":
            actions.post_reply(topic, cast.third, CHANGES[name])
        case "edit":
            actions.edit_post(post, topic, cast.stranger, CHANGES[name])
        case "removal":
            moderation.remove(post, cast.moderator, RemovalReason.SPAM)
        case "reaction":
            answers.react(post, topic, cast.third, ReactionKind.THANKS)
        case "acceptance":
            answers.accept_answer(topic, post, cast.owner)
        case "name":
            cast.stranger.family_name = CHANGES[name]
        case "role":
            accounts.grant_role(cast.stranger, StaffRole.MODERATOR)
        case "company":
            cast.b.industry = CHANGES[name]
        case "category":
            topic.category.name = CHANGES[name]


@pytest.mark.parametrize("name", CHANGES)
def test_the_next_guest_sees_a_change_at_once(client: FlaskClient, cast: Cast, topic: Topic, name: str) -> None:
    sign, address = CHANGES[name], f"/forums/topics/{topic.id}"
    assert sign not in client.get(address).text
    assert sign not in client.get(address).text
    post = reply(topic, cast.stranger, "あとで変わる文")
    db.session.refresh(topic, ["category"])
    client.get(address)
    with transaction():
        do(name, cast, topic, post)
    assert sign in client.get(address).text


def test_what_is_closed_or_removed_is_gone_at_once(client: FlaskClient, cast: Cast, forum: Forum, topic: Topic) -> None:
    address = f"/forums/topics/{topic.id}"
    assert topic.title in client.get("/forums").text
    assert client.get(address).status_code == 200
    with transaction():
        moderation.remove(topic, cast.moderator, RemovalReason.CONFIDENTIAL)
    assert client.get(address).status_code == 302
    assert topic.title not in client.get("/forums").text
    with transaction():
        moderation.restore(topic, cast.moderator)
    assert client.get(address).status_code == 200
    with transaction():
        forum.public.readers = Audience.MEMBERS
    assert client.get(address).status_code == 302
    assert client.get("/forums/c/public").status_code == 302


def test_words_that_tell_the_time_go_on(client: FlaskClient, cast: Cast, forum: Forum) -> None:
    noon = datetime.fromisoformat("2026-11-10T12:00:30+09:00")
    with time_machine.travel(noon, tick=False):
        open_topic(forum.public, cast.owner)
        assert "たったいま" in client.get("/forums").text
    with time_machine.travel(noon + timedelta(seconds=61), tick=False):
        assert "1分前" in client.get("/forums").text


def test_look_and_language_have_pages_of_their_own(client: FlaskClient, topic: Topic) -> None:
    plain = client.get("/forums").text
    client.set_cookie("theme", "dark")
    assert 'data-theme="dark"' not in plain
    assert 'data-theme="dark"' in client.get("/forums").text
    client.set_cookie("locale", "en")
    assert '<html lang="en"' in client.get("/forums").text


def test_members_and_their_messages_stay_out_of_it(app: Flask, signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    guest, address = app.test_client(), f"/forums/topics/{topic.id}"
    guest.get(address)
    assert cast.owner.display_name in signed_in(cast.owner).get(address).text
    assert 'id="me-menu"' not in guest.get(address).text
    with guest.session_transaction() as session:
        session["_flashes"] = [("message", "あなただけに")]
    assert "あなただけに" in guest.get(address).text
    assert "あなただけに" not in guest.get(address).text


def test_what_guests_do_not_see_drops_nothing(cast: Cast, topic: Topic) -> None:
    with transaction():
        db.session.flush()
    before = read_versions()
    with transaction():
        note_sign_in(cast.owner)
        accounts.begin_visit(cast.owner)
        reading.mark_read(topic, cast.third, 1)
    with transaction():
        assert reading.count_views() == 1
    assert changed_since(before) == set()
    with transaction():
        topic.title = "別の題"
    assert changed_since(before) == {f"topic:{topic.id}", f"category:{topic.category_id}"}


def test_views_are_counted_off_the_request_and_none_is_lost(cast: Cast, topic: Topic) -> None:
    with transaction():
        for person in (cast.third, cast.partner, cast.third):
            reading.mark_read(topic, person, 2)
    assert db.session.query(PendingView).count() == 2
    with transaction():
        assert reading.count_views(most=1) == 1
    with transaction():
        assert reading.count_views() == 1
    db.session.refresh(topic)
    assert (topic.views, db.session.query(PendingView).count()) == (2, 0)


def test_guests_choose_without_a_token_members_do_not(csrf_client: FlaskClient, app: Flask, cast: Cast) -> None:
    for address, choice in (("/theme", {"theme": "dark"}), ("/language", {"locale": "en"})):
        assert csrf_client.post(address, data=choice).status_code == 302
    with csrf_client.session_transaction() as session:
        session.update({"_user_id": session_of(cast.owner), "_fresh": True})
    for address, choice in (("/theme", {"theme": "dark"}), ("/language", {"locale": "en"})):
        assert csrf_client.post(address, data=choice).status_code == 400


def test_a_cache_holds_so_much_and_drops_the_least_asked_for() -> None:
    cache, soon = PageCache(most_bytes=25), now() + timedelta(minutes=1)
    for name in "abc":
        cache.put((name, "", ""), CachedPage({"x": "1"}, soon, b"x" * 10, name))
        cache.get(("a", "", ""))
    assert [name for name in "abc" if cache.get((name, "", ""))] == ["a", "c"]
    page = cache.get(("a", "", ""))
    assert page is not None
    assert page.is_valid({"x": "1"}, now())
    assert not page.is_valid({"x": "2"}, now())
    assert not page.is_valid({"x": "1"}, soon)


def test_a_page_from_before_the_clock_was_set_back_is_made_anew() -> None:
    """It would be valid for two hours and five minutes, and show times in the future."""
    at = now()
    page = CachedPage({"x": "1"}, at + timedelta(minutes=4), b"page", "etag")
    assert page.is_valid({"x": "1"}, at)
    assert not page.is_valid({"x": "1"}, at - timedelta(hours=2))
