"""What one person wrote, for themselves to take along: of what they may read today nothing else, and all of that."""

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from models.base import db
from models.forums import Post, Reaction, Topic

from . import rules
from .viewer import Viewer


def list_own_posts(viewer: Viewer) -> list[Post]:
    """In the order they were written, with their topics loaded; those that were hidden too, as their author sees them.

    What stands in a category that the person may no longer read, of a former company for instance, stays there.
    """
    own = sa.select(Post).join(Post.topic).options(contains_eager(Post.topic)).where(Post.author_id == viewer.member_id)
    posts = db.session.scalars(own.order_by(Post.id))
    return [post for post in posts if rules.can_read_topic(viewer, post.topic)]


def count_own_posts(viewer: Viewer) -> int:
    """How many there are in all, wherever they stand."""
    return db.session.scalar(sa.select(sa.func.count()).where(Post.author_id == viewer.member_id)) or 0


def list_own_reactions(viewer: Viewer) -> list[tuple[Reaction, Post]]:
    """What the person said with one tap, with the post; on what they may read."""
    own = (
        sa.select(Reaction, Post)
        .join(Post, Post.id == Reaction.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .options(contains_eager(Post.topic))
        .where(Reaction.member_id == viewer.member_id)
        .order_by(Reaction.created_at)
    )
    return [(reaction, post) for reaction, post in db.session.execute(own) if rules.can_read_topic(viewer, post.topic)]
