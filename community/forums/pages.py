"""The posts of one topic, a page at a time, by position: the last page of 10,000 posts costs what the first does."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from community.moderation.queries import open_removals
from models.base import db
from models.forums import Post, Topic
from models.moderation import Removal

POSTS_A_PAGE = 20
# What a live page fetches at once; more than this and the reader had better turn the page.
MOST_NEW_POSTS = 50


@dataclass(frozen=True)
class PostPage:
    """Page `number` of `count`: its posts with hidden ones in their places, and why those are hidden."""

    number: int
    count: int
    posts: list[Post]
    opening: Post | None
    accepted: Post | None
    removals: dict[int, Removal]

    @property
    def everything(self) -> list[Post]:
        """Each post on the page once."""
        shown = {post.id: post for post in (self.opening, self.accepted, *self.posts) if post is not None}
        return list(shown.values())


def page_of(position: int) -> int:
    return max(position - 1, 0) // POSTS_A_PAGE + 1


def count_pages(topic: Topic) -> int:
    return page_of(topic.last_position)


def get_page(topic: Topic, number: int) -> PostPage:
    """The page of positions; the opening post and the accepted answer come along whatever the page. Two queries."""
    count = count_pages(topic)
    number = min(max(number, 1), count)
    last = number * POSTS_A_PAGE
    wanted = sa.or_(
        sa.and_(Post.position > last - POSTS_A_PAGE, Post.position <= last),
        Post.position == 1,
        Post.id == topic.accepted_post_id,
    )
    found = _load(sa.and_(Post.topic_id == topic.id, wanted))
    accepted = next((post for post in found if post.id == topic.accepted_post_id and post.hidden_at is None), None)
    return PostPage(
        number=number,
        count=count,
        posts=[post for post in found if last - POSTS_A_PAGE < post.position <= last and post.position > 1],
        opening=next((post for post in found if post.position == 1), None),
        accepted=accepted,
        removals=_removals(found),
    )


def list_posts_after(topic: Topic, position: int) -> list[Post]:
    """The visible posts after a position, oldest first, at most MOST_NEW_POSTS."""
    return _load(
        sa.and_(Post.topic_id == topic.id, Post.position > position, Post.hidden_at.is_(None)), limit=MOST_NEW_POSTS
    )


def count_posts_after(topic: Topic, position: int) -> int:
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Post)
            .where(Post.topic_id == topic.id, Post.position > position, Post.hidden_at.is_(None))
        )
        or 0
    )


def first_answer_at(topic: Topic) -> datetime | None:
    """When somebody else first replied."""
    return db.session.scalar(
        sa.select(Post.created_at)
        .where(Post.topic_id == topic.id, Post.author_id != topic.author_id, Post.hidden_at.is_(None))
        .order_by(Post.position)
        .limit(1)
    )


def _load(condition: sa.ColumnElement[bool], limit: int | None = None) -> list[Post]:
    chosen = sa.select(Post).where(condition).order_by(Post.position).limit(limit)
    chosen = chosen.options(joinedload(Post.author), joinedload(Post.account))
    return list(db.session.scalars(chosen.execution_options(populate_existing=True)))


def _removals(posts: list[Post]) -> dict[int, Removal]:
    hidden = [("post", post.id) for post in posts if post.hidden_at is not None]
    return {item_id: removal for (_, item_id), removal in open_removals(hidden).items()}
