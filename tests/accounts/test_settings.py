"""Look, language, time zone."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import PASSWORD, Cast
from tests.forms.filling import send_form

pytestmark = pytest.mark.one_database


def test_guests_choose_look_and_language(client: FlaskClient) -> None:
    assert client.post("/theme", data={"theme": "dark", "next": "/sign-in"}).location == "/sign-in"
    assert client.post("/language", data={"locale": "en", "next": "/sign-in"}).location == "/sign-in"
    cookies = {name: client.get_cookie(name) for name in ("theme", "locale")}
    assert {name: cookie.value for name, cookie in cookies.items() if cookie} == {"theme": "dark", "locale": "en"}
    page = client.get("/sign-in").text
    assert 'lang="en"' in page
    assert 'data-theme="dark"' in page


@pytest.mark.parametrize("path", ["/theme", "/language"])
@pytest.mark.parametrize("value", ["", "xx", "<script>", "\x00"])
def test_unknown_choices_are_refused(client: FlaskClient, path: str, value: str) -> None:
    assert client.post(path, data={"theme": value, "locale": value}).status_code == 400


def test_nobody_is_led_away(client: FlaskClient) -> None:
    assert client.post("/theme", data={"theme": "dark", "next": "https://evil.example/"}).location == "/"


def test_a_members_language_is_theirs_on_every_device(app: Flask, client: FlaskClient, cast: Cast) -> None:
    client.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD})
    client.post("/language", data={"locale": "en"})
    assert cast.owner.locale == "en"
    assert send_form(client, "/me/settings", {"locale": "ja", "time_zone": "Europe/Berlin"}).status_code == 302
    assert (cast.owner.locale, cast.owner.time_zone) == ("ja", "Europe/Berlin")
    assert 'lang="ja"' in client.get("/me/settings").text


def test_a_time_zone_that_is_none_is_refused(client: FlaskClient, cast: Cast) -> None:
    client.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD})
    assert client.post("/me/settings", data={"locale": "ja", "time_zone": "Mars/Olympus"}).status_code == 422
    assert cast.owner.time_zone == "Asia/Tokyo"


def test_an_unusual_zone_of_ones_own_is_kept(client: FlaskClient, cast: Cast) -> None:
    cast.owner.time_zone = "Africa/Nairobi"
    client.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD})
    assert '<option selected value="Africa/Nairobi">' in client.get("/me/settings").text


def test_coming_back_begins_a_visit(client: FlaskClient, cast: Cast) -> None:
    client.post("/sign-in", data={"email": cast.owner.email, "password": PASSWORD})
    cast.owner.visited_at = cast.owner.created_at
    assert client.post("/visit").status_code == 204
    assert cast.owner.seen_at == cast.owner.created_at
