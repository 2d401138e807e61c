"""What a thing can become in another room is offered on its page to those who may, and costs nothing otherwise."""

import pytest
from flask import Flask
from flask_babel import lazy_gettext as _l

from blueprints import conversions
from blueprints.conversions import Conversion, list_conversions
from community.accounts import rules
from tests.cast import Cast
from tests.forums.conftest import counting_queries, make_forum, open_topic
from tests.signing_in import client_of

OFFER = Conversion("topic", _l("検索語にする"), "search", "search.find", lambda member, _thing: rules.is_staff(member))


def test_it_is_offered_where_it_begins_to_those_who_may(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = open_topic(make_forum(cast).public, cast.owner)
    path = f"/forums/topics/{topic.id}"
    address = f"/search?origin_kind=topic&amp;origin_id={topic.id}"
    assert address not in client_of(app, cast.cs).get(path).text
    monkeypatch.setattr(conversions, "CONVERSIONS", (OFFER,))
    pages = {who: client_of(app, getattr(cast, who, None)).get(path).text for who in ("cs", "owner", "guest")}
    assert {who for who, page in pages.items() if address in page and "検索語にする" in page} == {"cs"}


def test_nothing_is_offered_of_what_one_may_not_see(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = open_topic(make_forum(cast).private, cast.owner)
    everybody = Conversion("topic", _l("検索語にする"), "search", "search.find", lambda _member, _thing: True)
    monkeypatch.setattr(conversions, "CONVERSIONS", (everybody,))
    with app.test_request_context():
        assert len(list_conversions(("topic", topic.id), cast.colleague)) == 1
        assert list_conversions(("topic", topic.id), cast.stranger) == []
        with counting_queries() as statements:
            assert list_conversions(("post", 1), cast.colleague) == []
        assert statements == []
