"""Read marks and view counts. The ledger records nothing of them."""

from collections import Counter
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from community.public import UNSEEN
from models.accounts import Member
from models.base import db, now
from models.forums import PendingView, Topic, TopicRead

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
VIEW_CHUNK = 1_000


def mark_read(topic: Topic, member: Member, position: int, *, at: datetime | None = None) -> None:
    """Move the person's read mark to the position, never back. The first mark counts as a view of the topic."""
    position = min(max(position, 0), topic.last_position)
    if position == 0:
        return
    known = sa.select(TopicRead.read_to).where(TopicRead.member_id == member.id, TopicRead.topic_id == topic.id)
    is_first = db.session.scalar(known) is None
    mark = {"member_id": member.id, "topic_id": topic.id}
    added = _insert(TopicRead).values(**mark, read_to=position, at=at or now())
    db.session.execute(
        added.on_conflict_do_update(
            index_elements=list(mark),
            set_={"read_to": added.excluded.read_to, "at": added.excluded.at},
            where=TopicRead.read_to < added.excluded.read_to,
        )
    )
    if is_first:
        db.session.add(PendingView(topic_id=topic.id))


def count_views(most: int = VIEW_CHUNK) -> int:
    """Add pending views to their topics' counts, and return how many were added.

    Each view is a row of its own, so that a viewer never waits for a topic's row that a writer has locked.
    """
    chosen = sa.select(PendingView.id, PendingView.topic_id).order_by(PendingView.id).limit(most)
    waiting = db.session.execute(chosen.with_for_update(skip_locked=True)).all()
    # Topics are locked in the order of their ids everywhere, or two transactions deadlock.
    for topic_id, views in sorted(Counter(topic_id for _, topic_id in waiting).items()):
        change = sa.update(Topic).where(Topic.id == topic_id).values(views=Topic.views + views)
        db.session.execute(change.execution_options(synchronize_session=False, **UNSEEN))
    if waiting:
        db.session.execute(sa.delete(PendingView).where(PendingView.id.in_([view_id for view_id, _ in waiting])))
    return len(waiting)


def _insert(model: type[TopicRead]) -> Any:  # noqa: ANN401  the two dialects' own Insert, of one shape
    return _INSERT[db.session.get_bind().dialect.name](model)
