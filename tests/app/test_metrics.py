"""What a Prometheus server reads, and that nobody else does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from community.app import metrics
from community.ledger.actions import record_signal
from community.mail.actions import queue_mail
from community.mail.letters import Letter
from models.base import db, now, transaction
from models.ledger import PendingSignal, SignalKind
from models.mail import Mail
from tests.cast import make_cast

TOKEN = "a token for the scraper"
Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def watched(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(metrics, "KEEP_SECONDS", -1.0)
    return make_app(metrics_token=TOKEN)


def read(client: FlaskClient) -> Figures:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def of(figures: Figures, name: str, **labels: str) -> float:
    return figures[name, frozenset(labels.items())]


def test_without_the_token_there_is_no_such_page(make_app: Callable[..., Flask]) -> None:
    client = make_app(metrics_token=TOKEN).test_client()
    for said in ("", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ü"):
        assert client.get("/metrics", headers={"Authorization": said}).status_code == 404, said


def test_nobody_has_an_empty_token(make_app: Callable[..., Flask]) -> None:
    client = make_app().test_client()
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_requests_are_counted_by_endpoint_and_status_and_by_nothing_else(watched: Flask) -> None:
    client = watched.test_client()
    for path in ("/healthz", "/healthz", "/no-such-page/taro@example.jp"):
        client.get(path)
    figures = read(client)
    assert of(figures, "tsudoi_requests_total", endpoint="system.healthz", status="200") == 2
    assert of(figures, "tsudoi_requests_total", endpoint="none", status="404") == 1
    assert of(figures, "tsudoi_request_seconds_count", endpoint="system.healthz") == 2
    assert not any("taro" in value for _, labels in figures for _, value in labels)


def test_pending_rows_are_reported(watched: Flask) -> None:
    letter = Letter("件名", "本文", "<p>本文</p>")
    with watched.app_context():
        with transaction():
            cast = make_cast(db.session)
            signal = record_signal(SignalKind.TOPIC_OPENED, cast.owner, subject=("topic", 1))
            for number in range(3):
                queue_mail("reply", "taro@example.jp", letter, event_key=str(number))
        with transaction():
            sent, given_up, due = db.session.scalars(sa.select(Mail).order_by(Mail.id))
            sent.sent_at, sent.next_try = now(), None
            given_up.next_try, given_up.error = None, "refused: [550]"
            due.next_try = now() - timedelta(minutes=7)
        assert db.session.get(PendingSignal, signal.id)
    figures = read(watched.test_client())
    assert [of(figures, "tsudoi_mails", state=state) for state in ("waiting", "sent", "failed")] == [1, 1, 1]
    assert of(figures, "tsudoi_oldest_due_mail_seconds") >= 420
    assert of(figures, "tsudoi_oldest_pending_signal_seconds") > 0
    assert of(figures, "tsudoi_reader_lag_signals", reader="health") == 0
    assert of(figures, "tsudoi_stuck_signals", reader="notifications") == 0
    assert of(figures, "tsudoi_database_up") == 1
    assert sum(of(figures, "tsudoi_database_connections", state=state) for state in ("in_use", "idle")) >= 1
    assert of(figures, "tsudoi_open_sockets") == 0


def test_a_database_that_is_gone_is_reported_too(watched: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with watched.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE mail RENAME TO put_away")
    figures = read(watched.test_client())
    assert of(figures, "tsudoi_database_up") == 0
    assert ("tsudoi_open_sockets", frozenset()) in figures


def test_the_database_is_not_asked_at_every_scrape(make_app: Callable[..., Flask]) -> None:
    app = make_app(metrics_token=TOKEN)
    assert of(read(app.test_client()), "tsudoi_database_up") == 1
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE mail RENAME TO put_away")
    assert of(read(app.test_client()), "tsudoi_database_up") == 1
