"""What one person has contributed, for their page: only what the viewer may read, nothing hidden."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.accounts import Member
from models.base import db, now
from models.forums import Post, Topic, TopicKind
from models.moderation import visible

from .listing import NEW_DAYS, TopicRow, select_topic_rows, topic_row
from .queries import readable_category_ids
from .viewer import Viewer

CONTRIBUTIONS_A_PAGE = 20


class Contribution(StrEnum):
    """What somebody did in the forum."""

    TOPICS = "topics"  # opened by the person
    REPLIES = "replies"  # written by the person, answers included
    SOLVED = "solved"  # others' questions that an answer of the person has solved


@dataclass(frozen=True)
class Counts:
    """How many contributions of each kind the viewer may read."""

    topics: int
    replies: int
    solved: int

    def of(self, what: Contribution) -> int:
        """Return how many there are of this kind."""
        return {
            Contribution.TOPICS: self.topics,
            Contribution.REPLIES: self.replies,
            Contribution.SOLVED: self.solved,
        }[what]

    def __bool__(self) -> bool:
        """Whether there is any contribution."""
        return bool(self.topics or self.replies or self.solved)


@dataclass(frozen=True)
class ReplyRow:
    """A reply in a list of what one person wrote. `is_answer`: to a question; `is_accepted`: it solved that."""

    id: int
    topic_id: int
    title: str
    category_id: int
    html: str
    created_at: datetime
    is_answer: bool
    is_accepted: bool


@dataclass(frozen=True)
class ContributionList:
    """A part of a list, newest first; `older` is the id before which the next part begins."""

    topics: list[TopicRow]
    replies: list[ReplyRow]
    older: int | None


def count_contributions(viewer: Viewer, author: Member) -> Counts:
    """Return how much of each kind of contribution by the person the viewer may read. One query."""
    categories = readable_category_ids(viewer)
    counted = sa.select(
        _count_rows(sa.select(Topic.id).where(*_topics_of(author, categories))),
        _count_rows(sa.select(Post.id).join(Topic, Topic.id == Post.topic_id).where(*_replies_of(author, categories))),
        _count_rows(_solved_by(author, categories)),
    )
    return Counts(*db.session.execute(counted).one())


def list_contributions(
    viewer: Viewer,
    author: Member,
    what: Contribution,
    before: int | None = None,
    limit: int = CONTRIBUTIONS_A_PAGE,
) -> ContributionList:
    """Return what the person contributed of this kind, newest first, as far as the viewer may read it. One query."""
    if what == Contribution.REPLIES:
        return _list_replies(viewer, author, before, limit)
    categories = readable_category_ids(viewer)
    wanted = select_topic_rows().order_by(None).order_by(Topic.id.desc()).limit(limit + 1)
    if what == Contribution.TOPICS:
        wanted = wanted.where(*_topics_of(author, categories))
    else:
        wanted = wanted.where(Topic.id.in_(_solved_by(author, categories)))
    if before is not None:
        wanted = wanted.where(Topic.id < before)
    given = {"viewer_id": viewer.member_id or 0, "recent": now() - timedelta(days=NEW_DAYS)}
    found = db.session.execute(wanted, given).all()
    rows = [topic_row(row) for row in found[:limit]]
    return ContributionList(rows, [], rows[-1].id if len(found) > limit else None)


def _list_replies(viewer: Viewer, author: Member, before: int | None, limit: int) -> ContributionList:
    wanted = (
        sa.select(Post.id, Post.topic_id, Topic.title, Topic.category_id, Post.html, Post.created_at, Topic.kind)
        .add_columns(Topic.accepted_post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(*_replies_of(author, readable_category_ids(viewer)))
        .order_by(Post.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        wanted = wanted.where(Post.id < before)
    found = db.session.execute(wanted).all()
    rows = [
        ReplyRow(
            id=row.id,
            topic_id=row.topic_id,
            title=row.title,
            category_id=row.category_id,
            html=row.html,
            created_at=row.created_at,
            is_answer=row.kind == TopicKind.QUESTION,
            is_accepted=row.accepted_post_id == row.id,
        )
        for row in found[:limit]
    ]
    return ContributionList([], rows, rows[-1].id if len(found) > limit else None)


def _topics_of(author: Member, categories: Collection[int]) -> list[sa.ColumnElement[bool]]:
    return [Topic.author_id == author.id, Topic.category_id.in_(categories), visible(Topic)]


def _replies_of(author: Member, categories: Collection[int]) -> list[sa.ColumnElement[bool]]:
    return [
        Post.author_id == author.id,
        Post.position > 1,
        visible(Post),
        Topic.category_id.in_(categories),
        visible(Topic),
    ]


def _solved_by(author: Member, categories: Collection[int]) -> sa.Select[int]:
    """Return the query of the questions of others that this person's answers have solved."""
    answer = aliased(Post)
    return (
        sa.select(Topic.id)
        .join(answer, answer.id == Topic.accepted_post_id)
        .where(
            answer.author_id == author.id,
            visible(answer),
            Topic.author_id != author.id,
            Topic.category_id.in_(categories),
            visible(Topic),
        )
    )


def _count_rows(chosen: sa.Select[int]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(chosen.subquery()).scalar_subquery()
