"""The place is gone or closed when a text is sent: the answer shows the text, and it is saved as a draft."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from community.forums import actions, queries, rules
from community.moderation import actions as moderation
from models.accounts import Member
from models.base import db, now, today, transaction
from models.forums import Audience, Topic
from models.moderation import RemovalReason
from tests.cast import Cast, make_cast
from tests.forums.conftest import Forum, make_forum, open_topic, reply
from tests.forums.pages import SignIn, page, posts_of
from tests.forums.writing import Page, drafts_of, open_form, reply_form
from tests.signing_in import client_of

pytestmark = pytest.mark.one_database

TEXT = "30分かけて書いた返信です。\n二行めもあります。"
GONE = "取り下げられたか、いまのあなたには見えない場所にあるため"


def texts_on(answer: TestResponse) -> list[str]:
    read = BeautifulSoup(answer.text, "html.parser")
    shown = read.select("textarea[readonly], input[type=text][readonly]")
    return [str(field["value"]) if field.name == "input" else field.text.removeprefix("\n") for field in shown]


def assert_given_back(answer: TestResponse, member: Member, status: int, sentence: str, text: str = TEXT) -> None:
    """A page of ours with the status and the sentence; the text on it, among the drafts, and in their list."""
    assert answer.status_code == status
    assert sentence in answer.text
    assert BeautifulSoup(answer.text, "html.parser").select_one("html[lang] .brand") is not None
    assert text in texts_on(answer)
    assert [
        str(link["href"]) for link in BeautifulSoup(answer.text, "html.parser").find_all("a", string="下書きの一覧へ")
    ] == ["/forums/drafts"]
    assert drafts_of(member) == [text]


def remove_topic(_cast: Cast, _forum: Forum, topic: Topic) -> None:
    moderation.remove(topic, _cast.community_manager, RemovalReason.OFF_TOPIC)


def close_category(_cast: Cast, forum: Forum, _topic: Topic) -> None:
    forum.members.readers = forum.members.posters = Audience.STAFF


def narrow_category(_cast: Cast, forum: Forum, _topic: Topic) -> None:
    forum.members.segments = "high"


def end_contract(cast: Cast, _forum: Forum, _topic: Topic) -> None:
    cast.a.contract_ended_on = today() - timedelta(days=3)


def change_company(cast: Cast, forum: Forum, _topic: Topic) -> None:
    forum.members.account_id = cast.a.id
    assert cast.owner.membership is not None
    cast.owner.membership.account_id = cast.b.id


Happening = Callable[[Cast, Forum, Topic], None]
HAPPENINGS: list[tuple[Happening, int, str]] = [
    (remove_topic, 404, GONE),
    (close_category, 404, GONE),
    (narrow_category, 404, GONE),
    (end_contract, 403, "ご契約が終わったため、書き込みはできません。"),
    (change_company, 404, GONE),
]


@pytest.mark.parametrize(("happening", "status", "sentence"), HAPPENINGS)
def test_a_reply_comes_back_whatever_happened_meanwhile(
    signed_in: SignIn, cast: Cast, forum: Forum, happening: Happening, status: int, sentence: str
) -> None:
    topic = open_topic(forum.members, cast.stranger)
    form = reply_form(signed_in(cast.owner), topic.id)
    form.save(1, body=TEXT[:10])
    happening(cast, forum, topic)
    db.session.flush()
    answer = form.send(body=TEXT)
    assert_given_back(answer, cast.owner, status, sentence)
    assert len(posts_of(topic)) == 1
    read = page(form.client, "/forums/drafts")
    assert topic.title in read.text  # as its writer knew it
    assert [area.text.removeprefix("\n") for area in read.select("textarea")] == [TEXT]


@pytest.mark.parametrize("closed", [True, False])
def test_in_a_category_one_may_only_read_the_reply_comes_back(
    signed_in: SignIn,
    cast: Cast,
    forum: Forum,
    closed: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    topic = open_topic(forum.signed_in, cast.stranger)
    form = reply_form(signed_in(cast.prospect), topic.id)
    if closed:
        forum.signed_in.posters = Audience.STAFF
    else:
        moderation.remove(topic, cast.community_manager, RemovalReason.OFF_TOPIC)
        topic.author_id = cast.prospect.id  # who may still see it
    db.session.flush()
    said = "このカテゴリには、いまは書き込めない" if closed else "このトピックは取り下げられたため"
    assert_given_back(form.send(body=TEXT), cast.prospect, 403, said)


def test_whether_a_hidden_topic_exists_is_not_said(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    hidden = open_topic(forum.staff, cast.administrator, "運営だけの題")
    client = signed_in(cast.owner)
    answers = [
        client.post(f"/forums/topics/{topic_id}/posts", data={"body": TEXT}) for topic_id in (hidden.id, 999_999)
    ]
    there, nowhere = (BeautifulSoup(answer.text, "html.parser").select_one("main") for answer in answers)
    assert answers[0].status_code == answers[1].status_code == 404
    assert str(there) == str(nowhere)
    assert "運営だけの題" not in client.get("/forums/drafts").text


def new_topic(client: FlaskClient, forum: Forum) -> Page:
    form = open_form(client, "/forums/topics/new")
    form.fields.update(title="書いた題", category=forum.members.id, kind="question")
    return form


@pytest.mark.parametrize(("happening", "sentence"), [(end_contract, "ご契約が終わった")])
def test_a_new_topic_comes_back_where_nothing_may_be_written(
    signed_in: SignIn, cast: Cast, forum: Forum, happening: Happening, sentence: str
) -> None:
    form = new_topic(signed_in(cast.owner), forum)
    happening(cast, forum, open_topic(forum.members, cast.stranger))
    db.session.flush()
    answer = form.send(body=TEXT)
    assert_given_back(answer, cast.owner, 403, sentence)
    assert texts_on(answer) == ["書いた題", TEXT]


@pytest.mark.parametrize("happening", [close_category, narrow_category, change_company])
def test_a_new_topic_stays_in_its_form_where_another_category_can_be_chosen(
    signed_in: SignIn, cast: Cast, forum: Forum, happening: Happening
) -> None:
    form = new_topic(signed_in(cast.owner), forum)
    happening(cast, forum, open_topic(forum.members, cast.stranger))
    db.session.flush()
    answer = form.send(body=TEXT)
    assert answer.status_code == 422
    assert "選んだカテゴリには、いまは書き込めません" in answer.text
    read = BeautifulSoup(answer.text, "html.parser")
    assert [area.text.removeprefix("\n") for area in read.select("textarea[name=body]")] == [TEXT]
    assert [field["value"] for field in read.select("[name=title]")] == ["書いた題"]


@pytest.mark.parametrize("how", ["removed", "old", "contract"])
def test_an_edit_comes_back(signed_in: SignIn, cast: Cast, topic: Topic, how: str) -> None:
    post = reply(topic, cast.stranger, "はじめの文")
    form = open_form(signed_in(cast.stranger), f"/forums/posts/{post.id}/edit")
    if how == "removed":
        moderation.remove(post, cast.moderator, RemovalReason.SPAM)
    elif how == "old":
        post.created_at = now() - timedelta(days=rules.EDIT_DAYS, hours=1)
    else:
        cast.b.contract_ended_on = today() - timedelta(days=3)
    db.session.flush()
    said = {"removed": "この投稿は取り下げられた", "old": "30日を過ぎた", "contract": "ご契約が終わった"}[how]
    assert_given_back(form.send(body=TEXT), cast.stranger, 403, said)
    assert "続きを書く" not in page(form.client, "/forums/drafts").text


def test_after_suspension_the_text_is_on_the_sign_in_page(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    form = reply_form(signed_in(cast.stranger), topic.id)
    cast.stranger.suspended_until = now() + timedelta(days=7)
    db.session.flush()
    answer = form.send(body=TEXT)
    assert answer.status_code == 401
    assert texts_on(answer) == [TEXT]


def test_too_many_sendings_give_the_text_back(make_app: Callable[..., Flask]) -> None:
    app = make_app(rate_limits=True)
    with app.app_context(), transaction():
        cast = make_cast(db.session)
        topic_id, owner = open_topic(make_forum(cast).public, cast.stranger).id, cast.owner
    client = client_of(app, owner)
    for n in range(20):
        assert client.post(f"/forums/topics/{topic_id}/posts", data={"body": f"返信{n}"}).status_code == 302
    answer = client.post(f"/forums/topics/{topic_id}/posts", data={"body": TEXT})
    with app.app_context():
        assert_given_back(answer, owner, 429, "10分たってから")
        draft = queries.get_draft(owner.id, f"topic:{topic_id}")
        assert draft is not None
    assert "続きを書く" in answer.text


@pytest.mark.parametrize("name", ["note", "bio", "message", "何でも"])
def test_other_long_texts_come_back_too(signed_in: SignIn, cast: Cast, topic: Topic, name: str) -> None:
    answer = signed_in(cast.owner).post(f"/moderation/topic/{topic.id}/remove", data={name: TEXT, "reason": "spam"})
    assert answer.status_code == 403
    assert texts_on(answer) == [TEXT]
    assert drafts_of(cast.owner) == []


def test_no_secret_is_shown_again(signed_in: SignIn, cast: Cast, topic: Topic) -> None:
    secret = "合言葉 は ひみつ"
    fields: dict[str, Any] = dict.fromkeys(("password", "old_password", "new_password", "code", "token"), secret)
    answer = signed_in(cast.owner).post(f"/moderation/topic/{topic.id}/remove", data={**fields, "note": TEXT})
    assert texts_on(answer) == [TEXT]
    assert secret not in answer.text


@pytest.mark.parametrize("csrf", [True, False])
def test_pictures_that_are_too_large_together_give_the_text_back(
    signed_in: SignIn,
    cast: Cast,
    topic: Topic,
    monkeypatch: pytest.MonkeyPatch,
    csrf: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    form = reply_form(signed_in(cast.owner), topic.id)
    monkeypatch.setitem(form.client.application.config, "WTF_CSRF_ENABLED", csrf)
    monkeypatch.setitem(form.client.application.config, "MAX_CONTENT_LENGTH", 10_000)
    answer = form.send(body=TEXT, images=[(io.BytesIO(bytes(100_000)), "大きい.png")])
    assert answer.status_code == 413
    assert "送られた内容が大きすぎます" in answer.text
    assert [text.replace("\r\n", "\n") for text in texts_on(answer)] == [TEXT]


def test_an_error_of_ours_gives_the_text_back(
    signed_in: SignIn, cast: Cast, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a mistake")

    form = reply_form(signed_in(cast.owner), topic.id)
    monkeypatch.setattr(actions, "post_reply", fail)
    form.client.application.config["PROPAGATE_EXCEPTIONS"] = False
    answer = form.send(body=TEXT)
    assert answer.status_code == 500
    assert texts_on(answer) == [TEXT]
