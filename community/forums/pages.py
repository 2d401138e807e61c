"""The posts of one topic by pages. The last page of 10,000 posts costs what the first does."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from community.notifications.queries import watches
from models.base import db
from models.forums import Draft, Post, Topic, TopicRead
from models.moderation import Removal, visible

from . import rules
from .paging import HiddenRun, Window, choose_hidden, fold_runs, get_window
from .viewer import Viewer

# New posts that an open page fetches at once; for more the viewer turns the page.
MOST_NEW_POSTS = 50


@dataclass(frozen=True)
class TopicFacts:
    """What a topic's page shows around the posts. `first_answer_at`: when somebody else first replied.

    `has_draft`: the viewer has begun to write a reply.
    """

    replies: int
    first_answer_at: datetime | None
    read_to: int = 0
    watching: bool = False
    has_draft: bool = False

    @property
    def shown(self) -> int:
        """The number of visible posts, the opening included."""
        return self.replies + 1


@dataclass(frozen=True)
class PostPage:
    """A page of a topic: its posts after the opening, hidden ones in their places, and why they are hidden.

    `folded`: runs of hidden posts that are one line each.
    """

    window: Window
    posts: list[Post]
    folded: list[HiddenRun]
    opening: Post | None
    accepted: Post | None
    removals: dict[int, Removal]

    @property
    def everything(self) -> list[Post]:
        """Each post on the page once: opening, accepted answer and the others."""
        shown = {post.id: post for post in (self.opening, self.accepted, *self.posts) if post is not None}
        return list(shown.values())

    @property
    def entries(self) -> list[Post | HiddenRun]:
        """The posts and the folded runs in their order."""
        placed = {post.position: post for post in self.posts} | {run.first: run for run in self.folded}
        return [placed[position] for position in sorted(placed)]

    def unread_from(self, read_to: int) -> int | None:
        """Return the position of the first visible post on the page after `read_to`.

        Return None if that post stands on another page, or if nothing or everything is new.
        """
        if read_to == 0 or read_to < self.window.before:
            return None
        new = (post.position for post in self.posts if post.position > read_to and post.hidden_at is None)
        return min(new, default=None)


def get_page(topic: Topic, number: int, shown: int, *, seen_by: Viewer, hidden_since: int = 0) -> PostPage:
    """Return a page of a topic that has `shown` visible posts; with it the opening and the accepted answer of any page.

    One query if nothing is hidden, else at most three. `hidden_since`: see `choose_hidden`.
    """
    window = get_window(topic, shown, number)
    standing = choose_hidden(topic, window, seen_by, hidden_since)
    given = {"topic_id": topic.id, "before": window.first - 1, "last": window.last, "accepted": topic.accepted_post_id}
    if window.runs:
        given["standing"] = standing
    removals = dict(db.session.execute(_select_page(some_hidden=bool(window.runs)), given).all())
    found = list(removals)
    posts = [post for post in found if window.first <= post.position <= window.last and post.position > 1]
    if window.runs:  # the accepted answer is in the result even if it is hidden in a long run
        posts = [post for post in posts if post.hidden_at is None or post.position in standing]
    accepted = next((post for post in found if post.id == topic.accepted_post_id and post.hidden_at is None), None)
    return PostPage(
        window=window,
        posts=posts,
        folded=fold_runs(window, [post.position for post in posts]),
        opening=next((post for post in found if post.position == 1), None),
        accepted=accepted,
        removals={post.id: removal for post, removal in removals.items() if removal is not None},
    )


def list_posts_after(topic: Topic, position: int) -> list[Post]:
    """Return the visible posts after a position, oldest first, at most MOST_NEW_POSTS."""
    return _load_posts(
        sa.and_(Post.topic_id == topic.id, Post.position > position, visible(Post)), limit=MOST_NEW_POSTS
    )


def list_posts_with_removals(topic: Topic, post_ids: Collection[int]) -> dict[Post, Removal | None]:
    """Return those of the posts that are the topic's, and its accepted answer, each with the removal that hides it.

    One query.
    """
    wanted = sa.or_(Post.id.in_(post_ids), Post.id == topic.accepted_post_id)
    chosen = _select_with_removals(sa.and_(Post.topic_id == topic.id, wanted))
    return dict(db.session.execute(chosen).all())


def is_solved(topic: Topic) -> bool:
    """Return whether the topic has an accepted answer that is not hidden."""
    if topic.accepted_post_id is None:
        return False
    shown = sa.exists().where(Post.id == topic.accepted_post_id, visible(Post))
    return bool(db.session.scalar(sa.select(shown)))


def count_posts_after(topic: Topic, position: int) -> int:
    """Return the number of visible posts after a position."""
    return db.session.scalar(_count_after(topic.id, position)) or 0


def _count_after(topic_id: int | sa.BindParameter[int], position: int) -> sa.Select[int]:
    after = sa.and_(Post.topic_id == topic_id, Post.position > position, visible(Post))
    return sa.select(sa.func.count()).select_from(Post).where(after)


def get_topic_with_facts(topic_id: int, *, seen_by: Viewer) -> tuple[Topic, TopicFacts] | None:
    """Return the topic and the facts of its page, or None if the viewer may not see it. One query."""
    given = {"topic_id": topic_id, "viewer_id": seen_by.member_id, "place": draft_place(topic_id)}
    row = db.session.execute(_select_topic_with_facts(of_a_member=seen_by.member_id is not None), given).one_or_none()
    if row is None or not rules.can_read_topic(seen_by, row[0]):
        return None
    return row[0], TopicFacts(*row[1:])


def draft_place(topic_id: int) -> str:
    """Return the place of the drafts of replies to the topic."""
    return f"topic:{topic_id}"


@cache
def _select_topic_with_facts(*, of_a_member: bool) -> sa.Select[*tuple[Any, ...]]:
    chosen = sa.select(Topic).where(Topic.id == sa.bindparam("topic_id")).execution_options(populate_existing=True)
    return chosen.add_columns(*_fact_columns(of_a_member=of_a_member))


def _fact_columns(*, of_a_member: bool) -> Sequence[sa.ColumnElement[Any]]:
    topic_id, viewer_id = sa.bindparam("topic_id", type_=sa.BigInteger), sa.bindparam("viewer_id", type_=sa.BigInteger)
    first = sa.select(Post.created_at).where(Post.topic_id == topic_id, visible(Post))
    first = first.where(Post.author_id != Topic.author_id).order_by(Post.position).limit(1).correlate(Topic)
    of_topic = _count_after(topic_id, 1).scalar_subquery(), first.scalar_subquery()
    if not of_a_member:
        return of_topic
    read_to = sa.select(TopicRead.read_to).where(TopicRead.member_id == viewer_id, TopicRead.topic_id == topic_id)
    draft = sa.exists().where(
        Draft.member_id == viewer_id, Draft.place == sa.bindparam("place"), Draft.discarded_at.is_(None)
    )
    is_watching = watches(viewer_id, ("topic", topic_id))
    return *of_topic, sa.func.coalesce(read_to.scalar_subquery(), 0), is_watching, draft


def _load_posts(condition: sa.ColumnElement[bool], limit: int | None = None) -> list[Post]:
    return list(db.session.scalars(_select_posts(condition).limit(limit)))


@cache
def _select_page(*, some_hidden: bool) -> sa.Select[Post, Removal | None]:
    """Return the select of a page's posts in their order, each with the removal that hides it.

    Cached, since composing the statement takes time.
    """
    last, before = sa.bindparam("last", type_=sa.Integer), sa.bindparam("before", type_=sa.Integer)
    on_page = sa.and_(Post.position > before, Post.position <= last)
    if some_hidden:
        standing = Post.position.in_(sa.bindparam("standing", expanding=True))
        on_page = sa.and_(on_page, sa.or_(visible(Post), standing))
    wanted = sa.or_(on_page, Post.position == 1, Post.id == sa.bindparam("accepted", type_=sa.BigInteger))
    return _select_with_removals(sa.and_(Post.topic_id == sa.bindparam("topic_id"), wanted))


def _select_with_removals(condition: sa.ColumnElement[bool]) -> sa.Select[Post, Removal | None]:
    hides = sa.and_(Removal.item_kind == "post", Removal.item_id == Post.id, Removal.restored_at.is_(None))
    return _select_posts(condition).add_columns(Removal).outerjoin(Removal, sa.and_(~visible(Post), hides))


def _select_posts(condition: sa.ColumnElement[bool]) -> sa.Select[Post]:
    chosen = sa.select(Post).where(condition).order_by(Post.position)
    chosen = chosen.options(joinedload(Post.author), joinedload(Post.account), defer(Post.body))
    return chosen.execution_options(populate_existing=True)
