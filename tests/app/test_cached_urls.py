"""Addresses that Flask builds once."""

import pytest
from flask import Flask, url_for
from werkzeug.routing import BuildError

from community.app.cached_urls import cached_url


@pytest.mark.parametrize("mounted", ["http://localhost/", "http://localhost/tsudoi/"])
def test_it_says_what_flask_says(app: Flask, mounted: str) -> None:
    with app.test_request_context(base_url=mounted):
        for _ in range(2):
            assert cached_url("home.show_home") == url_for("home.show_home")
            assert cached_url("accounts.show_profile", handle="mori") == url_for("accounts.show_profile", handle="mori")
            assert cached_url("forums.show_post", post_id=7) == url_for("forums.show_post", post_id=7)
            assert cached_url("forums.show_post", post_id=8) == url_for("forums.show_post", post_id=8)


def test_a_page_that_does_not_exist_has_no_address(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(BuildError):
        cached_url("home.nowhere")
