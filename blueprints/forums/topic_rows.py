"""One row of a list of topics, ready for its template."""

from datetime import datetime
from typing import Any

from blueprints import times
from community.accounts.labels import company_shown
from community.app.cached_urls import cached_url
from community.forums.labels import category_name
from community.forums.listing import TopicRow

from .loaders import viewer


def show_topic_row(row: TopicRow, at: datetime | None = None) -> dict[str, Any]:
    """Return what `templates/forums/_rows.html` draws of the topic.

    `at`: what the age counts from, else the newest post.
    """
    who = viewer()
    category = who.categories[row.category_id]
    return {
        "topic": row,
        "category": category_name(category),
        "company": company_shown(row.account, who.member),
        "private": category.account_id is not None,
        "age": times.age(at or row.last_post_at),
        "href": cached_url("forums.show_unread", topic_id=row.id)
        if row.is_unread and who.member is not None
        else cached_url("forums.show_topic", topic_id=row.id),
    }
