"""The steps on a story's way: who has to act, and until when. One is open at a time.

The open step's state is the story's; both are written here and nowhere else.
"""

from datetime import date, datetime

import sqlalchemy as sa

from models.base import db, now
from models.stories import Story, StoryState, StoryStep


def begin_step(
    story: Story,
    state: StoryState,
    *,
    by_id: int | None,
    owner_id: int | None = None,
    due_on: date | None = None,
    at: datetime | None = None,
) -> StoryStep:
    """End the open step, begin the next one and return it. The story must be locked.

    `by_id` None: by an approver, who has no log-in. `at` None: now.
    """
    at = at or now()
    open_step = get_open_step(story.id)
    if open_step is not None:
        open_step.ended_at = at
        db.session.flush()
    step = StoryStep(story_id=story.id, state=state, owner_id=owner_id, due_on=due_on, begun_at=at, begun_by_id=by_id)
    story.state = state
    story.changed_at = at
    db.session.add(step)
    db.session.flush()
    return step


def get_open_step(story_id: int) -> StoryStep | None:
    """Return the step that has not ended, or None."""
    return db.session.scalar(sa.select(StoryStep).where(StoryStep.story_id == story_id, StoryStep.ended_at.is_(None)))


def list_steps(story_id: int) -> list[StoryStep]:
    """Return all steps of the story, the first one first."""
    chosen = sa.select(StoryStep).where(StoryStep.story_id == story_id).order_by(StoryStep.id)
    return list(db.session.scalars(chosen))


def desk_of(story_id: int) -> tuple[str, int]:
    """Return what notices to those who work on the story are about, and nobody else sees: its newest step."""
    newest = sa.select(sa.func.max(StoryStep.id)).where(StoryStep.story_id == story_id)
    return StoryStep.__tablename__, db.session.scalars(newest).one()
