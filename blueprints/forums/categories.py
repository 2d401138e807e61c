"""The forum's first page and the pages of its categories: lists of topics."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import public
from blueprints.page_cache import cached_for_guests
from community.forums import listing, rules
from community.forums.labels import category_name
from community.forums.listing import TopicFilter, TopicList

from .bp import bp
from .labels import FILTERS
from .loaders import find_category, scopes_of_category, scopes_of_lists, viewer
from .topic_rows import show_topic_row
from .view_models import path_to

# The forum's first page shows only a few topics beside the tree; the categories have all.
TOPICS_ON_FRONT = 12


@bp.get("")
@public
@cached_for_guests(scopes=scopes_of_lists)
def list_categories() -> ResponseReturnValue:
    """Show the topics with the newest posts, and the tree of categories beside them."""
    only = _parse_filter()
    before = request.args.get("before")
    topics = listing.list_topics(viewer(), only, before=before, limit=TOPICS_ON_FRONT)
    tree = listing.list_categories(viewer())
    return render_template(
        "forums/front.html",
        tree=tree,
        filters=_filter_links(only, "forums.list_categories"),
        only=only,
        may_ask=any(rules.can_post_in(viewer(), row.category) for row in tree),
        **_list_values(topics, only, "forums.list_categories"),
    )


@bp.get("/c/<slug>")
@public
@cached_for_guests(scopes=scopes_of_category)
def show_category(slug: str) -> ResponseReturnValue:
    """Show the topics of one category and of those below it."""
    category = find_category(slug)
    only = _parse_filter()
    topics = listing.list_topics(viewer(), only, category, request.args.get("before"))
    return render_template(
        "forums/category.html",
        category=category,
        path=path_to(viewer(), category, inclusive=False),
        name=category_name(category),
        children=listing.visible_categories(viewer(), viewer().categories.children_of(category.id)),
        filters=_filter_links(only, "forums.show_category", slug=slug),
        only=only,
        may_post=rules.can_post_in(viewer(), category),
        may_manage=rules.can_manage_categories(viewer()),
        **_list_values(topics, only, "forums.show_category", slug=slug),
    )


def _parse_filter() -> TopicFilter:
    asked = request.args.get("only", "")
    known = asked in tuple(TopicFilter)
    only = TopicFilter(asked) if known else TopicFilter.ALL
    return TopicFilter.ALL if only == TopicFilter.NEW and viewer().member is None else only


def _filter_links(current: TopicFilter, endpoint: str, slug: str | None = None) -> list[tuple[str, str, bool]]:
    return [
        (
            str(label),
            url_for(endpoint, only=None if only == TopicFilter.ALL else only.value, slug=slug),
            only == current,
        )
        for only, label in FILTERS.items()
        if only != TopicFilter.NEW or viewer().member is not None
    ]


def _list_values(topics: TopicList, only: TopicFilter, endpoint: str, slug: str | None = None) -> dict[str, Any]:
    """Return what the template needs of a page of topics: rows, and the addresses of older and newest ones."""
    chosen = None if only == TopicFilter.ALL else only.value
    return {
        "rows": [show_topic_row(row) for row in topics.rows],
        "older_url": url_for(endpoint, only=chosen, before=topics.older, slug=slug) if topics.older else None,
        "newest_url": url_for(endpoint, only=chosen, slug=slug) if request.args.get("before") else None,
    }
