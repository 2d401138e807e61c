"""How long the steps of stories took."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import sqlalchemy as sa

from models.base import db, now
from models.stories import StoryState, StoryStep

# Of so many stories, the newest, the usual time is taken: what was long ago says little, and a page stays fast.
MOST_STORIES = 200
# In these nobody works on the story.
RESTING = frozenset({StoryState.PUBLISHED, StoryState.WITHDRAWN})


@dataclass(frozen=True)
class Spent:
    """The days that a story has spent in one state, all rounds together: 0 where it was less than one.

    `is_now`: it is in it.
    """

    state: StoryState
    days: int
    is_now: bool


def list_spent(steps: Iterable[StoryStep], at: datetime | None = None) -> list[Spent]:
    """Return the days that a story has spent in each state that it was in, in the order of the way."""
    at, spent, current = at or now(), dict[StoryState, timedelta](), set[StoryState]()
    for step in steps:
        state = StoryState(step.state)
        if state in RESTING:
            continue
        spent[state] = spent.get(state, timedelta()) + ((step.ended_at or at) - step.begun_at)
        if step.ended_at is None:
            current.add(state)
    return [Spent(state, _write_days(spent[state]), state in current) for state in StoryState if state in spent]


def days_of(length: timedelta) -> int:
    """Return the number of days, a begun one counted whole."""
    return -(-length // timedelta(days=1))


def _write_days(length: timedelta) -> int:
    return days_of(length) if length >= timedelta(days=1) else 0


def median_days() -> int | None:
    """Return the middle of the days from the first line to the publication, over the newest published stories."""
    newest = (
        sa.select(StoryStep.story_id, sa.func.min(StoryStep.begun_at))
        .where(StoryStep.state == StoryState.PUBLISHED)
        .group_by(StoryStep.story_id)
        .order_by(sa.func.min(StoryStep.begun_at).desc())
        .limit(MOST_STORIES)
    )
    published = dict(db.session.execute(newest).all())
    begun = (
        sa.select(StoryStep.story_id, sa.func.min(StoryStep.begun_at))
        .where(StoryStep.story_id.in_(published))
        .group_by(StoryStep.story_id)
    )
    lengths = [days_of(published[story_id] - at) for story_id, at in db.session.execute(begun)]
    return round(median(lengths)) if lengths else None
