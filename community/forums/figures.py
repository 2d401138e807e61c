"""Numbers of what happened in the forum lately."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from community.public import Remembered
from models.base import db
from models.forums import Post, Topic, TopicKind
from models.moderation import visible

from .queries import readable_category_ids
from .viewer import Viewer


@dataclass(frozen=True)
class Figures:
    """Questions asked, posts written and questions solved since an instant, as far as the viewer may see them."""

    questions: int
    replies: int
    solved: int


_remembered: Remembered[Figures] = Remembered()


def count_since(viewer: Viewer, since: datetime) -> Figures:
    """Return what was asked, replied and solved since an instant, as far as the viewer may see it.

    At most one query; none while nothing changes, for viewers who may read the same categories.
    """
    categories = frozenset(readable_category_ids(viewer))
    return _remembered.get(viewer.version, (categories, since), lambda: _count_since(categories, since))


def _count_since(categories: Collection[int], since: datetime) -> Figures:
    in_categories = sa.and_(Topic.category_id.in_(categories), visible(Topic))
    replies = (
        sa.select(sa.func.count())
        .select_from(Post)
        .join(Topic, Topic.id == Post.topic_id)
        .where(in_categories, Post.created_at >= since, Post.position > 1, visible(Post))
    )
    solved = (
        sa.select(sa.func.count())
        .select_from(Topic)
        .join(Post, Post.id == Topic.accepted_post_id)
        .where(in_categories, Topic.accepted_at >= since, visible(Post))
    )
    asked = sa.select(sa.func.count()).where(in_categories, Topic.kind == TopicKind.QUESTION, Topic.created_at >= since)
    counted = sa.select(asked.scalar_subquery(), replies.scalar_subquery(), solved.scalar_subquery())
    return Figures(*db.session.execute(counted).one())
