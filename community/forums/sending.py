"""Find out whether a form was sent before. Only the same content counts as sent; anything else is never dropped."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from models.accounts import Member
from models.base import db, now
from models.forums import Post, Topic

from . import rules
from .composing import clean_body, clean_title
from .queries import list_revisions

# Namespace of the keys of further posts from one form (any fixed UUID would do).
FURTHER = UUID("5f1d6b0e-2d8f-4c55-9a1e-6f0c3a0b7a52")
# People who lost the connection try again within this time.
FRESH = timedelta(minutes=30)


class SentBeforeError(Exception):
    """The content is a post that exists already, changed, continued or the same: its writer has to be asked."""

    def __init__(self, post_id: int) -> None:
        super().__init__(post_id)
        self.post_id = post_id


@dataclass(frozen=True)
class Content:
    """What a form sends, as it would be stored: a reply to `topic_id`, or a topic with title, category and kind."""

    body: str
    topic_id: int | None = None
    title: str = ""
    category_id: int | None = None
    kind: str = ""

    @property
    def signature(self) -> str:
        """All fields as one text, equal for equal contents only."""
        return "\0".join((str(self.topic_id), self.title, str(self.category_id), str(self.kind), self.body))


def lock_writer(member: Member) -> None:
    """Lock the member's row, so that what one person posts, edits and saves as drafts happens one after the other.

    To be called before a topic or a post is locked.
    """
    db.session.execute(sa.select(Member.id).where(Member.id == member.id).with_for_update(key_share=True))


def content_of_reply(topic_id: int, body: str) -> Content:
    """Return what such a reply would store."""
    return Content(clean_body(body), topic_id=topic_id)


def content_of_topic(category_id: int | None, kind: str, title: str, body: str) -> Content:
    """Return what such a topic would store."""
    return Content(clean_body(body), title=clean_title(title), category_id=category_id, kind=str(kind))


def find_stored(author_id: int, form_key: str, content: Content) -> Post | None:
    """Return the post that the form has made of this very content, also if it was edited since.

    Return None if there is none, or if it was removed meanwhile: a writer who sends it again has to be asked.
    """
    return next((post for post in _list_posts_of_form(author_id, form_key, content) if _is_shown(post)), None)


def find_changed(author_id: int, form_key: str, content: Content) -> Post | None:
    """Return the post that the content is a changed version of, or None.

    Compared are the posts that the form has made and the author's newest post at that place, which may have come from
    it too. If the form has made none, the newest post counts only if it is at most FRESH old and the content repeats or
    continues it: a browser that went back, or lost the connection, shows the sent text in a fresh form.
    """
    sent = _list_posts(author_id, Post.form_key == form_key)
    there = Post.topic_id == content.topic_id if content.topic_id is not None else Post.position == 1
    newest = _list_posts(author_id, there, limit=1)
    if not sent:
        return next((post for post in newest if _is_repeated(post, content)), None)
    return next((post for post in (*newest, *sent) if _is_changed(post, content)), None)


def is_stored(author_id: int, form_key: str | None, content: Content) -> bool:
    """Return whether the form has made a post of this content."""
    return form_key is not None and bool(_list_posts_of_form(author_id, form_key, content))


def is_in(post: Post, title: str, body: str) -> bool:
    """Return whether the post has this text, or had it before an edit. An empty title matches any."""
    wanted, wanted_title = clean_body(body), clean_title(title)
    return any(wanted == said and wanted_title in {"", called} for called, said in _versions(post))


def further_key(form_key: str, content: Content) -> str:
    """Return the key of a further post from a form that was sent already: the same key for the same content."""
    return str(uuid5(FURTHER, f"{form_key}\0{content.signature}"))


def _list_posts_of_form(author_id: int, form_key: str, content: Content) -> list[Post]:
    """Return the posts that the form has made of this content, also those edited or removed since."""
    keys = (form_key, further_key(form_key, content))
    return [post for post in _list_posts(author_id, Post.form_key.in_(keys)) if _has_content(post, content)]


def _has_content(post: Post, content: Content) -> bool:
    if content.topic_id is not None:
        return post.topic_id == content.topic_id and is_in(post, "", content.body)
    chosen = (post.topic.category_id, post.topic.kind)
    return chosen == (content.category_id, content.kind) and is_in(post, content.title, content.body)


def _is_changed(post: Post, content: Content) -> bool:
    if content.topic_id is not None:
        return post.topic_id == content.topic_id and rules.is_changed_version(post.body, content.body)
    whole = f"{post.topic.title}\n{post.body}"
    return post.position == 1 and rules.is_changed_version(whole, f"{content.title}\n{content.body}")


def _is_repeated(post: Post, content: Content) -> bool:
    """Return whether the post is fresh, has the same title, and the content repeats or continues its body."""
    is_fresh = now() - post.created_at <= FRESH
    same_title = content.topic_id is not None or post.topic.title == content.title
    return is_fresh and same_title and rules.is_beginning(post.body, content.body)


def _is_shown(post: Post) -> bool:
    return post.hidden_at is None and post.topic.hidden_at is None


def _versions(post: Post) -> Iterator[tuple[str, str]]:
    """Yield title and body as they are now, then as they were before each edit."""
    yield post.topic.title, post.body
    for revision in list_revisions(post):
        yield revision.title or post.topic.title, revision.body


def _list_posts(author_id: int, condition: sa.ColumnElement[bool], limit: int | None = None) -> list[Post]:
    """Return the author's posts that meet the condition, newest first, with their topics loaded."""
    chosen = sa.select(Post).join(Post.topic).options(contains_eager(Post.topic))
    chosen = chosen.where(Post.author_id == author_id, condition, Topic.id == Post.topic_id)
    return list(db.session.scalars(chosen.order_by(Post.id.desc()).limit(limit)))
