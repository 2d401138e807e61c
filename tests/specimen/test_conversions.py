"""A topic becomes a note by the specimen's own description; the topic stays as it is."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from models.accounts import Member
from models.base import Base, db
from tests.cast import Cast
from tests.forums.conftest import make_forum, open_topic
from tests.specimen.models import Note, SpecimenBase

SignIn = Callable[[Member], FlaskClient]
# What the topic begins with.
OPENING = "CSVを取り込むと、日付だけが前の日になります。"


def offered(page: str) -> str:
    """The address of the draft that a topic's page offers; "" if it offers none."""
    links = [link for link in BeautifulSoup(page, "html.parser").select("main a") if "覚え書きにする" in link.text]
    return str(links[0]["href"]) if links else ""


def read_tables() -> dict[str, list[Any]]:
    """All rows of all tables, but when people signed in."""
    tables = [*Base.metadata.sorted_tables, *SpecimenBase.metadata.sorted_tables]
    return {
        table.name: [tuple(row) for row in db.session.execute(sa.select(table).order_by(*table.primary_key))]
        for table in tables
        if table.name != "sign_in"
    }


def test_a_topic_becomes_one(signed_in: SignIn, cast: Cast) -> None:
    topic = open_topic(make_forum(cast).public, cast.owner, title="朝の鍵")
    stranger = signed_in(cast.stranger)
    draft = offered(stranger.get(f"/forums/topics/{topic.id}").text)
    assert draft == f"/notes/new?origin_kind=topic&origin_id={topic.id}"
    before = read_tables()
    page = BeautifulSoup(stranger.get(draft).data, "html.parser")
    assert read_tables() == before, "nothing is stored until it is sent"
    filled = {"title": str(page.select("#title")[0]["value"]), "body": page.select("#body")[0].text.strip()}
    assert filled == {"title": "朝の鍵", "body": f"[朝の鍵](/forums/topics/{topic.id})\n\n> {OPENING}"}

    address = stranger.post(draft, data={**filled, "title": "鍵の場所"}).location
    note = db.session.scalars(sa.select(Note)).one()
    assert (note.title, note.body, note.author_id) == ("鍵の場所", filled["body"], cast.stranger.id)
    assert f'href="/forums/topics/{topic.id}"' in stranger.get(address).text
    changed = {name for name, rows in read_tables().items() if rows != before[name]}
    assert changed == {"note", "watch", "search_document", "search_audience", "public_version"}


def test_whoever_may_not_convert_a_topic_is_not_offered_it(client: FlaskClient, signed_in: SignIn, cast: Cast) -> None:
    forum = make_forum(cast)
    topics = {name: open_topic(getattr(forum, name), cast.owner) for name in ("public", "signed_in", "private")}

    def is_offered(visitor: FlaskClient, name: str) -> bool:
        return bool(offered(visitor.get(f"/forums/topics/{topics[name].id}").text))

    assert is_offered(signed_in(cast.colleague), "private")
    assert not is_offered(client, "public")
    assert not is_offered(signed_in(cast.prospect), "signed_in")
    draft = f"/notes/new?origin_kind=topic&origin_id={topics['private'].id}"
    assert client.get(draft).location.startswith("/sign-in")
    assert signed_in(cast.prospect).get(draft).status_code == 403
    assert str(topics["private"].title) in signed_in(cast.colleague).get(draft).text
    assert str(topics["private"].title) not in signed_in(cast.stranger).get(draft).text
    moderator = signed_in(cast.moderator)
    moderator.post(f"/moderation/topic/{topics['public'].id}/remove", data={"reason": "spam"})
    assert moderator.get(f"/forums/topics/{topics['public'].id}").status_code == 200
    assert not is_offered(moderator, "public"), "it is hidden"


def test_a_draft_that_is_refused_keeps_what_was_typed(signed_in: SignIn, cast: Cast) -> None:
    topic = open_topic(make_forum(cast).public, cast.owner, title="朝の鍵")
    draft = f"/notes/new?origin_kind=topic&origin_id={topic.id}"
    answer = signed_in(cast.stranger).post(draft, data={"title": "鍵の場所", "body": ""})
    assert answer.status_code == 422
    assert "鍵の場所" in answer.text
    assert db.session.scalars(sa.select(Note)).all() == []
