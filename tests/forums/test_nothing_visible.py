"""A title, a body or a name of which nothing can be seen is empty; what is seen is kept, never in halves."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from community.forums import drafts
from community.forums.composing import TITLE_MAX, clean_title, compose
from community.forums.drafts import Writing
from community.text import BadTextError
from models.base import db
from models.forums import Category, Draft, Post, Topic
from tests.cast import Cast
from tests.forums.conftest import Forum
from tests.forums.pages import SignIn, page

pytestmark = pytest.mark.one_database

UNSEEN = ["\u200b", "\u200b\u200b", "\ufeff", "\u2060", "\u00ad", "\u3164", "\u115f", "\uffa0", "\u2800"]
UNSEEN += ["\u0301", "\ufe0f", "　"]
SHOWN_AS_NOTHING = ["&nbsp;", "&#8203;", "[](x)", "[\u200b](https://example.jp)", "[ ]: \u3164", "---", "> \u200b"]
FAMILY = "👨‍👩‍👧‍👦"


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.mark.parametrize("typed", UNSEEN)
def test_a_title_of_nothing_visible_is_refused_as_empty(
    signed_in: SignIn, cast: Cast, forum: Forum, typed: str
) -> None:
    fields = {"category": forum.public.id, "kind": "question", "title": typed, "body": "本文"}
    answer = signed_in(cast.owner).post("/forums/topics/new", data=fields)
    assert (answer.status_code, count(Topic)) == (422, 0)
    assert "を書いてください" in answer.text


@pytest.mark.parametrize("typed", [*UNSEEN, *SHOWN_AS_NOTHING[:4]])
def test_a_body_of_nothing_visible_is_refused_as_empty(signed_in: SignIn, cast: Cast, topic: Topic, typed: str) -> None:
    posts = count(Post)
    answer = signed_in(cast.stranger).post(f"/forums/topics/{topic.id}/posts", data={"body": typed})
    assert (answer.status_code, count(Post)) == (422, posts)
    assert "本文を書いてください" in answer.text


@pytest.mark.parametrize("typed", ["", *UNSEEN, *(t for t in SHOWN_AS_NOTHING if t != "[ ]: \u3164")])
def test_compose_refuses_what_shows_nothing(db_session: object, typed: str) -> None:
    with pytest.raises(BadTextError):
        compose(typed)


def test_a_body_that_is_one_picture_is_not_empty(db_session: object) -> None:
    assert compose("![](/files/k1)").files == ["k1"]


def test_a_body_keeps_its_full_width_space_and_its_indented_code(db_session: object) -> None:
    assert compose("\n　お世話になっております。\n").body == "　お世話になっております。"
    assert compose("\n    code\n").body == "    code"
    assert compose("  本文 ").body == "本文"


@pytest.mark.parametrize("typed", UNSEEN)
def test_a_category_cannot_be_called_nothing(signed_in: SignIn, cast: Cast, forum: Forum, typed: str) -> None:
    before = count(Category)
    fields = {"name": typed, "slug": "new", "parent": 0, "readers": "members", "posters": "members", "account": 0}
    answer = signed_in(cast.administrator).post("/forums/categories/new", data=fields)
    assert count(Category) == before
    assert answer.status_code == 422


def test_titles_and_drafts_are_cut_between_signs(cast: Cast, forum: Forum) -> None:
    title = "あ" * (TITLE_MAX - 3) + FAMILY
    assert clean_title(title) == "あ" * (TITLE_MAX - 3)
    drafts.save(cast.owner, Writing("new", "本文", title="あ" * 197 + FAMILY))
    assert db.session.scalars(sa.select(Draft.title)).one() == "あ" * 197


def test_a_title_of_too_many_marks_stays_narrow(
    signed_in: SignIn, client: FlaskClient, cast: Cast, forum: Forum
) -> None:
    fields = {"category": forum.public.id, "kind": "question", "title": "Z" + "\u0300" * 112, "body": "本文"}
    assert signed_in(cast.owner).post("/forums/topics/new", data=fields).status_code == 302
    assert db.session.scalars(sa.select(Topic.title)).one() == "Z" + "\u0300" * 8
    assert "\u0300" * 9 not in page(client, "/forums/c/public").text
