"""Lists of topics and the tree of categories, in few queries whatever their length."""

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
# What a person has never opened counts as new to them for this long.
NEW_DAYS = 14
READER = sa.bindparam("reader", type_=sa.BigInteger)
RECENT = sa.bindparam("recent", type_=Topic.last_post_at.type)
# How far the viewer has read the topic of a line.
MARK = aliased(TopicRead)


class TopicFilter(StrEnum):
    """Which topics of a list."""

    ALL = "all"
    UNANSWERED = "unanswered"
    UNSOLVED = "unsolved"
    SOLVED = "solved"
    NEW = "new"


@dataclass(frozen=True)
class TopicRow:
    """One line of a list of topics, as its viewer sees it."""

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
    """A page of topics, newest talk first; `older` is the cursor of the next one."""

    rows: list[TopicRow]
    older: str | None


@dataclass(frozen=True)
class CategoryRow:
    """One category of the tree with what lies on it and in the categories below it, as far as its viewer may see."""

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
    """The topics that the viewer may see, in one category (and the categories below it) or on all. One query."""
    categories = readable_category_ids(viewer)
    if category is not None:
        categories &= {each.id for each in viewer.categories.below(category)}
    cursor = _read_cursor(before)
    given = {
        "categories": categories,
        "reader": viewer.member_id or 0,
        "recent": now() - timedelta(days=NEW_DAYS),
        "before_at": cursor[0] if cursor else None,
        "before_id": cursor[1] if cursor else None,
        "lines": limit + 1,
    }
    wanted = _statement(only, is_first_page=cursor is None)
    found = db.session.execute(wanted, given).all()
    rows = [topic_row(line) for line in found[:limit]]
    return TopicList(rows, _cursor(rows[-1]) if len(found) > limit else None)


@cache
def _statement(only: TopicFilter, *, is_first_page: bool) -> sa.Select[*tuple[Any, ...]]:
    """Written once: to put the words of such a query together takes longer than to have it answered."""
    wanted = topic_lines().where(Topic.category_id.in_(sa.bindparam("categories", expanding=True)), *_narrowed(only))
    if not is_first_page:
        place = sa.bindparam("before_at", type_=Topic.last_post_at.type), sa.bindparam("before_id", type_=Topic.id.type)
        wanted = wanted.where(sa.tuple_(Topic.last_post_at, Topic.id) < sa.tuple_(*place))
    return wanted.limit(sa.bindparam("lines", type_=sa.Integer))


def topic_lines() -> sa.Select[*tuple[Any, ...]]:
    """Return the query of lines of topics that are not hidden, newest talk first; `topic_row` reads one.

    It asks for the parameters `reader` (0: a guest) and `recent`.
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
        .outerjoin(MARK, sa.and_(MARK.topic_id == Topic.id, MARK.member_id == READER))
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


def _narrowed(only: TopicFilter) -> list[sa.ColumnElement[bool]]:
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
    """Whether a shown post lies after what was read; of what was never opened, whether the newest shown is recent.

    What the topic's own row says comes first: most lines need no look at the posts.
    """
    post, newest = aliased(Post), aliased(Post)
    has_new = sa.exists().where(post.topic_id == Topic.id, post.position > MARK.read_to, visible(post))
    newest_at = (
        sa.select(newest.created_at)
        .where(newest.topic_id == Topic.id, visible(newest))
        .order_by(newest.position.desc())
        .limit(1)
        .correlate(Topic)
        .scalar_subquery()
    )
    return sa.case(
        (MARK.read_to.is_(None), sa.and_(Topic.last_post_at > RECENT, newest_at > RECENT)),
        else_=sa.and_(Topic.last_position > MARK.read_to, has_new),
    )


def topic_row(line: Any) -> TopicRow:  # noqa: ANN401  a row of `topic_lines`
    """Return the line of a list that the row stands for."""
    return TopicRow(
        id=line.id,
        category_id=line.category_id,
        kind=TopicKind(line.kind),
        title=line.title,
        author_id=line.author_id,
        account=line.Account,
        created_at=line.created_at,
        last_post_at=line.last_post_at,
        replies=line.replies,
        is_solved=bool(line.is_solved),
        is_unread=bool(line.is_unread),
    )


def _cursor(row: TopicRow) -> str:
    return f"{row.last_post_at.timestamp():.6f}-{row.id}"


def _read_cursor(cursor: str | None) -> tuple[datetime, int] | None:
    """None for what is no cursor of ours: the list then begins at its beginning."""
    instant, _, number = (cursor or "").rpartition("-")
    try:
        return datetime.fromtimestamp(float(instant), tz=now().tzinfo), int(number)
    except (ValueError, OverflowError, OSError):
        return None


# --- the tree


def list_categories(viewer: Viewer) -> list[CategoryRow]:
    """The categories that the viewer may see, down the tree. At most one query; none until something changes."""
    readable = readable_category_ids(viewer)
    everything = _counted.get(viewer.version, "topics", _count_topics)
    own = {category_id: counts for category_id, counts in everything.items() if category_id in readable}
    return [
        _category_row(category, depth, [own[s.id] for s in viewer.categories.below(category) if s.id in own])
        for category, depth in viewer.categories.walk()
        if category.id in readable
    ]


_counted: Remembered[dict[int, tuple[int, datetime]]] = Remembered()


def _count_topics() -> dict[int, tuple[int, datetime]]:
    """How many lie in each category, and the newest talk there."""
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
    return [category for category in categories if rules.can_read_category(viewer, category)]
