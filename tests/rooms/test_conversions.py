"""What a thing can become in another room is offered on its page to those who may, and costs nothing otherwise."""

import pytest
from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from blueprints.conversions import find_origin, list_conversions
from blueprints.room import Pages, RoomPages, current_pages
from blueprints.room_parts import Conversion
from community.accounts import rules
from tests.cast import Cast
from tests.forums.conftest import counting_queries, make_forum, open_topic
from tests.signing_in import client_of

OFFER = Conversion("topic", _l("検索語にする"), "search", "search.find", lambda member, _thing: rules.is_staff(member))
EVERYBODY = Conversion("topic", _l("検索語にする"), "search", "search.find", lambda _member, _thing: True)


def join(app: Flask, monkeypatch: pytest.MonkeyPatch, *conversions: Conversion) -> None:
    """A room more, with these conversions."""
    pages, made = current_pages(), RoomPages("made", Blueprint("made", __name__), conversions=conversions)
    monkeypatch.setitem(app.extensions, "room_pages", Pages((*pages.rooms, made), pages.house_navigation))


def test_it_is_offered_where_it_begins_to_those_who_may(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = open_topic(make_forum(cast).public, cast.owner)
    path = f"/forums/topics/{topic.id}"
    address = f"/search?origin_kind=topic&amp;origin_id={topic.id}"
    assert address not in client_of(app, cast.cs).get(path).text
    join(app, monkeypatch, OFFER)
    pages = {who: client_of(app, getattr(cast, who, None)).get(path).text for who in ("cs", "owner", "guest")}
    assert {who for who, page in pages.items() if address in page and "検索語にする" in page} == {"cs"}


def test_nothing_is_offered_of_what_one_may_not_see(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = open_topic(make_forum(cast).private, cast.owner)
    join(app, monkeypatch, EVERYBODY)
    with app.test_request_context():
        assert len(list_conversions(("topic", topic.id), cast.colleague)) == 1
        assert list_conversions(("topic", topic.id), cast.stranger) == []
        with counting_queries() as statements:
            assert list_conversions(("post", 1), cast.colleague) == []
        assert statements == []


def test_a_draft_finds_its_origin_as_far_as_it_is_offered(app: Flask, cast: Cast) -> None:
    topic = open_topic(make_forum(cast).private, cast.owner)
    address = f"/search?origin_kind=topic&origin_id={topic.id}"
    with app.test_request_context(address):
        origin = find_origin((EVERYBODY,), cast.colleague)
        assert origin is not None
        assert origin.key == ("topic", topic.id)
        assert find_origin((EVERYBODY,), cast.stranger) is None, "who may not see it"
        assert find_origin((OFFER,), cast.colleague) is None, "whom the rule refuses"
        assert find_origin((OFFER, EVERYBODY), cast.colleague) == origin, "by one rule of several"


@pytest.mark.parametrize(
    "asked", ["", "origin_kind=topic", "origin_id=1", "origin_kind=topic&origin_id=x", "origin_kind=member&origin_id=1"]
)
def test_an_address_that_names_no_origin_costs_nothing(app: Flask, cast: Cast, asked: str) -> None:
    with app.test_request_context(f"/search?{asked}"), counting_queries() as statements:
        assert find_origin((EVERYBODY,), cast.cs) is None
    assert statements == []


def test_of_what_is_gone_no_draft_begins(app: Flask, cast: Cast) -> None:
    with app.test_request_context("/search?origin_kind=topic&origin_id=987654"):
        assert find_origin((EVERYBODY,), cast.cs) is None


def test_signs_behind_the_address_of_a_draft_are_cut_off(app: Flask, cast: Cast) -> None:
    answer = client_of(app, cast.cs).get("/search?origin_kind=topic&origin_id=7%E3%80%8D")
    assert answer.location == "/search?origin_kind=topic&origin_id=7"
