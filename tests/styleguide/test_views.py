"""The style guide is served to anybody and shows both themes; the error pages say what to do."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template
from flask.testing import FlaskClient

from tests.databases import PRODUCTION

pytestmark = pytest.mark.one_database

ERRORS = ("400", "403", "404", "413", "429", "500", "offline")


def parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def test_the_style_guide_shows_both_themes_side_by_side(client: FlaskClient) -> None:
    response = client.get("/styleguide")
    assert response.status_code == 200
    themes = parsed(response.text).select("section.guide-theme")
    assert [section["data-theme"] for section in themes] == ["light", "dark"]
    assert all(section.select(".btn-primary, .composer, .post, .toast, .chart") for section in themes)


def test_no_id_stands_twice_on_the_style_guide(client: FlaskClient) -> None:
    ids = [element["id"] for element in parsed(client.get("/styleguide").text).select("[id]")]
    assert sorted(ids) == sorted(set(ids))


def test_the_server_draws_the_theme_of_the_cookie(client: FlaskClient) -> None:
    client.set_cookie("theme", "dark")
    assert parsed(client.get("/styleguide").text).html["data-theme"] == "dark"  # type: ignore[index]
    client.set_cookie("theme", "purple")
    assert "data-theme" not in parsed(client.get("/styleguide").text).html.attrs  # type: ignore[union-attr]


def test_the_page_is_in_the_viewer_s_language(client: FlaskClient) -> None:
    client.set_cookie("locale", "en")
    page = parsed(client.get("/styleguide").text)
    assert page.html["lang"] == "en"  # type: ignore[index]
    assert page.select_one("a.skip").text == "Skip to content"  # type: ignore[union-attr]


def test_each_page_has_its_landmarks(client: FlaskClient) -> None:
    page = parsed(client.get("/styleguide").text)
    assert [len(page.select(landmark)) for landmark in ("header.topbar", "main#main", "footer.footer")] == [1, 1, 1]
    assert page.select_one("a.skip")["href"] == "#main"  # type: ignore[index]
    assert page.select_one("#toasts")["role"] == "status"  # type: ignore[index]


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_says_what_to_do(app: Flask, name: str) -> None:
    with app.test_request_context("/nowhere"):
        page = parsed(render_template(f"errors/{name}.html", request_id="abc123", message=""))
    error = page.select_one(".error-page")
    assert error is not None
    assert error.select_one("h1").text.strip()  # type: ignore[union-attr]
    assert len(error.select("p")) >= 2
    assert error.select_one("a.btn") is not None


def test_the_page_of_our_own_failure_shows_the_number_to_tell_us(app: Flask) -> None:
    with app.test_request_context("/nowhere"):
        html = render_template("errors/500.html", request_id="abc123")
    assert "abc123" in html


def test_a_module_that_is_imported_by_its_plain_name_is_asked_for_anew(client: FlaskClient) -> None:
    with client.get("/static/js/net.js") as response:
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.headers["ETag"]


def test_in_production_there_is_no_style_guide(make_app: Callable[..., Flask]) -> None:
    client = make_app(**PRODUCTION).test_client()
    assert client.get("/styleguide", base_url=PRODUCTION["public_url"]).status_code == 404
