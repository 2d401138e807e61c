"""Reminders of steps that are due. Each is a notice with a key of its own, so that it is sent once."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from community.notifications.notices import notify
from community.stories import queries
from community.stories.locking import lock_story
from community.stories.notifications import DUE
from community.workdays import add_working_days
from models.base import day_at, db
from models.stories import StoryState, StoryStep

from .due_days import REMIND_BEFORE, Reminder, goes_out_at, list_reminders
from .owners import find_turn
from .turns import reminder_key


def list_ids_to_remind(at: datetime) -> Sequence[int]:
    """Return the ids of open steps that are due so soon that somebody may have to be reminded."""
    soon = add_working_days(day_at(at), REMIND_BEFORE)
    chosen = sa.select(StoryStep.id).where(StoryStep.ended_at.is_(None), StoryStep.due_on <= soon)
    return db.session.scalars(chosen.order_by(StoryStep.id)).all()


def remind(step_id: int, at: datetime, zone: ZoneInfo) -> None:
    """Send the newest reminder of the step that is due by now, if it is still open and it was not sent yet.

    Where the worker was off, those before it are left out: nobody is told the same thing twice at once.
    """
    step = db.session.get(StoryStep, step_id)
    story = queries.find_story(step.story_id) if step is not None else None
    if step is None or story is None:
        return
    lock_story(story.id)
    db.session.refresh(step)
    reminder = find_due_reminder(step, at, zone)
    if reminder is None or story.hidden_at is not None:
        return
    people = [member.id for member in find_turn(story, step).people]
    notify(DUE, people, (StoryStep.__tablename__, step.id), key=reminder_key(story.id, step, reminder))


def find_due_reminder(step: StoryStep, at: datetime, zone: ZoneInfo) -> Reminder | None:
    """Return the newest reminder of the open step whose hour has come, or None. Pure."""
    if step.ended_at is not None or step.due_on is None:
        return None
    begun_on, until = step.begun_at.astimezone(zone).date(), at.astimezone(zone).date()
    listed = list_reminders(StoryState(step.state), begun_on, step.due_on, until)
    return next((each for each in reversed(listed) if goes_out_at(each, zone) <= at), None)


def find_next_reminder(step: StoryStep, at: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when the next reminder of the open step goes out, or None. Pure."""
    if step.ended_at is not None or step.due_on is None:
        return None
    begun_on, today = step.begun_at.astimezone(zone).date(), at.astimezone(zone).date()
    far = max(add_working_days(today, 10), add_working_days(step.due_on, 1))
    listed = list_reminders(StoryState(step.state), begun_on, step.due_on, far)
    return next((goes_out_at(each, zone) for each in listed if goes_out_at(each, zone) > at), None)
