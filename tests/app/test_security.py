"""What every answer says to browsers."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.base import db, transaction
from tests.cast import PASSWORD, Cast, make_cast
from tests.signing_in import sign_in


@pytest.mark.parametrize("path", ["/", "/no-such-page", "/sign-in", "/static/css/base.css", "/healthz"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    answer.close()  # a static file stays open otherwise
    headers = answer.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in headers


def test_pages_are_kept_by_no_shared_cache(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"


def test_over_https_cookies_and_browsers_insist_on_it(make_app: Callable[..., Flask]) -> None:
    app = make_app(public_url="https://community.example.jp")
    with app.app_context(), transaction():
        owner = make_cast(db.session).owner.email
    form = {"email": owner, "password": PASSWORD, "remember": "y"}
    answer = app.test_client().post("/sign-in", data=form, base_url="https://community.example.jp")
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} >= {"tsudoi", "tsudoi_remember"}
    assert all("Secure" in c and "HttpOnly" in c and "SameSite=Lax" in c for c in cookies)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_post_without_its_token_does_nothing(csrf_client: FlaskClient, cast: Cast) -> None:
    refused = sign_in(csrf_client, cast.owner).post("/me/sign-out-everywhere", headers={"Accept": "application/json"})
    assert refused.status_code == 400
    assert cast.owner.session_version == 1
