"""Questions about things of other rooms: a topic whose `about_kind` and `about_id` name one."""

from datetime import timedelta

from community.room import Key
from models.base import db, now
from models.forums import Topic

from .listing import NEW_DAYS, TopicRow, select_topic_rows, topic_row
from .queries import readable_category_ids
from .viewer import Viewer


def list_topics_about(viewer: Viewer, thing: Key, limit: int) -> list[TopicRow]:
    """Return the topics about the thing that the viewer may see, those with the newest posts first. One query."""
    kind, thing_id = thing
    wanted = select_topic_rows().where(
        Topic.about_kind == kind, Topic.about_id == thing_id, Topic.category_id.in_(readable_category_ids(viewer))
    )
    given = {"viewer_id": viewer.member_id or 0, "recent": now() - timedelta(days=NEW_DAYS)}
    return [topic_row(row) for row in db.session.execute(wanted.limit(limit), given)]
