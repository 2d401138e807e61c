"""What guests see of the forum, and which of their pages a changed row drops.

A topic's page depends on `topic_scope`, a list of topics on the `category_scope` of every category whose topics it
shows. A topic stays in its category; what would move it touches everything (`placed_by`).
"""

from collections.abc import Collection

from community.room import EVERYTHING, GuestTable, Scope
from models.base import db
from models.forums import Category, Post, Reaction, Topic
from models.moderation import Removal

# Columns that a topic's own page shows and no list does.
ON_THE_PAGE_ONLY = {
    Topic: frozenset({"version", "last_position"}),
    Post: frozenset({"body", "html", "render_version", "edited_at"}),
}


def topic_scope(topic_id: int) -> Scope:
    """Return the scope of one topic's own page."""
    return f"topic:{topic_id}"


def category_scope(category_id: int | str) -> Scope:
    """Return the scope of the lists and counts of one category's own topics."""
    return f"category:{category_id}"


def scopes_of_topic(topic: Topic, changed: Collection[str]) -> list[Scope]:
    """Return the scopes that a changed topic touches: its page, and its category's lists if they show the change."""
    page = topic_scope(topic.id)
    return [page] if ON_THE_PAGE_ONLY[Topic].issuperset(changed) else [page, category_scope(topic.category_id)]


def scopes_of_post(post: Post, changed: Collection[str]) -> list[Scope]:
    """Return the scopes that a changed post touches: its topic's page, and the lists if more than its text has changed.

    Lists count the posts that are not hidden.
    """
    page = topic_scope(post.topic_id)
    if ON_THE_PAGE_ONLY[Post].issuperset(changed):
        return [page]
    topic = db.session.get(Topic, post.topic_id)
    return [page, category_scope(topic.category_id)] if topic else [EVERYTHING]


def _scopes_of_reaction(reaction: Reaction, changed: Collection[str]) -> list[Scope]:
    del changed
    return _page_scope_of(reaction.post_id)


def _scopes_of_removal(removal: Removal, changed: Collection[str]) -> list[Scope]:
    """Return the page of the topic.

    The lists follow from the hidden row itself; other rooms' removals touch nothing here.
    """
    del changed
    if removal.item_kind == Post.__tablename__:
        return _page_scope_of(removal.item_id)
    return [topic_scope(removal.item_id)] if removal.item_kind == Topic.__tablename__ else []


def _page_scope_of(post_id: int) -> list[Scope]:
    post = db.session.get(Post, post_id)
    return [topic_scope(post.topic_id)] if post else [EVERYTHING]


GUEST_TABLES = (
    GuestTable(Category),
    GuestTable(Topic, frozenset({"views"}), scopes_of_topic, placed_by=frozenset({"category_id"})),
    GuestTable(Post, frozenset(), scopes_of_post, placed_by=frozenset({"topic_id"})),
    GuestTable(Reaction, frozenset({"signal_id"}), _scopes_of_reaction, placed_by=frozenset({"post_id"})),
    GuestTable(Removal, frozenset(), _scopes_of_removal, placed_by=frozenset({"item_kind", "item_id"})),
)
