"""A post that is drawn once for all who see it alike: the key names every value that its template looks at."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from jinja2 import meta, nodes
from markupsafe import Markup

from blueprints.forums.drawing import TEMPLATE
from blueprints.forums.view_models import PostView
from models.base import now
from models.forums import Post

pytestmark = pytest.mark.one_database

# Reactions are words and pictures of their kind; what differs is in the key.
OF_THE_KIND = {"label", "icon"}


def parse(app: Flask, name: str) -> nodes.Template:
    assert app.jinja_env.loader is not None
    return app.jinja_env.parse(app.jinja_env.loader.get_source(app.jinja_env, name)[0])


def paths_of(tree: nodes.Node, name: str) -> set[str]:
    """What is read of the variable, each as long as it is written: {"name", "post.id"}."""
    found: set[str] = set()
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        path, inner = [], node
        while isinstance(inner, nodes.Getattr):
            path.append(inner.attr)
            inner = inner.node
        if isinstance(inner, nodes.Name) and inner.name == name:
            found.add(".".join(reversed(path)))
    return {path for path in found if not any(other.startswith(f"{path}.") for other in found)}


def make_view() -> PostView:
    post = Post(id=1, topic_id=2, author_id=3, position=4, created_at=now())
    words = dict.fromkeys(("name", "at_text", "href", "company", "staff", "role", "state", "reason", "edited_text"), "")
    reactions: list[dict[str, Any]] = [{"kind": "thanks", "label": "", "icon": "", "count": 1, "mine": False}]
    return PostView(
        post=post,
        html=Markup(),
        profile_url=None,
        mine=False,
        reactions=reactions,
        is_accepted=False,
        may=frozenset(),
        **words,
    )


def changed(view: PostView, path: str) -> PostView:
    """The same with another value there."""
    if path.startswith("post."):
        name = path.removeprefix("post.")
        columns = {key: getattr(view.post, key) for key in ("id", "topic_id", "author_id", "position", "created_at")}
        value = columns[name] + (timedelta(1) if name == "created_at" else 1)
        return replace(view, post=Post(**{**columns, name: value}))
    before = getattr(view, path)
    others = {str: "other", Markup: Markup("other"), bool: True, frozenset: frozenset({"edit"}), type(None): "/other"}
    return replace(view, **{path: others[type(before)]})


def test_every_value_of_a_view_that_the_template_reads_is_in_its_key(app: Flask) -> None:
    read = paths_of(parse(app, TEMPLATE), "view")
    assert {"name", "html", "may", "post.id", "post.created_at"} <= read
    view = make_view()
    # `mark` is worked out of the others: views with one key have one mark.
    assert make_view().mark == view.mark
    for path in read - {"reactions", "mark"}:
        assert changed(view, path).seen != view.seen, path


@pytest.mark.parametrize("name", ["kind", "count", "mine"])
def test_so_is_what_it_reads_of_reactions(app: Flask, name: str) -> None:
    read = paths_of(parse(app, "components/posts.html"), "item")
    assert read - OF_THE_KIND == {"kind", "count", "mine"}
    view = make_view()
    other = {"kind": "same", "count": 2, "mine": True}[name]
    assert replace(view, reactions=[{**view.reactions[0], name: other}]).seen != view.seen


def test_it_reads_nothing_else_that_differs_between_readers(app: Flask) -> None:
    tree = parse(app, TEMPLATE)
    assert paths_of(tree, "topic") == {"id"}  # that of the post
    imported = {imported.template.value for imported in tree.find_all(nodes.FromImport)}  # pyright: ignore[reportAttributeAccessIssue]  constants
    assert not any(imported.with_context for imported in tree.find_all(nodes.FromImport))
    for name in (TEMPLATE, *imported):
        assert meta.find_undeclared_variables(parse(app, name)) <= set(app.jinja_env.globals), name
