"""Writing in the forum: topics, replies, edits, removal. One transaction with the signals that follow from it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm.attributes import set_committed_value

from community import realtime, text
from community.accounts.queries import account_id_on
from community.files import actions as files
from community.ledger.actions import record_signal
from community.ledger.rules import day_of
from community.notifications import actions as notifications
from community.public import touching
from models.accounts import Member
from models.base import db, now
from models.forums import Category, Post, PostRevision, Topic, TopicKind
from models.ledger import SignalKind

from .composing import Composed, clean_title, compose
from .guest_scopes import scopes_of_topic
from .indexing import index_opening, index_posts, index_topic
from .queries import get_viewer
from .rules import can_read_topic
from .sending import (
    Content,
    SentBeforeError,
    content_of_reply,
    content_of_topic,
    find_changed,
    find_stored,
    further_key,
    lock_writer,
)


def open_topic(  # noqa: PLR0913  a topic is these things, and how it was sent
    category: Category,
    author: Member,
    title: str,
    body: str,
    *,
    kind: TopicKind = TopicKind.QUESTION,
    form_key: str | None = None,
    is_further: bool = False,
    at: datetime | None = None,
) -> Post:
    """Open a topic with its first post. The same form with the same content sent twice: the post of the first time.

    `is_further`: the writer was asked, and means another topic than the one before. Raises BadTextError;
    SentBeforeError where this is a changed version of a topic that was sent before.
    """
    written = compose(body)
    content = content_of_topic(category.id, kind, title, body)
    if earlier := _find_sent(author, form_key, content, is_further=is_further):
        return earlier
    form_key = _free_key(author, form_key, content)
    at = at or now()
    topic = Topic(
        category_id=category.id,
        author_id=author.id,
        account_id=_company_on(author, at),
        kind=kind,
        title=clean_title(title),
        last_position=1,
        last_post_at=at,
        created_at=at,
    )
    db.session.add(topic)
    db.session.flush()
    post = _add_post(topic, 1, author, written, form_key, at)
    record_signal(SignalKind.TOPIC_OPENED, author, subject=topic, at=at)
    notifications.watch(author.id, topic, at=at)
    return post


def post_reply(
    topic: Topic,
    author: Member,
    body: str,
    *,
    form_key: str | None = None,
    is_further: bool = False,
    at: datetime | None = None,
) -> Post:
    """Add a reply and record that its author took part. The same form with the same content sent twice: one post.

    The position is given by the topic's row, which stays locked until the commit: positions have no gaps and no twins.
    `is_further`: the writer was asked, and means another reply than the one before. Raises BadTextError;
    SentBeforeError where this is a changed version of a reply that was sent before.
    """
    written = compose(body)
    content = content_of_reply(topic.id, body)
    if earlier := _find_sent(author, form_key, content, is_further=is_further):
        return earlier
    form_key = _free_key(author, form_key, content)
    at = at or now()
    _raise_version(topic, last_position=Topic.last_position + 1, last_post_at=at)
    post = _add_post(topic, topic.last_position, author, written, form_key, at)
    record_signal(SignalKind.REPLY_POSTED, author, subject=post, parent=topic, at=at)
    notifications.watch(author.id, topic, at=at)
    _tell(topic)
    return post


def lock_post(post: Post, topic: Topic, by: Member) -> None:
    """Lock writer, topic and post, and read anew what an edit depends on: edits and removals follow one another.

    In this order, which is that of a reply: whoever takes two of these locks the other way round may wait for ever.
    """
    lock_writer(by)
    _lock_topic(topic)
    db.session.refresh(post, ["body", "html", "hidden_at"], with_for_update={"of": Post})


def _lock_topic(topic: Topic) -> None:
    db.session.refresh(topic, ["title", "hidden_at"], with_for_update={"of": Topic})


def edit_post(post: Post, topic: Topic, by: Member, body: str, title: str | None = None) -> bool:
    """Replace the words and keep the former ones; the title too where it is the first post. False: nothing changed.

    Raises BadTextError.
    """
    written = compose(body)
    lock_post(post, topic, by)
    title = clean_title(title) if title is not None and post.position == 1 else topic.title
    if (written.body, title) == (post.body, topic.title):
        return False
    db.session.add(
        PostRevision(
            post_id=post.id,
            body=post.body,
            html=post.html,
            title=topic.title if post.position == 1 else None,
            replaced_by_id=by.id,
        )
    )
    named_before = _names_in(post.body)
    post.body, post.html, post.render_version = written.body, written.html, text.RENDER_VERSION
    post.edited_at = now()
    topic.title = title
    _follow_text(post, topic, by, written, [m for m in written.mentioned if m.handle not in named_before])
    touch(topic)
    index_opening(topic, post.id)
    return True


def lock_moderated(item: Topic | Post) -> None:
    """Lock the topic before the item is hidden or restored: removals, edits and replies follow one another."""
    _lock_topic(_topic_of(item))
    if isinstance(item, Post):
        db.session.refresh(item, ["hidden_at"])


def follow_moderated(item: Topic | Post) -> None:
    """Index anew what was hidden or restored, and tell open pages. An accepted answer changes its question's state."""
    topic = _topic_of(item)
    touch(topic)
    if isinstance(item, Post):
        index_opening(topic, item.id)
    else:
        index_topic(topic)


