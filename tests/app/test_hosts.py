"""By which names production answers: its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.realtime.sockets import _is_own_page
from tests.databases import PRODUCTION, PRODUCTION_HOST, make_config

pytestmark = pytest.mark.one_database

TOKEN = "kT4nVx0cQe7mZs2LwHd8KfRb"
PAGES = ("/", "/sign-in", "/forums", "/search?q=x", "/no-such-page", "/static/css/base.css", "/socket.io-not/")


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> FlaskClient:
    return make_app(**PRODUCTION, trusted_hosts="second.internal", metrics_token=TOKEN).test_client()


def test_production_answers_no_page_to_a_foreign_name(client: FlaskClient) -> None:
    for name in ("evil.example", f"{PRODUCTION_HOST}.evil.example", "localhost", "127.0.0.1:8001", "[::1]", ""):
        for page in PAGES:
            with client.get(page, headers={"Host": name}) as answer:
                assert answer.status_code == 400, (name, page)
        assert client.post("/theme", data={"theme": "dark"}, headers={"Host": name}).status_code == 400


def test_production_answers_to_its_names_in_any_spelling(client: FlaskClient) -> None:
    host = PRODUCTION_HOST
    for name in (host, f"{host}:443", f"{host}:8443", "TSUDOI.Internal.", "second.internal"):
        assert client.get("/sign-in", headers={"Host": name}).status_code == 200, name


def test_machines_may_ask_each_process_by_its_address(client: FlaskClient) -> None:
    headers = {"Host": "10.0.0.5:8001", "Authorization": f"Bearer {TOKEN}"}
    assert [client.get(page, headers=headers).status_code for page in ("/healthz", "/readyz", "/metrics")] == [200] * 3


def test_behind_a_proxy_the_name_is_the_one_it_was_asked_for(make_app: Callable[..., Flask]) -> None:
    behind = make_app(**PRODUCTION, trusted_proxies=1).test_client()
    inner = {"Host": "127.0.0.1:8001"}
    assert behind.get("/sign-in", headers={**inner, "X-Forwarded-Host": PRODUCTION_HOST}).status_code == 200
    assert behind.get("/sign-in", headers={**inner, "X-Forwarded-Host": "evil.example"}).status_code == 400
    # What a visitor added stands before what the proxy says.
    forged = f"{PRODUCTION_HOST}, evil.example"
    assert behind.get("/sign-in", headers={**inner, "X-Forwarded-Host": forged}).status_code == 400


def test_without_a_trusted_proxy_nobody_says_another_name(client: FlaskClient) -> None:
    forged = {"Host": "evil.example", "X-Forwarded-Host": PRODUCTION_HOST}
    assert client.get("/sign-in", headers=forged).status_code == 400


def test_in_production_only_pages_of_its_own_names_open_sockets(tmp_path: Path) -> None:
    config = make_config(tmp_path, "", **PRODUCTION)
    own = [f"https://{PRODUCTION_HOST}", f"https://{PRODUCTION_HOST}:8443"]
    foreign = [f"http://{PRODUCTION_HOST}", "https://evil.example", "null", "https://[", "", None]
    assert [origin for origin in [*own, *foreign] if _is_own_page(config, origin)] == own
