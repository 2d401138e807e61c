"""Probes, and errors in the site's own design."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pydantic import AnyHttpUrl

from models.base import db, now
from tests.databases import make_config

pytestmark = pytest.mark.one_database


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


LARGE, CUT_OFF = "99999999", "1000"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize(
    ("method", "path", "length", "expected"),
    [
        ("POST", "/sign-in", LARGE, 413),
        ("POST", "/forums", LARGE, 405),
        ("PUT", "/forums", LARGE, 405),
        ("POST", "/nothing", LARGE, 404),
        ("POST", "/healthz", LARGE, 405),
        ("POST", "/forums/topics/1/posts", LARGE, 413),
        ("POST", "/nothing", CUT_OFF, 404),
        ("POST", "/sign-in", CUT_OFF, 400),
    ],
)
def test_a_form_that_cannot_be_read_is_no_failure_of_ours_at_any_address(
    app: Flask, monkeypatch: pytest.MonkeyPatch, kind: str, method: str, path: str, length: str, expected: int
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    said = BytesIO(b"body=" + b"x" * 90)
    answer = app.test_client().open(
        path, method=method, input_stream=said, content_type=kind, environ_overrides={"CONTENT_LENGTH": length}
    )
    assert answer.status_code == expected


def test_a_guest_whose_form_cannot_be_read_is_asked_to_sign_in(app: Flask) -> None:
    answer = app.test_client().post(
        "/forums/topics/1/posts", data={"body": "x"}, environ_overrides={"CONTENT_LENGTH": LARGE}
    )
    assert answer.status_code == 401


# --- where a weakness is reported


@pytest.fixture
def contact(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What `/.well-known/security.txt` says with these settings."""

    def ask(**settings: object) -> str:
        changed = app.config["TSUDOI"].model_copy(update=settings)
        monkeypatch.setitem(app.config, "TSUDOI", changed)
        answer = app.test_client().get("/.well-known/security.txt")
        assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
        assert "Set-Cookie" not in answer.headers
        return answer.text

    return ask


def test_security_txt_says_where_a_weakness_is_reported(contact: Callable[..., str]) -> None:
    url = AnyHttpUrl("https://community.example.jp")
    said = contact(security_contact="mailto:security@example.jp", public_url=url)
    values = {name: value for name, _, value in (line.partition(": ") for line in said.splitlines())}
    assert list(values) == ["Contact", "Expires", "Preferred-Languages", "Canonical"]
    assert values["Contact"] == "mailto:security@example.jp"
    assert values["Canonical"] == "https://community.example.jp/.well-known/security.txt"
    left = datetime.fromisoformat(values["Expires"]) - now()
    assert timedelta(days=170) < left < timedelta(days=365)  # RFC 9116, 2.5.5: less than a year


def test_security_txt_names_no_address_that_is_not_https(contact: Callable[..., str]) -> None:
    assert "Canonical" not in contact(security_contact="https://example.jp/security")


def test_without_a_contact_there_is_no_security_txt(client: FlaskClient) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize("said", ["security@example.jp", "http://example.jp/", "mailto:a b", "mailto:a\nEncryption: x"])
def test_a_contact_is_what_the_rfc_allows(tmp_path: Path, said: str) -> None:
    with pytest.raises(ValueError, match="TSUDOI_SECURITY_CONTACT"):
        make_config(tmp_path, "", security_contact=said)
