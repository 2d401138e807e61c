"""Questions about things of other rooms: a topic whose `about_kind` and `about_id` name one."""

from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from community.room import Key
from models.base import db, now
from models.forums import Topic

from .listing import NEW_DAYS, TopicRow, select_topic_rows, topic_row
from .queries import readable_category_ids
from .viewer import Viewer


def list_topics_about(viewer: Viewer, thing: Key, limit: int) -> list[TopicRow]:
    """Return the topics about the thing that the viewer may see, those with the newest posts first. One query."""
    kind, thing_id = thing
    given = {
        "viewer_id": viewer.member_id or 0,
        "recent": now() - timedelta(days=NEW_DAYS),
        "about_kind": kind,
        "about_id": thing_id,
        "categories": readable_category_ids(viewer),
        "limit": limit,
    }
    return [topic_row(row) for row in db.session.execute(_select_about(), given)]


@cache
def _select_about() -> sa.Select[*tuple[Any, ...]]:
    """Return the query. Kept: composing it takes longer than the database's answer."""
    return (
        select_topic_rows()
        .where(
            Topic.about_kind == sa.bindparam("about_kind"),
            Topic.about_id == sa.bindparam("about_id"),
            Topic.category_id.in_(sa.bindparam("categories", expanding=True)),
        )
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )
