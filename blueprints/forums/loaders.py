"""Who reads, and the thing they ask for: found with access checked, or the request ends here."""

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
    """The visitor as the forum sees them; asked for once in a request."""
    return current_viewer(queries.get_viewer)


def find_topic(topic_id: int) -> Topic:
    return queries.get_topic(topic_id, seen_by=viewer()) or _missing()


def find_topic_with_facts(topic_id: int) -> tuple[Topic, TopicFacts]:
    """What a topic's whole page needs, in one query."""
    return pages.get_topic_with_facts(topic_id, seen_by=viewer()) or _missing()


def find_post(post_id: int) -> Post:
    """With its topic loaded."""
    return queries.get_post(post_id, seen_by=viewer()) or _missing()


def find_post_or_its_place(post_id: int) -> Post:
    """Also a hidden post of which the viewer may know no more than that one stood there."""
    return queries.get_post_or_its_place(post_id, seen_by=viewer()) or _missing()


def find_category(slug: str) -> Category:
    category = viewer().categories.find(slug)
    if category is None or category.id not in queries.readable_category_ids(viewer()):
        _missing()
    return category


def scopes_of_lists() -> set[Scope]:
    """Return the scopes of lists that show topics of every category which a guest may read."""
    return {category_scope(category_id) for category_id in queries.readable_category_ids(queries.get_viewer(None))}


def scopes_of_category(slug: str) -> set[Scope]:
    """Return the scopes of one category's list, which shows the categories in it too; none if there is no such."""
    # Not the request's reader: what the page counts by is to be read after the versions of these scopes.
    categories = queries.get_viewer(None).categories
    category = categories.find(slug)
    return {category_scope(inner.id) for inner in categories.below(category)} if category else set()


def _missing() -> NoReturn:
    """A guest may simply have to sign in; whether the thing exists is said to neither."""
    if current_member() is None:
        abort(login_manager.unauthorized())
    abort(404)
