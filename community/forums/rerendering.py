"""Renders stored posts anew whose HTML an older dialect made. Their text, and what followed from it, stays as it is."""

import sqlalchemy as sa

from community import text
from community.public import UNSEEN, touching
from models.base import db
from models.forums import Post, Topic

from .composing import compose
from .guest_scopes import topic_scope
from .indexing import index_posts

# Twenty of the longest posts take about a second, in which SQLite has no other writer.
POST_CHUNK = 20


def rerender_posts(most: int = POST_CHUNK) -> int:
    """Render some posts of an older version anew, and return how many were looked at.

    This is no edit: no signal, no notification of a mention. A text that would be refused today keeps its HTML. The
    version in the row says what is done, so a killed run loses only its chunk; a post that is edited meanwhile is left
    as edited.
    """
    chosen = (
        sa.select(Post.id, Post.topic_id, Post.body, Post.html)
        .where(Post.render_version < text.RENDER_VERSION)
        .order_by(Post.render_version, Post.id)
        .limit(most)
    )
    rows = db.session.execute(chosen).all()
    anew = {row.id: _html_of(row.id, row.body) or row.html for row in rows}
    # A writer locks the topic before its posts, and several topics in the order of their ids, or two deadlock.
    topics = sa.select(Topic.id).where(Topic.id.in_({row.topic_id for row in rows})).order_by(Topic.id)
    db.session.execute(topics.with_for_update())
    changed = []
    for row in rows:
        is_new = anew[row.id] != row.html
        change = sa.update(Post).where(Post.id == row.id, Post.body == row.body, Post.html == row.html)
        options = touching(topic_scope(row.topic_id)) if is_new else UNSEEN
        done = db.session.execute(
            change.values(html=anew[row.id], render_version=text.RENDER_VERSION)
            .returning(Post.id)
            .execution_options(synchronize_session=False, **options)
        ).first()
        if is_new and done:
            changed.append(row.id)
    index_posts(changed)
    return len(rows)


def _html_of(post_id: int, body: str) -> str | None:
    """Return the new HTML, or None if the text would be refused now or cannot be rendered."""
    return text.render_anew("post", post_id, lambda: compose(body).html)
