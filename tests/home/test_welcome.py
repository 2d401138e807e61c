"""A newcomer's first page: one act, chosen by what there is; gone once it is closed."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from community.forums import actions as forums
from community.joining import welcomes
from models.accounts import Member
from models.base import db, transaction
from models.forums import Audience, Category, Reaction, ReactionKind, Topic
from tests.cast import Cast
from tests.signing_in import client_of

pytestmark = pytest.mark.one_database


@pytest.fixture
def category(cast: Cast) -> Category:
    category = Category(slug="qa", name="質問", readers=Audience.PUBLIC)
    db.session.add(category)
    db.session.flush()
    return category


def newcomer(app: Flask, member: Member) -> FlaskClient:
    with transaction():
        welcomes.begin(member)
    return client_of(app, member)


def ask(category: Category, by: Member) -> Topic:
    with transaction():
        post = forums.open_topic(category, by, "検品の写真が回りません", "本文です。")
    topic = db.session.get(Topic, post.topic_id)
    assert topic is not None
    return topic


def reactions() -> list[tuple[int, str]]:
    return [(r.member_id, r.kind) for r in db.session.scalars(sa.select(Reaction))]


def test_a_question_from_ones_own_trade_waits(app: Flask, cast: Cast, category: Category) -> None:
    cast.b.industry = cast.a.industry
    topic = ask(category, cast.owner)
    stranger = newcomer(app, cast.stranger)
    page = stranger.get("/welcome").text
    assert f"ようこそ、{cast.stranger.display_name}さん。" in page
    assert "同じ製造業の方が、答えを待っています" in page
    assert topic.title in page
    assert cast.a.name not in page
    for _ in range(2):  # pressed twice it is said once
        answer = stranger.post(f"/welcome/same/{topic.id}")
        assert answer.location.startswith(f"/forums/topics/{topic.id}")
    assert reactions() == [(cast.stranger.id, ReactionKind.SAME)]
    assert stranger.get("/welcome").location == "/"


def test_without_such_a_question_one_may_ask_the_first(app: Flask, cast: Cast, category: Category) -> None:
    ask(category, cast.owner)
    stranger = newcomer(app, cast.stranger)
    assert "最初の質問をしてみませんか" in stranger.get("/welcome").text
    assert stranger.post("/welcome/close", data={"next": "/forums/topics/new"}).location == "/forums/topics/new"
    assert stranger.get("/welcome").location == "/"


def test_who_may_not_ask_completes_the_profile(app: Flask, cast: Cast, category: Category) -> None:
    ask(category, cast.owner)
    assert "プロフィールを整えませんか" in newcomer(app, cast.prospect).get("/welcome").text


def test_it_is_dismissed_for_good_and_leads_nowhere_else(app: Flask, cast: Cast) -> None:
    stranger = newcomer(app, cast.stranger)
    assert "はじめの一歩" in stranger.get("/").text
    assert stranger.post("/welcome/close", data={"next": "https://evil.example/"}).location == "/"
    assert "はじめの一歩" not in stranger.get("/").text


def test_those_who_have_been_here_long_are_not_welcomed(app: Flask, cast: Cast) -> None:
    owner = client_of(app, cast.owner)
    assert owner.get("/welcome").location == "/"
    assert "はじめの一歩" not in owner.get("/").text
    assert owner.post("/welcome/close").location == "/"


def test_nobody_says_same_to_themselves_or_to_what_they_may_not_read(
    app: Flask, cast: Cast, category: Category
) -> None:
    topic = ask(category, cast.owner)
    assert newcomer(app, cast.owner).post(f"/welcome/same/{topic.id}").status_code == 403
    category.readers = Audience.STAFF
    assert newcomer(app, cast.stranger).post(f"/welcome/same/{topic.id}").status_code == 404
    assert reactions() == []
