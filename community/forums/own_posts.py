"""What one person wrote, for their data export: all that they may read today, and nothing else."""

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from models.base import db
from models.forums import Post, Reaction, Topic

from . import rules
from .viewer import Viewer


def list_own_posts(viewer: Viewer) -> list[Post]:
    """Return the person's posts in the order of writing, hidden ones too, with their topics loaded.

    Left out are posts in categories that the person may no longer read, for instance those of a former company.
    """
    own = sa.select(Post).join(Post.topic).options(contains_eager(Post.topic)).where(Post.author_id == viewer.member_id)
    posts = db.session.scalars(own.order_by(Post.id))
    return [post for post in posts if rules.can_read_topic(viewer, post.topic)]


def count_own_posts(viewer: Viewer) -> int:
    """Return the number of the person's posts, in all categories."""
    return db.session.scalar(sa.select(sa.func.count()).where(Post.author_id == viewer.member_id)) or 0


def list_own_reactions(viewer: Viewer) -> list[tuple[Reaction, Post]]:
    """Return the person's reactions with their posts, oldest first, as far as the person may read the posts."""
    own = (
        sa.select(Reaction, Post)
        .join(Post, Post.id == Reaction.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .options(contains_eager(Post.topic))
        .where(Reaction.member_id == viewer.member_id)
        .order_by(Reaction.created_at)
    )
    return [(reaction, post) for reaction, post in db.session.execute(own) if rules.can_read_topic(viewer, post.topic)]
