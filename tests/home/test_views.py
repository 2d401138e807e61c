"""The first page: for a guest, for somebody who comes back, and what it costs."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from community.forums import actions as forums
from community.forums import answers
from community.projections.tasks import process_pending
from models.accounts import Member
from models.base import db, transaction
from models.forums import Audience, Category, Post, Topic
from tests.cast import Cast
from tests.signing_in import client_of


@pytest.fixture
def category(cast: Cast) -> Category:
    category = Category(slug="qa", name="質問", readers=Audience.PUBLIC)
    db.session.add(category)
    db.session.flush()
    return category


def ask(category: Category, by: Member, title: str) -> Topic:
    with transaction():
        post = forums.open_topic(category, by, title, "本文です。")
    topic = db.session.get(Topic, post.topic_id)
    assert topic is not None
    return topic


def answer(topic: Topic, by: Member) -> Post:
    with transaction():
        return forums.post_reply(topic, by, "こうすると直ります。")


@pytest.mark.one_database
def test_a_guest_sees_public_questions_and_the_way_in(client: FlaskClient, cast: Cast, category: Category) -> None:
    ask(category, cast.owner, "公開の質問")
    page = client.get("/").text
    assert "公開の質問" in page
    assert "/sign-in" in page
    assert cast.a.name not in page


@pytest.mark.one_database
def test_what_became_of_my_matter_comes_first(app: Flask, cast: Cast, category: Category) -> None:
    topic = ask(category, cast.owner, "端数が合いません")
    post = answer(topic, cast.stranger)
    process_pending()
    assert "返信が1件" in client_of(app, cast.owner).get("/").text
    with transaction():
        db.session.refresh(post, ["author"])
        answers.accept_answer(topic, post, cast.owner)
    process_pending()
    assert "あなたの回答で質問が1件解決" in client_of(app, cast.stranger).get("/").text


def test_my_own_questions_are_not_offered_to_me(app: Flask, cast: Cast, category: Category) -> None:
    ask(category, cast.owner, "わたしの質問")
    page = client_of(app, cast.owner).get("/").text
    assert "答えを待っている質問は、いまはありません。" in page
    assert "わたしの質問" in client_of(app, cast.stranger).get("/").text


def test_more_questions_cost_no_more_queries(app: Flask, cast: Cast, category: Category) -> None:
    client = client_of(app, cast.stranger)

    def count_queries() -> int:
        statements: list[str] = []

        def note(*event: object) -> None:
            statements.append(str(event[2]))

        listened: Callable[..., None] = note
        event.listen(sa.Engine, "before_cursor_execute", listened)
        try:
            assert client.get("/").status_code == 200
        finally:
            event.remove(sa.Engine, "before_cursor_execute", listened)
        return len(statements)

    count_queries()  # what a process reads once and remembers is no matter of questions
    ask(category, cast.owner, "ひとつめ")
    one = count_queries()
    for title in ("ふたつめ", "みっつめ"):
        ask(category, cast.owner, title)
    assert count_queries() == one
