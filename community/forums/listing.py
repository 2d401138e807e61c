"""Lists of topics and of categories, in few queries whatever their length."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.public import Remembered
from models.accounts import Account
from models.base import db, now
from models.forums import Category, Post, Topic, TopicKind, TopicRead
from models.moderation import visible

from . import rules
from .queries import readable_category_ids
from .viewer import Viewer

TOPICS_A_PAGE = 20
# A topic that the viewer has never opened counts as new for so many days after its newest post.
NEW_DAYS = 14
VIEWER_ID = sa.bindparam("viewer_id", type_=sa.BigInteger)
RECENT = sa.bindparam("recent", type_=Topic.last_post_at.type)
# The viewer's read mark in the topic of a row.
READ_MARK = aliased(TopicRead)


class TopicFilter(StrEnum):
    """Which topics a list shows."""

    ALL = "all"
    UNANSWERED = "unanswered"
    UNSOLVED = "unsolved"
    SOLVED = "solved"
    NEW = "new"


@dataclass(frozen=True)
class TopicRow:
    """One row of a list of topics, as its viewer sees it."""

    id: int
    category_id: int
    kind: TopicKind
    title: str
    author_id: int
    account: Account | None
    created_at: datetime
    last_post_at: datetime
    replies: int
    is_solved: bool
    is_unread: bool


@dataclass(frozen=True)
class TopicList:
    """A page of topics, those with the newest posts first; `older` is the cursor of the next page."""

    rows: list[TopicRow]
    older: str | None


@dataclass(frozen=True)
class CategoryRow:
    """One category, with the number of topics and the newest post in it and below it that its viewer may see."""

    category: Category
    depth: int
    topics: int
    last_post_at: datetime | None


# --- topics


def list_topics(
    viewer: Viewer,
    only: TopicFilter = TopicFilter.ALL,
    category: Category | None = None,
    before: str | None = None,
    limit: int = TOPICS_A_PAGE,
) -> TopicList:
    """Return a page of topics that the viewer may see, in one category and those below it or in all. One query.

    `before`: the cursor of an earlier page; one that cannot be read counts as none.
    """
    categories = readable_category_ids(viewer)
    if category is not None:
        categories &= {each.id for each in viewer.categories.below(category)}
    cursor = _parse_cursor(before)
    given = {
        "categories": categories,
        "viewer_id": viewer.member_id or 0,
        "recent": now() - timedelta(days=NEW_DAYS),
        "before_at": cursor[0] if cursor else None,
        "before_id": cursor[1] if cursor else None,
        "limit": limit + 1,
    }
    wanted = _select_page(only, is_first_page=cursor is None)
    found = db.session.execute(wanted, given).all()
    rows = [topic_row(row) for row in found[:limit]]
    return TopicList(rows, _format_cursor(rows[-1]) if len(found) > limit else None)


@cache
def _select_page(only: TopicFilter, *, is_first_page: bool) -> sa.Select[*tuple[Any, ...]]:
    """Return the query for a page of topics.

    Cached: composing such a statement takes longer than the database's answer.
    """
    wanted = select_topic_rows().where(
        Topic.category_id.in_(sa.bindparam("categories", expanding=True)), *_filter_conditions(only)
    )
    if not is_first_page:
        place = sa.bindparam("before_at", type_=Topic.last_post_at.type), sa.bindparam("before_id", type_=Topic.id.type)
        wanted = wanted.where(sa.tuple_(Topic.last_post_at, Topic.id) < sa.tuple_(*place))
    return wanted.limit(sa.bindparam("limit", type_=sa.Integer))


def select_topic_rows() -> sa.Select[*tuple[Any, ...]]:
    """Return the select of topics that are not hidden, those with the newest posts first; `topic_row` reads its rows.

    Its parameters are `viewer_id` (0: a guest) and `recent`.
    """
    accepted = aliased(Post)
    return (
        sa.select(
            Topic.id,
            Topic.category_id,
            Topic.kind,
            Topic.title,
            Topic.author_id,
            Topic.created_at,
            Topic.last_post_at,
            Account,
            _count_replies().label("replies"),
            accepted.id.is_not(None).label("is_solved"),
            _is_unread().label("is_unread"),
        )
        .outerjoin(Account, Account.id == Topic.account_id)
        .outerjoin(accepted, sa.and_(accepted.id == Topic.accepted_post_id, visible(accepted)))
        .outerjoin(READ_MARK, sa.and_(READ_MARK.topic_id == Topic.id, READ_MARK.member_id == VIEWER_ID))
        .where(visible(Topic))
        .order_by(Topic.last_post_at.desc(), Topic.id.desc())
    )


def _count_replies() -> sa.ScalarSelect[int]:
    reply = aliased(Post)
    return (
        sa.select(sa.func.count())
        .select_from(reply)
        .where(reply.topic_id == Topic.id, reply.position > 1, visible(reply))
        .correlate(Topic)
        .scalar_subquery()
    )


def _filter_conditions(only: TopicFilter) -> list[sa.ColumnElement[bool]]:
    reply, answer = aliased(Post), aliased(Post)
    has_reply = sa.exists().where(reply.topic_id == Topic.id, reply.position > 1, visible(reply))
    is_solved = sa.exists().where(answer.id == Topic.accepted_post_id, visible(answer))
    is_question = Topic.kind == TopicKind.QUESTION
    return {
        TopicFilter.ALL: [],
        TopicFilter.UNANSWERED: [is_question, ~has_reply],
        TopicFilter.UNSOLVED: [is_question, ~is_solved],
        TopicFilter.SOLVED: [is_solved],
        TopicFilter.NEW: [_is_unread()],
    }[only]


def _is_unread() -> sa.ColumnElement[bool]:
    """Return whether the topic has a visible post after the read mark; without a mark, whether the newest is recent.

    The topic's own row is asked first: most rows need no look at the posts.
    """
    post, newest = aliased(Post), aliased(Post)
    has_new = sa.exists().where(post.topic_id == Topic.id, post.position > READ_MARK.read_to, visible(post))
    newest_at = (
        sa.select(newest.created_at)
        .where(newest.topic_id == Topic.id, visible(newest))
        .order_by(newest.position.desc())
        .limit(1)
        .correlate(Topic)
        .scalar_subquery()
    )
    return sa.case(
        (READ_MARK.read_to.is_(None), sa.and_(Topic.last_post_at > RECENT, newest_at > RECENT)),
        else_=sa.and_(Topic.last_position > READ_MARK.read_to, has_new),
    )


def topic_row(row: Any) -> TopicRow:  # noqa: ANN401  a row of `select_topic_rows`
    """Return a row of `select_topic_rows` as a TopicRow."""
    return TopicRow(
        id=row.id,
        category_id=row.category_id,
        kind=TopicKind(row.kind),
        title=row.title,
        author_id=row.author_id,
        account=row.Account,
        created_at=row.created_at,
        last_post_at=row.last_post_at,
        replies=row.replies,
        is_solved=bool(row.is_solved),
        is_unread=bool(row.is_unread),
    )


def _format_cursor(row: TopicRow) -> str:
    return f"{row.last_post_at.timestamp():.6f}-{row.id}"


def _parse_cursor(cursor: str | None) -> tuple[datetime, int] | None:
    """Return the instant and id of a cursor; None if it is none of ours: the list then begins at its beginning."""
    instant, _, number = (cursor or "").rpartition("-")
    try:
        return datetime.fromtimestamp(float(instant), tz=now().tzinfo), int(number)
    except (ValueError, OverflowError, OSError):
        return None


# --- the tree


def list_categories(viewer: Viewer) -> list[CategoryRow]:
    """Return the categories that the viewer may see, in the order of the tree.

    At most one query; none until something changes.
    """
    readable = readable_category_ids(viewer)
    everything = _remembered_counts.get(viewer.version, "topics", _count_topics)
    own = {category_id: counts for category_id, counts in everything.items() if category_id in readable}
    return [
        _category_row(category, depth, [own[s.id] for s in viewer.categories.below(category) if s.id in own])
        for category, depth in viewer.categories.walk()
        if category.id in readable
    ]


_remembered_counts: Remembered[dict[int, tuple[int, datetime]]] = Remembered()


def _count_topics() -> dict[int, tuple[int, datetime]]:
    """Return how many topics each category has, and the time of their newest post."""
    counted = (
        sa.select(Topic.category_id, sa.func.count(), sa.func.max(Topic.last_post_at))
        .where(visible(Topic))
        .group_by(Topic.category_id)
    )
    return {category_id: (count, newest) for category_id, count, newest in db.session.execute(counted)}


def _category_row(category: Category, depth: int, counts: Sequence[tuple[int, datetime]]) -> CategoryRow:
    newest = max((at for _, at in counts), default=None)
    return CategoryRow(category, depth, sum(count for count, _ in counts), newest)


def visible_categories(viewer: Viewer, categories: Collection[Category]) -> list[Category]:
    """Return those of the categories that the viewer may read."""
    return [category for category in categories if rules.can_read_category(viewer, category)]
