"""Writing in the forum: topics, replies, edits, removals, each in one transaction with its signals."""

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
from community.notifications.notices import notify
from community.notifications.queries import list_watchers
from community.public import touching
from community.room import Key
from models.accounts import Member
from models.base import db, now
from models.forums import Category, Post, PostRevision, Topic, TopicKind
from models.ledger import SignalKind

from .composing import Composed, clean_title, compose
from .guest_scopes import scopes_of_topic
from .indexing import index_opening, index_posts, index_topic
from .notifications import ASKED
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
    about: Key | None = None,
    at: datetime | None = None,
) -> Post:
    """Open a topic and return its first post. `about`: the thing of another room that it is a question about.

    The same form sent again with the same content returns the post of before. `is_further`: the writer was asked and
    wants another topic besides the earlier one. Raises BadTextError, and SentBeforeError if the content is a changed
    version of a topic that the writer has sent before.
    """
    written = compose(body)
    content = content_of_topic(category.id, kind, title, body)
    if earlier := _find_sent(author, form_key, content, is_further=is_further):
        return earlier
    form_key = _choose_key(author, form_key, content)
    at = at or now()
    topic = Topic(
        category_id=category.id,
        author_id=author.id,
        account_id=_company_on(author, at),
        kind=kind,
        title=clean_title(title),
        last_position=1,
        last_post_at=at,
        about_kind=about[0] if about else None,
        about_id=about[1] if about else None,
        created_at=at,
    )
    db.session.add(topic)
    db.session.flush()
    post = _add_post(topic, 1, author, written, form_key, at)
    record_signal(SignalKind.TOPIC_OPENED, author, subject=topic, at=at)
    notifications.watch(author.id, topic, at=at)
    if about is not None:
        notify(ASKED, list_watchers(about), (Topic.__tablename__, topic.id), key=f"topic:{topic.id}", by=author)
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
    """Add a reply and return it. The same form sent again with the same content returns the post of before.

    The update of the topic's row gives the position and locks the row until the commit, so positions have no gaps and
    are unique. `is_further`: the writer was asked and wants another reply besides the earlier one. Raises BadTextError,
    and SentBeforeError if the content is a changed version of a reply that the writer has sent before.
    """
    written = compose(body)
    content = content_of_reply(topic.id, body)
    if earlier := _find_sent(author, form_key, content, is_further=is_further):
        return earlier
    form_key = _choose_key(author, form_key, content)
    at = at or now()
    _raise_version(topic, last_position=Topic.last_position + 1, last_post_at=at)
    post = _add_post(topic, topic.last_position, author, written, form_key, at)
    record_signal(SignalKind.REPLY_POSTED, author, subject=post, parent=topic, at=at)
    notifications.watch(author.id, topic, at=at)
    _notify_open_pages(topic)
    return post


def lock_post(post: Post, topic: Topic, by: Member) -> None:
    """Lock writer, topic and post in this order, and reload what an edit depends on.

    Edits and removals then follow one another. The order is that of a reply: two transactions that take two of these
    locks in opposite orders deadlock.
    """
    lock_writer(by)
    _lock_topic(topic)
    db.session.refresh(post, ["body", "html", "hidden_at"], with_for_update={"of": Post})


def _lock_topic(topic: Topic) -> None:
    db.session.refresh(topic, ["title", "hidden_at"], with_for_update={"of": Topic})


def edit_post(post: Post, topic: Topic, by: Member, body: str, title: str | None = None) -> bool:
    """Replace the text of a post, and the title with it if the post is a topic's first; the former text is kept.

    Return False if nothing changed. Raises BadTextError.
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
    mentioned_before = _mentions_in(post.body)
    post.body, post.html, post.render_version = written.body, written.html, text.RENDER_VERSION
    post.edited_at = now()
    topic.title = title
    _follow_text(post, topic, by, written, [m for m in written.mentioned if m.handle not in mentioned_before])
    touch(topic)
    index_opening(topic, post.id)
    return True


def lock_moderated(item: Topic | Post) -> None:
    """Lock the topic of what is to be hidden or restored, so that removals, edits and replies follow one another."""
    _lock_topic(_topic_of(item))
    if isinstance(item, Post):
        db.session.refresh(item, ["hidden_at"])


def follow_moderated(item: Topic | Post) -> None:
    """Index anew what was hidden or restored, and notify open pages. An accepted answer changes its question too."""
    topic = _topic_of(item)
    touch(topic)
    if isinstance(item, Post):
        index_opening(topic, item.id)
    else:
        index_topic(topic)


def _topic_of(item: Topic | Post) -> Topic:
    return item if isinstance(item, Topic) else db.session.get_one(Topic, item.topic_id)


def touch(topic: Topic) -> None:
    """Raise the topic's version and notify open pages: something that its viewers see has changed."""
    db.session.flush()
    _raise_version(topic)
    _notify_open_pages(topic)


def _raise_version(topic: Topic, **changes: Any) -> None:  # noqa: ANN401  values or expressions of SQL
    """Update the topic's row with a new version and set the new values on the object.

    The database computes the version, so that no two changes get the same one.
    """
    raised = (
        sa.update(Topic)
        .where(Topic.id == topic.id)
        .values(version=Topic.version + 1, **changes)
        .returning(Topic.version, Topic.last_position, Topic.last_post_at)
        .execution_options(synchronize_session=False, **touching(*scopes_of_topic(topic, {"version", *changes})))
    )
    for name, value in db.session.execute(raised).mappings().one().items():
        set_committed_value(topic, name, value)


def _notify_open_pages(topic: Topic) -> None:
    realtime.push(
        f"topic:{topic.id}", "topic", {"id": topic.id, "version": topic.version, "count": topic.last_position}
    )


def _mentions_in(body: str) -> set[str]:
    """Return the handles that a stored text mentions; an empty set if the text would be refused today."""
    try:
        return set(text.find_mentions(body))
    except text.BadTextError:
        return set()


def _find_sent(author: Member, form_key: str | None, content: Content, *, is_further: bool) -> Post | None:
    """Return the post that this form has made of this content, or None. Raises SentBeforeError.

    Two requests of one form wait for one another at their author's row; the second finds the post of the first.
    """
    if form_key is None:
        return None
    lock_writer(author)
    stored = find_stored(author.id, form_key, content)
    is_asked = stored is None and not is_further
    changed = find_changed(author.id, form_key, content) if is_asked else None
    if changed is not None:
        raise SentBeforeError(changed.id)
    return stored


def _choose_key(author: Member, form_key: str | None, content: Content) -> str | None:
    """Return the form's key, or a key made of it and the content if the form has made another post before."""
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
    """Attach the text's files to the post, and notify the people it mentions who may read it."""
    files.attach(written.files, author, post)
    mentioned_ids = [m.id for m in mentioned if m.id != author.id and can_read_topic(get_viewer(m), topic)]
    if mentioned_ids:
        # The ledger has no act for a first post: its mentions belong to the opening of the topic.
        notifications.mention(mentioned_ids, topic if post.position == 1 else post)


def _company_on(author: Member, at: datetime) -> int | None:
    return account_id_on(author.id, day_of(at, current_app.config["COMMUNITY_ZONE"]))
