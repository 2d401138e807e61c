"""Which posts make a page of a topic: twenty visible ones. Hidden ones stand beside their neighbours and do not count.

Pages are the same for everybody, also for those who see hidden posts, since links to pages are shared.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

import sqlalchemy as sa

from models.base import db
from models.forums import Post, Topic
from models.moderation import visible

from .viewer import Viewer

POSTS_A_PAGE = 20
# A longer run of hidden posts is shown as one line to viewers who may not see them.
MOST_PLACEHOLDERS = 3
# Hidden posts of long runs on one page, for viewers who may see them: after a flood there are hundreds.
MOST_HIDDEN = 40


@dataclass(frozen=True)
class HiddenRun:
    """Consecutive hidden posts, by the positions of the first and the last of them."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """The number of posts in the run."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Window:
    """The positions of page `number` of `count`, from `first` to `last`, and the runs of hidden posts among them.

    `before`: the position of the last visible post of the page before; 0 on the first page.
    """

    number: int
    count: int
    before: int
    first: int
    last: int
    runs: tuple[HiddenRun, ...] = ()


def count_pages(shown: int) -> int:
    """Return the number of pages that so many visible posts take, the opening included; at least one."""
    return max(-(-shown // POSTS_A_PAGE), 1)


def get_window(topic: Topic, shown: int, number: int) -> Window:
    """Return the positions of a page; a number beyond the ends means the nearest page.

    If all posts are visible the positions are computed; else one query asks where the page begins and ends.
    """
    count = count_pages(shown)
    number = min(max(number, 1), count)
    skipped = (number - 1) * POSTS_A_PAGE
    if shown == topic.last_position:
        return Window(number, count, skipped, skipped + 1, min(skipped + POSTS_A_PAGE, shown))
    shown_positions = sa.select(Post.position).where(Post.topic_id == topic.id, visible(Post)).order_by(Post.position)
    positions = list(db.session.scalars(shown_positions.limit(POSTS_A_PAGE + 2).offset(max(skipped - 1, 0))))
    # With the last one of the page before and the first one of the page after.
    before = positions.pop(0) if skipped and positions else 0
    first = positions[0] if positions else before + 1
    last = positions[POSTS_A_PAGE] - 1 if len(positions) > POSTS_A_PAGE else topic.last_position
    runs = (HiddenRun(a + 1, b - 1) for a, b in pairwise([*positions[:POSTS_A_PAGE], last + 1]) if b - a > 1)
    return Window(number, count, before, first, last, tuple(runs))


def page_number(post: Post) -> int:
    """Return the page on which the post stands; a hidden post stands with the visible one before it. One query."""
    return count_pages(db.session.scalar(sa.select(sa.func.count()).select_from(Post).where(_is_up_to(post))) or 0)


def get_hidden_run(post: Post) -> HiddenRun:
    """Return the run of hidden posts that a hidden post belongs to. One query."""
    of_topic = sa.and_(Post.topic_id == post.topic_id, visible(Post))
    before = sa.select(sa.func.max(Post.position)).where(of_topic, Post.position < post.position).scalar_subquery()
    after = sa.select(sa.func.min(Post.position)).where(of_topic, Post.position > post.position).scalar_subquery()
    last = sa.select(Topic.last_position).where(Topic.id == post.topic_id).scalar_subquery()
    first, end = db.session.execute(sa.select(sa.func.coalesce(before, 0), sa.func.coalesce(after, last + 1))).one()
    return HiddenRun(first + 1, end - 1)


def _is_up_to(post: Post) -> sa.ColumnElement[bool]:
    return sa.and_(Post.topic_id == post.topic_id, Post.position <= post.position, visible(Post))


def choose_hidden(topic: Topic, window: Window, viewer: Viewer, since: int = 0) -> list[int]:
    """Return the positions of the hidden posts that are shown one by one on the page.

    Those are all posts of short runs, as placeholders; of longer runs those that the viewer may see, at most
    MOST_HIDDEN from position `since` on. No query if no run is long.
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
    if not viewer.moderates:
        seen = seen.where(Post.author_id == viewer.member.id)
    own = db.session.scalars(seen.order_by(Post.position).limit(MOST_HIDDEN))
    return sorted({*short, *own})


def fold_runs(window: Window, standing: Collection[int]) -> list[HiddenRun]:
    """Return what remains of the runs when the hidden posts that are shown one by one are taken out."""
    alone = sorted(standing)
    return [left for run in window.runs for left in _split_run(run, [p for p in alone if run.first <= p <= run.last])]


def _split_run(run: HiddenRun, alone: list[int]) -> Iterator[HiddenRun]:
    for before, after in pairwise([run.first - 1, *alone, run.last + 1]):
        if after - before > 1:
            yield HiddenRun(before + 1, after - 1)
