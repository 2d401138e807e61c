"""Setting up the tree of categories."""

import tomllib

import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from community.config import ROOT
from models.audit import AuditEntry
from models.base import db
from models.forums import Audience, Category
from tests.cast import Cast
from tests.forms.filling import send_form
from tests.forums.conftest import Forum
from tests.forums.pages import SignIn


def test_community_managers_set_up_the_categories(
    signed_in: SignIn, client: FlaskClient, cast: Cast, forum: Forum
) -> None:
    manager = signed_in(cast.community_manager)
    typed = {
        "name": "新しい棚", "slug": "new-category", "parent": str(forum.members.id), "readers": "members",
        "posters": "members", "account": "0", "segments": ["high"],
    }  # fmt: skip
    assert manager.post("/forums/categories/new", data={**typed, "slug": "大文字"}).status_code == 422
    assert manager.post("/forums/categories/new", data={**typed, "slug": "public"}).status_code == 422
    assert manager.post("/forums/categories/new", data=typed).status_code == 302
    made = db.session.scalars(sa.select(Category).where(Category.slug == "new-category")).one()
    assert (made.parent_id, made.segments, made.position) == (forum.members.id, "high", forum.inner.position + 1)
    path = f"/forums/categories/{made.id}"
    assert "新しい棚" in manager.get(f"{path}/edit").text
    assert send_form(manager, f"{path}/edit", {**typed, "name": "別の名", "segments": []}).status_code == 302
    circle = {**typed, "name": "輪", "slug": "members", "parent": str(made.id)}
    assert send_form(manager, f"/forums/categories/{forum.members.id}/edit", circle).status_code == 422
    assert manager.post(f"{path}/up").status_code == 302
    db.session.expire_all()
    assert (made.name, made.segments, made.position, forum.inner.position) == ("別の名", "", 0, 1)
    for other in (cast.owner, cast.moderator, cast.cs):
        assert signed_in(other).get("/forums/categories").status_code == 403
        assert signed_in(other).post(f"{path}/edit", data=typed).status_code == 403
    assert "別の名" in manager.get("/forums/categories").text
    actions_on_record = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert actions_on_record == {"forums.create_category", "forums.edit_category", "forums.move_category"}


def test_a_new_category_is_for_members(signed_in: SignIn, cast: Cast, forum: Forum) -> None:
    manager = signed_in(cast.community_manager)
    page = BeautifulSoup(manager.get("/forums/categories/new").text, "html.parser")
    chosen = {name: page.select_one(f"select[name={name}] option[selected]") for name in ("readers", "posters")}
    assert {name: option and option["value"] for name, option in chosen.items()} == {
        "readers": "members", "posters": "members",
    }  # fmt: skip
    untouched = {"name": "何も選ばない棚", "slug": "untouched", "parent": "0", "account": "0"}
    assert manager.post("/forums/categories/new", data=untouched).status_code == 302
    made = db.session.scalars(sa.select(Category).where(Category.slug == "untouched")).one()
    assert (made.readers, made.posters) == (Audience.MEMBERS, Audience.MEMBERS)
    bare = Category(slug="bare", name="列だけの棚", position=99)
    db.session.add(bare)
    db.session.flush()
    assert (bare.readers, bare.posters) == (Audience.MEMBERS, Audience.MEMBERS)


def test_the_sample_says_of_each_category_whom_it_is_for() -> None:
    categories = tomllib.loads((ROOT / "community/forums/sample/categories.toml").read_text())["category"]
    assert [category["name"] for category in categories if not {"readers", "posters"} <= category.keys()] == []