def _topic_of(item: Topic | Post) -> Topic:
    return item if isinstance(item, Topic) else db.session.get_one(Topic, item.topic_id)


def touch(topic: Topic) -> None:
    """Something that readers of the topic see has changed: raise its version and tell open pages."""
    db.session.flush()
    _raise_version(topic)
    _tell(topic)


def _raise_version(topic: Topic, **changes: Any) -> None:  # noqa: ANN401  values or expressions of SQL
    """Raise it in the database, so that no two changes give the same one; the object has what the row has then."""
    raised = (
        sa.update(Topic)
        .where(Topic.id == topic.id)
        .values(version=Topic.version + 1, **changes)
        .returning(Topic.version, Topic.last_position, Topic.last_post_at)
        .execution_options(synchronize_session=False, **touching(*scopes_of_topic(topic, {"version", *changes})))
    )
    for name, value in db.session.execute(raised).mappings().one().items():
        set_committed_value(topic, name, value)


def _tell(topic: Topic) -> None:
    realtime.push(
        f"topic:{topic.id}", "topic", {"id": topic.id, "version": topic.version, "count": topic.last_position}
    )


def _names_in(body: str) -> set[str]:
    """The handles that a stored text names; none of one that would be refused today."""
    try:
        return set(text.find_mentions(body))
    except text.BadTextError:
        return set()


def _find_sent(author: Member, form_key: str | None, content: Content, *, is_further: bool) -> Post | None:
    """Two sendings of one form wait for one another at their author's row; the second finds what the first made."""
    if form_key is None:
        return None
    lock_writer(author)
    stored = find_stored(author.id, form_key, content)
    is_asked = stored is None and not is_further
    changed = find_changed(author.id, form_key, content) if is_asked else None
    if changed is not None:
        raise SentBeforeError(changed.id)
    return stored


def _free_key(author: Member, form_key: str | None, content: Content) -> str | None:
    """The form's key, or one made of key and content where the form has made another post before."""
    if form_key is None:
        return None
    taken = sa.select(Post.id).where(Post.author_id == author.id, Post.form_key == form_key)
    return form_key if db.session.scalar(taken) is None else further_key(form_key, content)


def _add_post(
    topic: Topic, position: int, author: Member, written: Composed, form_key: str | None, at: datetime
) -> Post:
    post = Post(
        topic_id=topic.id,
        position=position,
        author_id=author.id,
        account_id=_company_on(author, at),
        body=written.body,
        html=written.html,
        render_version=text.RENDER_VERSION,
        form_key=form_key,
        created_at=at,
    )
    db.session.add(post)
    db.session.flush()
    _follow_text(post, topic, author, written, written.mentioned)
    index_posts([post.id])
    return post


def _follow_text(post: Post, topic: Topic, author: Member, written: Composed, mentioned: Collection[Member]) -> None:
    """Pictures hang on the post; the people it names hear of it, if they may read it."""
    files.attach(written.images, author, post)
    called = [m.id for m in mentioned if m.id != author.id and can_read_topic(get_viewer(m), topic)]
    if called:
        # The act of the first post is the opening of its topic: whoever it names hears of that.
        notifications.mention(called, topic if post.position == 1 else post)


def _company_on(author: Member, at: datetime) -> int | None:
    return account_id_on(author.id, day_of(at, current_app.config["COMMUNITY_ZONE"]))
