"""Handing a story on: the next step begins, who has to act is told, and nobody is reminded of the step before."""

from datetime import date

from community.audit import record
from community.notifications.notices import notify, withdraw
from community.stories.locking import lock_story
from community.stories.notifications import DUE, TURN
from community.stories.versions.staleness import stale_months
from models.accounts import Member
from models.base import day_at, today
from models.stories import Story, StoryState, StoryStep

from .acts import StoryAct, can_do, is_possible
from .due_days import Reminder, due_day, list_reminders
from .owners import find_turn
from .steps import begin_step, get_open_step

KIND = Story.__tablename__


class WrongStateError(Exception):
    """The story has gone on meanwhile; what was asked for is no longer, or not yet, to be done."""


def lock_for(story: Story, act: StoryAct, by: Member | None) -> None:
    """Lock the story for the act, and read it and who acts anew.

    Raise WrongStateError if it is not to be done as the story stands, or not any more by them.
    """
    lock_story(story.id, by)
    if not (can_do(act, by, story) if by is not None else is_possible(act, story)):
        raise WrongStateError


def pass_on(
    story: Story,
    state: StoryState,
    *,
    by_id: int | None,
    owner_id: int | None,
    due_on: date | None = None,
    is_silent: bool = False,
) -> StoryStep:
    """Begin the next step and return it, and tell whose turn it is.

    Without `due_on` the step has the days that its rule says. `is_silent`: nobody is told, where it asks nothing of
    anybody.
    """
    open_step = get_open_step(story.id)
    if open_step is not None:
        withdraw_notices(story, open_step)
    step = begin_step(
        story, state, by_id=by_id, owner_id=owner_id, due_on=due_on or due_day(state, today(), stale_months())
    )
    if not is_silent:
        tell_turn(story, step, by_id)
    return step


def tell_turn(story: Story, step: StoryStep, by_id: int | None) -> None:
    """Tell those whose turn the step is, once; not who handed it to them."""
    turn = [member.id for member in find_turn(story, step).people if member.id != by_id]
    notify(TURN, turn, (StoryStep.__tablename__, step.id), key=turn_key(step))


def withdraw_notices(story: Story, step: StoryStep) -> None:
    """Withdraw what was told of the step: it is over, or due on another day."""
    withdraw(TURN, turn_key(step))
    withdraw_reminders(story, step)


def withdraw_reminders(story: Story, step: StoryStep) -> None:
    """Withdraw the reminders of the step's present due day."""
    if step.due_on is None:
        return
    sent = list_reminders(StoryState(step.state), day_at(step.begun_at), step.due_on, today())
    for reminder in sent:
        withdraw(DUE, reminder_key(story.id, step, reminder))


def turn_key(step: StoryStep) -> str:
    """Return the key of the notice that it is somebody's turn. A new owner is told of the same step."""
    return f"story:{step.story_id}:step:{step.id}:{step.owner_id or 'staff'}"


def reminder_key(story_id: int, step: StoryStep, reminder: Reminder) -> str:
    """Return the key of a reminder: one for each step, due day and reminder, so that each is sent once."""
    return f"story:{story_id}:step:{step.id}:{step.due_on:%Y%m%d}:{reminder.name}"


def log(story: Story, act: str, by_id: int | None, **values: object) -> None:
    """Add the act to the log of privileged acts. `values`: after it; those that begin with `old_`, before it."""
    before = {name.removeprefix("old_"): value for name, value in values.items() if name.startswith("old_")}
    after = {name: value for name, value in values.items() if not name.startswith("old_")}
    record(by_id, f"stories.{act}", KIND, story.id, before=before or None, after=after or None)
