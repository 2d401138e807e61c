"""What is reported of an error, and that nothing personal is."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sentry_sdk
from celery import shared_task
from flask import Flask
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from community.app import reports
from tests.cast import Cast
from tests.databases import make_config
from tests.signing_in import client_of

DSN = "https://key@errors.example.com/1"
PERSONAL = ("taro@example.jp", "田所", "おなやみ", "203.0.113.7", "tsudoi=")


class Desk(Transport):
    """Takes what would go over the network."""

    taken: ClassVar[list[Envelope]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.taken.append(envelope)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[type[Desk]]:
    Desk.taken.clear()
    reports.start(make_config(tmp_path, "", sentry_dsn=DSN), transport=Desk)
    yield Desk
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


def only_event(desk: type[Desk]) -> dict[str, Any]:
    [envelope] = desk.taken
    written = envelope.serialize().decode()
    assert [word for word in PERSONAL if word in written] == []
    event = envelope.get_event()
    assert event is not None
    return dict(event)


def fail() -> None:
    raise ZeroDivisionError(" ".join(PERSONAL))  # source lines are reported, so the words are not among them


def test_a_failed_request_is_reported_by_its_endpoint_and_the_number_on_its_page(
    app: Flask, cast: Cast, desk: type[Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.view_functions, "accounts.change_settings", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = client_of(app, cast.owner).post(
        "/me/settings?email=taro@example.jp",
        data={"body": "おなやみ"},
        headers={"User-Agent": "田所"},
        environ_base={"REMOTE_ADDR": "203.0.113.7"},
    )
    assert answer.status_code == 500
    event = only_event(desk)
    [exception] = event["exception"]["values"]
    assert (exception["type"], exception["stacktrace"]["frames"][-1]["function"]) == ("ZeroDivisionError", "fail")
    assert event["tags"]["endpoint"] == "accounts.change_settings"
    assert event["tags"]["request_id"] in answer.text


def test_a_failed_task_is_reported_by_its_name(app: Flask, desk: type[Desk]) -> None:
    task: Any = shared_task(name="tests.fail")(fail)
    task.apply(throw=False)
    assert only_event(desk)["tags"] == {"task": "tests.fail"}


def test_an_error_that_was_caught_and_logged_is_reported_and_its_words_are_not(desk: type[Desk]) -> None:
    try:
        fail()
    except ZeroDivisionError:
        logging.getLogger("community.projections.tasks").exception("田所's signal is stuck")
    assert only_event(desk)["level"] == "error"


def test_a_line_without_an_exception_is_no_report(desk: type[Desk]) -> None:
    logging.getLogger("community").error("田所")
    assert desk.taken == []


def test_without_an_address_nothing_is_reported(tmp_path: Path) -> None:
    reports.start(make_config(tmp_path, ""))
    assert not sentry_sdk.get_client().is_active()
