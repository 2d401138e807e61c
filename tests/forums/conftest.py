"""A small forum: a category of each kind, and ways to write on them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from community.forums import actions, pages, queries
from community.forums.pages import PostPage
from community.forums.viewer import Viewer
from models.accounts import Member
from models.base import db
from models.forums import Audience, Category, Post, Topic, TopicKind
from models.ledger import Signal, SignalKind
from tests.cast import Cast


@dataclass
class Forum:
    """The categories by what they ask of their readers."""

    public: Category
    news: Category
    signed_in: Category
    members: Category
    inner: Category  # public in itself, but it stands in `members`
    staff: Category
    onboarding: Category
    high_touch: Category
    private: Category  # of company A

    def categories(self) -> dict[str, Category]:
        return dict(vars(self))


def make_forum(cast: Cast) -> Forum:
    """Flushed, not committed."""

    def each(slug: str, readers: Audience, posters: Audience | None = None, **more: object) -> Category:
        category = Category(
            slug=slug, name=slug, position=len(made), readers=readers, posters=posters or readers, **more
        )
        db.session.add(category)
        db.session.flush()
        made.append(category)
        return category

    made: list[Category] = []
    members = each("members", Audience.MEMBERS)
    return Forum(
        public=each("public", Audience.PUBLIC, Audience.MEMBERS),
        news=each("news", Audience.PUBLIC, Audience.STAFF),
        signed_in=each("signed-in", Audience.SIGNED_IN),
        members=members,
        inner=each("inner", Audience.PUBLIC, Audience.MEMBERS, parent_id=members.id),
        staff=each("staff", Audience.STAFF),
        onboarding=each("onboarding", Audience.MEMBERS, stages="onboarding"),
        high_touch=each("high-touch", Audience.MEMBERS, segments="high,digital"),
        private=each("private", Audience.MEMBERS, account_id=cast.a.id),
    )


@pytest.fixture
def forum(cast: Cast) -> Forum:
    return make_forum(cast)


@pytest.fixture
def as_seen_by() -> Callable[[Member | None], Viewer]:
    return queries.get_viewer


@pytest.fixture
def topic(cast: Cast, forum: Forum) -> Topic:
    """A's question, on the public category."""
    return open_topic(forum.public, cast.owner)


def open_topic(
    category: Category, author: Member, title: str = "日付が1日ずれます", kind: TopicKind = TopicKind.QUESTION
) -> Topic:
    post = actions.open_topic(category, author, title, "CSVを取り込むと、日付だけが前の日になります。", kind=kind)
    topic = db.session.get(Topic, post.topic_id)
    assert topic is not None
    return topic


def reply(topic: Topic, author: Member, body: str = "時間帯の設定を見てください。") -> Post:
    return load(actions.post_reply(topic, author, body))


def first_page(topic: Topic, member: Member | None = None) -> PostPage:
    """As the person sees it."""
    found = pages.get_topic_with_facts(topic.id, seen_by=queries.get_viewer(member))
    assert found is not None
    return pages.get_page(topic, 1, found[1].shown, seen_by=queries.get_viewer(member))


def load(post: Post) -> Post:
    """With its author, as a view has it."""
    db.session.flush()
    loaded = queries.get_post(post.id, seen_by=queries.get_viewer(db.session.get(Member, post.author_id)))
    assert loaded is not None
    return loaded


def signals(*kinds: SignalKind) -> list[Signal]:
    """All of these kinds, reversals too, in the order of writing."""
    return list(db.session.scalars(sa.select(Signal).where(Signal.kind.in_(kinds)).order_by(Signal.id)))


@contextmanager
def counting_queries() -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(statement)

    event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(sa.Engine, "before_cursor_execute", count)
