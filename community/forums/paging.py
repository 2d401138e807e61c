"""Which posts make a page of a topic: twenty that are shown; hidden ones stand beside their neighbours and count not.

The pages are the same for everybody, since links to them are shared: also for those who see what is hidden.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

import sqlalchemy as sa

from community.moderation.rules import can_moderate
from models.base import db
from models.forums import Post, Topic
from models.moderation import visible

from .viewer import Viewer

POSTS_A_PAGE = 20
# A longer run of hidden posts is one line to those who may not see them.
MOST_PLACEHOLDERS = 3
# Hidden posts of long runs that one page gives to those who see them: a cleared flood has hundreds.
MOST_HIDDEN = 40


@dataclass(frozen=True)
class HiddenRun:
    """Hidden posts one after the other, by the positions of the first and the last of them."""

    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Window:
    """The positions of page `number` of `count`, from `first` to `last`, and the runs of hidden posts among them.

    `before`: the position of the last shown post of the page before; 0 on the first page.
    """

    number: int
    count: int
    before: int
    first: int
    last: int
    runs: tuple[HiddenRun, ...] = ()


def count_pages(shown: int) -> int:
    """The number of pages of so many shown posts, the opening among them; at least one."""
    return max(-(-shown // POSTS_A_PAGE), 1)


def get_window(topic: Topic, shown: int, number: int) -> Window:
    """The positions of a page; a number beyond the ends is the nearest page.

    Where all posts are shown, positions tell; else one query asks where the page begins and ends.
    """
    count = count_pages(shown)
    number = min(max(number, 1), count)
    skipped = (number - 1) * POSTS_A_PAGE
    if shown == topic.last_position:
        return Window(number, count, skipped, skipped + 1, min(skipped + POSTS_A_PAGE, shown))
    shown_positions = sa.select(Post.position).where(Post.topic_id == topic.id, visible(Post)).order_by(Post.position)
    positions = list(db.session.scalars(shown_positions.limit(POSTS_A_PAGE + 2).offset(max(skipped - 1, 0))))
    # The last one of the page before comes along, and the first one of the page after.
    before = positions.pop(0) if skipped and positions else 0
    first = positions[0] if positions else before + 1
    last = positions[POSTS_A_PAGE] - 1 if len(positions) > POSTS_A_PAGE else topic.last_position
    runs = (HiddenRun(a + 1, b - 1) for a, b in pairwise([*positions[:POSTS_A_PAGE], last + 1]) if b - a > 1)
    return Window(number, count, before, first, last, tuple(runs))


def page_number(post: Post) -> int:
    """The page on which the post stands; a hidden one stands with the shown post before it. One query."""
    return count_pages(db.session.scalar(sa.select(sa.func.count()).select_from(Post).where(_up_to(post))) or 0)


def get_run(post: Post) -> HiddenRun:
    """The run of hidden posts in which a hidden one stands. One query."""
    of_topic = sa.and_(Post.topic_id == post.topic_id, visible(Post))
    before = sa.select(sa.func.max(Post.position)).where(of_topic, Post.position < post.position).scalar_subquery()
    after = sa.select(sa.func.min(Post.position)).where(of_topic, Post.position > post.position).scalar_subquery()
    last = sa.select(Topic.last_position).where(Topic.id == post.topic_id).scalar_subquery()
    first, end = db.session.execute(sa.select(sa.func.coalesce(before, 0), sa.func.coalesce(after, last + 1))).one()
    return HiddenRun(first + 1, end - 1)


def _up_to(post: Post) -> sa.ColumnElement[bool]:
    return sa.and_(Post.topic_id == post.topic_id, Post.position <= post.position, visible(Post))


def choose_hidden(topic: Topic, window: Window, viewer: Viewer, since: int = 0) -> list[int]:
    """The positions of the hidden posts that stand on the page by themselves.

    All of a short run, as placeholders. Of longer ones those that the viewer sees, at most MOST_HIDDEN beginning at
    position `since`. No query where no run is long.
    """
    short = [p for run in window.runs if run.count <= MOST_PLACEHOLDERS for p in range(run.first, run.last + 1)]
    long = [run for run in window.runs if run.count > MOST_PLACEHOLDERS]
    if not long or viewer.member is None:
        return short
    seen = sa.select(Post.position).where(
        Post.topic_id == topic.id,
        Post.position.between(max(long[0].first, since), long[-1].last),
        ~visible(Post),
    )
    if not can_moderate(viewer.member):
        seen = seen.where(Post.author_id == viewer.member.id)
    own = db.session.scalars(seen.order_by(Post.position).limit(MOST_HIDDEN))
    return sorted({*short, *own})


def fold(window: Window, standing: Collection[int]) -> list[HiddenRun]:
    """What is left of the runs beside the hidden posts that stand by themselves."""
    alone = sorted(standing)
    return [left for run in window.runs for left in _between(run, [p for p in alone if run.first <= p <= run.last])]


def _between(run: HiddenRun, alone: list[int]) -> Iterator[HiddenRun]:
    for before, after in pairwise([run.first - 1, *alone, run.last + 1]):
        if after - before > 1:
            yield HiddenRun(before + 1, after - 1)
