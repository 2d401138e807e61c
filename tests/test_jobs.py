"""Enqueuing jobs with a broker that is gone or does not answer."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from celery.worker import state
from flask import Flask

from community import jobs
from community.app import create_app
from community.jobs import hurry
from models.base import db, transaction
from tests.databases import make_config


@pytest.fixture(params=["gone", "frozen"])
def app_without_redis(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose Redis refuses connections, or accepts them and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        if request.param == "gone":
            silent.close()
        app = create_app(make_config(tmp_path, "", redis_url=f"redis://127.0.0.1:{port}/0"))
        with app.app_context():
            yield app
            db.engine.dispose()


@pytest.mark.timeout(60)
def test_an_act_does_not_wait_for_a_broker_that_does_not_answer(
    app_without_redis: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "community.jobs"), transaction():
        hurry("projections.process_pending")
    assert [record.message for record in caplog.records if record.name == "community.jobs"] == ["job not hurried"]


@pytest.mark.parametrize(
    ("beat", "ends"),
    [(None, False), (SimpleNamespace(is_alive=lambda: True), False), (SimpleNamespace(is_alive=lambda: False), True)],
)
def test_a_worker_whose_clock_was_killed_ends(
    monkeypatch: pytest.MonkeyPatch, beat: SimpleNamespace | None, *, ends: bool
) -> None:
    """The supervisor then starts both again; without beat, nothing would be swept any more."""
    monkeypatch.setattr(state, "should_stop", None)
    jobs.end_without_clock(SimpleNamespace(beat=beat))
    assert (state.should_stop is not None) == ends
