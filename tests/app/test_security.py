"""What every answer says to browsers."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.app.security import FROM_ANYWHERE
from community.mail.stopping import make_stop_token
from models.base import db, transaction
from tests.cast import PASSWORD, Cast, make_cast
from tests.signing_in import sign_in

pytestmark = pytest.mark.one_database


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


OURS, FOREIGN = "http://localhost", "https://evil.example"


@pytest.mark.parametrize(
    "headers",
    [
        {},  # scripts, mail programs, browsers of long ago
        {"Origin": OURS},
        {"Origin": f"{OURS}:80"},
        {"Origin": OURS, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},  # extensions that hide where one comes from
        {"Origin": "https://localhost"},  # a proxy speaks https, and we were not told
        {"Origin": "http://localhost:8000"},  # TSUDOI_PUBLIC_URL
        {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-site"},
        {"Referer": f"{FOREIGN}/page"},  # a link of theirs was followed before
    ],
)
def test_what_our_own_pages_send_is_taken(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/theme", data={"theme": "dark"}, headers=headers).status_code == 302


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": FOREIGN},
        {"Origin": FOREIGN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": OURS, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://blog.localhost", "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:9999", "Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": ""},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:x"},
        {"Origin": "chrome-extension://abc"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_other_sites_send_is_refused(client: FlaskClient, method: str, headers: dict[str, str]) -> None:
    answer = client.open("/theme", method=method, data={"theme": "dark"}, headers=headers)
    assert answer.status_code == 403
    assert "ほかのサイトから送られたため" in answer.text
    as_script = {**headers, "X-Requested-With": "fetch"}
    refused = client.open("/theme", method=method, headers=as_script)
    assert (refused.status_code, refused.mimetype) == (403, "application/json")


@pytest.mark.parametrize("headers", [{"Origin": FOREIGN}, {"Sec-Fetch-Site": "cross-site"}])
def test_links_from_other_sites_lead_here(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/sign-in", headers=headers).status_code == 200


def test_only_ways_out_of_mail_are_open_to_other_sites(app: Flask, client: FlaskClient, cast: Cast) -> None:
    """A mail program on the web may send the one-click way out from its own page (RFC 8058)."""
    path = f"/mails/stop/{make_stop_token(cast.owner.id, 'reply')}"
    form = {"List-Unsubscribe": "One-Click"}
    assert client.post(path, data=form, headers={"Origin": FOREIGN, "Sec-Fetch-Site": "cross-site"}).status_code == 200
    open_views = {name for name, view in app.view_functions.items() if getattr(view, FROM_ANYWHERE, False)}
    assert open_views == {"mailings.stop_mails"}


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://community.example.jp", 302),
        ("https://community.example.jp:443", 302),
        ("http://community.example.jp", 403),  # somebody on the line
        ("https://example.jp", 403),
        ("https://inner.example", 302),  # a second name that the proxy passes on
    ],
)
def test_behind_a_proxy_the_public_name_counts(make_app: Callable[..., Flask], origin: str, status: int) -> None:
    app = make_app(public_url="https://community.example.jp", trusted_proxies=1)
    headers = {"Origin": origin, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "inner.example"}
    answer = app.test_client().post("/theme", data={"theme": "dark"}, headers=headers)
    assert answer.status_code == status
