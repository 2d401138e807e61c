"""The staff's page of the projections, with a signal that the health projection cannot process."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from community.forums import actions as forums
from community.health import projector as health
from community.ledger.queries import SequencedSignal
from community.notifications.unread import count_unread
from community.projections import checking, queries, tasks
from models.base import db, transaction
from models.forums import Category, Post, Topic
from models.health import AccountScore
from models.ledger import Signal, SignalKind
from tests.cast import Cast
from tests.signing_in import client_of

POISON = "毒のある返信"


@pytest.fixture
def topic(cast: Cast) -> Topic:
    with transaction():
        category = Category(slug="qa", name="質問")
        db.session.add(category)
        db.session.flush()
        post = forums.open_topic(category, cast.owner, "端数が合いません", "1円ずれます。")
    topic = db.session.get(Topic, post.topic_id)
    assert topic is not None
    return topic


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Make the health projection fail on replies that hold the poison."""
    real = health.project

    def project(signals: Sequence[SequencedSignal], up_to: int) -> None:
        subjects = [s.subject_id for s in signals if s.subject_kind == "post"]
        bodies = db.session.scalars(sa.select(Post.body).where(Post.id.in_(subjects)))
        if any(POISON in body for body in bodies):
            raise ZeroDivisionError("a weight of nothing")
        real(signals, up_to)

    monkeypatch.setattr(health, "project", project)
    return monkeypatch


def reply(client: FlaskClient, topic: Topic, body: str) -> None:
    answer = client.post(f"/forums/topics/{topic.id}/posts", data={"body": body})
    assert answer.status_code == 302


def behavior_of(account_id: int) -> float | None:
    return db.session.scalar(sa.select(AccountScore.behavior).where(AccountScore.account_id == account_id))


def test_a_poisoned_signal_is_shown_and_processed_once_its_cause_is_mended(
    app: Flask, cast: Cast, topic: Topic, poisoned: pytest.MonkeyPatch
) -> None:
    stranger, third = client_of(app, cast.stranger), client_of(app, cast.third)
    reply(stranger, topic, POISON)
    reply(third, topic, "丸める場所を変えてみてください。")
    tasks.process_pending()

    # The act counts, the other projection has processed it, the following signal has changed its company's score.
    assert count_unread(cast.owner.id) == 2
    assert (behavior_of(cast.c.id) or 0) > 0
    assert behavior_of(cast.b.id) is None
    assert queries.is_caught_up(("health", "notifications"))

    staff = client_of(app, cast.administrator)
    page = staff.get("/staff/ledger/").text
    assert "ZeroDivisionError: a weight of nothing" in page
    assert "1件が止まっています" in page
    said = BeautifulSoup(page, "html.parser").select_one("[data-row] > p")
    assert said is not None
    assert f"{cast.b.name}の{cast.stranger.display_name}さんの「返信」が、行動力に入っていません。" in said.get_text()
    technical = BeautifulSoup(page, "html.parser").select_one("details code")
    assert technical is not None
    assert "ZeroDivisionError" in technical.get_text()

    poisoned.undo()
    assert staff.post("/staff/ledger/stuck/retry").status_code == 302
    tasks.process_pending()
    assert "止まっている行動はありません" in staff.get("/staff/ledger/").text
    assert (behavior_of(cast.b.id) or 0) > 0
    assert checking.compare_with_rebuild(health).agrees


def test_the_acts_themselves_are_in_the_ledger_once(app: Flask, cast: Cast, topic: Topic) -> None:
    reply(client_of(app, cast.stranger), topic, "返信です。")
    replies = sa.select(sa.func.count()).where(Signal.kind == SignalKind.REPLY_POSTED)
    assert db.session.scalar(replies) == 1


def test_a_customer_does_not_find_the_page(app: Flask, cast: Cast) -> None:
    assert client_of(app, cast.owner).get("/staff/ledger/").status_code == 403
