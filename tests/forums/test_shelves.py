"""Setting up the tree of categories."""

import sqlalchemy as sa
from flask.testing import FlaskClient

from models.audit import AuditEntry
from models.base import db
from models.forums import Category
from tests.cast import Cast
from tests.forms.filling import send_form
from tests.forums.conftest import Forum
from tests.forums.pages import SignIn


def test_community_managers_set_up_the_shelves(
    signed_in: SignIn, client: FlaskClient, cast: Cast, forum: Forum
) -> None:
    manager = signed_in(cast.community_manager)
    typed = {
        "name": "新しい棚", "slug": "new-shelf", "parent": str(forum.members.id), "readers": "members",
        "posters": "members", "account": "0", "segments": ["high"],
    }  # fmt: skip
    assert manager.post("/forums/categories/new", data={**typed, "slug": "大文字"}).status_code == 422
    assert manager.post("/forums/categories/new", data={**typed, "slug": "public"}).status_code == 422
    assert manager.post("/forums/categories/new", data=typed).status_code == 302
    made = db.session.scalars(sa.select(Category).where(Category.slug == "new-shelf")).one()
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
