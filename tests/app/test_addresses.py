"""The quick way to an address leads where Flask's own does."""

from typing import Any

import flask
import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.routing import BuildError

from community.app.addresses import url_for

NAMES = ("q", "page", "kind", "since", "next")
VALUES = st.one_of(st.none(), st.integers(0, 10**12), st.text(max_size=12), st.booleans(), st.floats(0, 9))
PLACES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("home.show_home", {}),
    ("search.find", {}),
    ("health.show_account", {"account_id": 7}),
    ("health.list_acts", {"account_id": 7_000_000_000_001}),
    ("accounts.show_profile", {"handle": "yoko_aoki-2"}),
    ("accounts.show_profile", {"handle": "a b/ü?"}),
    ("forums.show_category", {"slug": "questions"}),
    ("forums.show_topic", {"topic_id": 12}),
    ("static", {"filename": "css/base.css"}),
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@given(place=st.sampled_from(PLACES), query=st.dictionaries(st.sampled_from(NAMES), VALUES), mounted=st.booleans())
@example(place=PLACES[2], query={"q": "あ い&=+%/?:@'()*,;!$#", "page": 2}, mounted=True)
def test_addresses_are_flasks(
    app: Flask, place: tuple[str, dict[str, Any]], query: dict[str, Any], *, mounted: bool
) -> None:
    endpoint, values = place
    with app.test_request_context("/x", base_url="https://example.jp/below" if mounted else "https://example.jp/"):
        assert url_for(endpoint, **values, **query) == flask.url_for(endpoint, **values, **query)
        anchored = flask.url_for(endpoint, **values, _anchor="post-3")
        assert url_for(endpoint, **values, _anchor="post-3") == anchored


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_cannot_be_said_is_refused_as_flask_refuses_it(app: Flask) -> None:
    with app.test_request_context():
        for endpoint in ("health.show_account", "nowhere.at_all"):
            with pytest.raises(BuildError):
                url_for(endpoint)
