"""Documents of the forum for the search: each topic with its opening text, and each reply.

A document's audience is its category; who may read that category today is decided when somebody searches (`tokens_of`).
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community import text
from community.search import actions as search
from community.search.actions import Document
from models.base import db
from models.forums import Post, Topic, TopicKind
from models.moderation import visible

from .queries import readable_category_ids
from .viewer import Viewer

TOPIC, POST = "topic", "post"
SOLVED, OPEN = "solved", "open"


def tokens_of(viewer: Viewer) -> frozenset[str]:
    """Return the audience tokens of the categories that the viewer may read today."""
    return frozenset(map(_category_token, readable_category_ids(viewer)))


def _category_token(category_id: int) -> str:
    return f"category:{category_id}"


def index_posts(post_ids: Collection[int]) -> None:
    """Index these posts as they are in the database now; hidden ones leave the index.

    The caller has locked the topic's row, so no other transaction changes the posts before this one ends.
    """
    _index_selected(_select_posts().where(Post.id.in_(post_ids)))


def index_opening(topic: Topic, *post_ids: int | None) -> None:
    """Index the topic and these posts of it together: "solved" and "accepted" change for both."""
    known = [post_id for post_id in post_ids if post_id is not None]
    opening = sa.and_(Post.topic_id == topic.id, Post.position == 1)
    _index_selected(_select_posts().where(sa.or_(opening, Post.id.in_(known))))


def index_topic(topic: Topic) -> None:
    """Index the topic and all its posts, after it was hidden or restored."""
    _index_selected(_select_posts().where(Post.topic_id == topic.id))


def index_after(post_id: int, limit: int = 500) -> int | None:
    """Index the next posts by id, for building the index anew. Return the last one's id, or None if there are no more.

    The rows are locked against changes, so that none is hidden meanwhile and indexed all the same.
    """
    locked = _select_posts().where(Post.id > post_id).limit(limit).with_for_update(read=True, of=(Post, Topic))
    return _index_selected(locked)


def _select_posts() -> sa.Select[*tuple[Any, ...]]:
    accepted = aliased(Post)
    return (
        sa.select(
            Post.id, Post.position, Post.html, Post.author_id, Post.created_at,
            Topic.id.label("topic_id"), Topic.title, Topic.kind, Topic.category_id, Topic.accepted_post_id,
            sa.or_(~visible(Topic), ~visible(Post)).label("is_hidden"),
            accepted.id.is_not(None).label("is_solved"),
        )
        .join(Topic, Topic.id == Post.topic_id)
        .outerjoin(accepted, sa.and_(accepted.id == Topic.accepted_post_id, visible(accepted)))
        .order_by(Post.id)
    )  # fmt: skip


def _index_selected(chosen: sa.Select[*tuple[Any, ...]]) -> int | None:
    db.session.flush()
    rows = db.session.execute(chosen).all()
    hidden = [row for row in rows if row.is_hidden]
    search.forget(TOPIC, [row.topic_id for row in hidden if row.position == 1])
    search.forget(POST, [row.id for row in hidden if row.position > 1])
    search.index(*(_document_of(row) for row in rows if not row.is_hidden))
    return rows[-1].id if rows else None


def _document_of(row: Any) -> Document:  # noqa: ANN401  a row of `_select_posts`
    is_topic = row.position == 1
    return Document(
        kind=TOPIC if is_topic else POST,
        id=row.topic_id if is_topic else row.id,
        title=row.title if is_topic else "",
        body=text.to_plain(row.html),
        audience=frozenset({_category_token(row.category_id)}),
        written_at=row.created_at,
        place_id=row.category_id,
        author_id=row.author_id,
        state=_state_of_row(row),
    )


def _state_of_row(row: Any) -> str:  # noqa: ANN401  a row of `_select_posts`
    """Return the state of a document: a question is solved or open; a reply is solved if it is the accepted answer."""
    if row.position > 1:
        return SOLVED if row.is_solved and row.accepted_post_id == row.id else ""
    if row.is_solved:
        return SOLVED
    return OPEN if row.kind == TopicKind.QUESTION else ""
