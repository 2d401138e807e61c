"""One row of a list of topics, ready for its template."""

from datetime import datetime
from typing import Any

from flask import url_for

from blueprints import times
from community.accounts.labels import company_shown
from community.forums.labels import category_name
from community.forums.listing import TopicRow

from .loaders import viewer


def show_topic_row(row: TopicRow, at: datetime | None = None) -> dict[str, Any]:
    """Return what `templates/forums/_rows.html` draws of the topic.

    `at`: what the age counts from, else the newest post.
    """
    category = viewer().categories[row.category_id]
    return {
        "topic": row,
        "category": category_name(category),
        "company": company_shown(row.account, viewer().member),
        "private": category.account_id is not None,
        "age": times.age(at or row.last_post_at),
        "href": url_for("forums.show_unread", topic_id=row.id)
        if row.is_unread and viewer().member is not None
        else url_for("forums.show_topic", topic_id=row.id),
    }
