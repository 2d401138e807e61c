"""Probes, and errors in the site's own design."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.base import db


def test_a_living_process_says_so(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_ready_means_the_tables_are_those_of_the_code(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    assert app.test_client().get("/readyz").json == {"status": "ok"}
    with app.app_context():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
        db.session.commit()
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json and answer.json["status"]) == (503, "migration needed")


@pytest.mark.parametrize(("path", "code"), [("/no-such-page", 404), ("/accounts/999999999999999999999", 404)])
def test_an_error_is_a_page_of_ours(client: FlaskClient, path: str, code: int) -> None:
    answer = client.get(path)
    assert answer.status_code in {code, 302}
    if answer.status_code == code:
        assert "集い" in answer.text


def test_a_script_gets_its_error_as_json(client: FlaskClient) -> None:
    answer = client.get("/no-such-page", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.is_json) == (404, True)


def test_a_failure_of_ours_shows_its_number_and_no_more(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setitem(app.view_functions, "home.show_home", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        answer = app.test_client().get("/")
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
