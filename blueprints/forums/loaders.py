"""The viewer of the request, and the things it names: loaded with access checked, or the request ends with 404."""

from typing import NoReturn

from flask import abort

from blueprints.access import current_member, current_viewer
from community.extensions import login_manager
from community.forums import pages, queries
from community.forums.guest_scopes import category_scope
from community.forums.pages import TopicFacts
from community.forums.viewer import Viewer
from community.room import Scope
from models.forums import Category, Post, Topic


def viewer() -> Viewer:
    """Return the viewer of this request as the forum sees them; loaded once."""
    return current_viewer(queries.get_viewer)


def find_topic(topic_id: int) -> Topic:
    """Return the topic. Ends the request if there is none or the viewer may not see it."""
    return queries.get_topic(topic_id, seen_by=viewer()) or _refuse_missing()


def find_topic_with_facts(topic_id: int) -> tuple[Topic, TopicFacts]:
    """Return the topic and the facts of its page, in one query. Ends the request as `find_topic` does."""
    return pages.get_topic_with_facts(topic_id, seen_by=viewer()) or _refuse_missing()


def find_post(post_id: int) -> Post:
    """Return the post with its topic. Ends the request if there is none or the viewer may not see it."""
    return queries.get_post(post_id, seen_by=viewer()) or _refuse_missing()


def find_post_or_its_place(post_id: int) -> Post:
    """Return the post, also a hidden one of which the viewer may know only that it stood there."""
    return queries.get_post_or_its_place(post_id, seen_by=viewer()) or _refuse_missing()


def find_category(slug: str) -> Category:
    """Return the category. Ends the request if there is none or the viewer may not read it."""
    category = viewer().categories.find(slug)
    if category is None or category.id not in queries.readable_category_ids(viewer()):
        _refuse_missing()
    return category


def scopes_of_lists() -> set[Scope]:
    """Return the scopes of lists that show topics of all categories which guests may read."""
    return {category_scope(category_id) for category_id in queries.readable_category_ids(queries.get_viewer(None))}


def scopes_of_category(slug: str) -> set[Scope]:
    """Return the scopes of one category's page, which shows the categories below it too; none if there is no such."""
    # Not the viewer of the request, whose version must be read after the versions of these scopes.
    categories = queries.get_viewer(None).categories
    category = categories.find(slug)
    return {category_scope(inner.id) for inner in categories.below(category)} if category else set()


def _refuse_missing() -> NoReturn:
    """End the request with 404; a guest is sent to sign in. Neither says whether the thing exists."""
    if current_member() is None:
        abort(login_manager.unauthorized())
    abort(404)
