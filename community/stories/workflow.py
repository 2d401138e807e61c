"""The way of a story from one step to the next."""

from datetime import date

from models.accounts import Member
from models.stories import Story, StoryState

from .steps import begin_step


def begin_approval(story: Story, by: Member, due_on: date) -> None:
    """Begin the step in which the company's approvers are asked. The story must be locked."""
    begin_step(story, StoryState.APPROVAL, by_id=by.id, owner_id=by.id, due_on=due_on)


def follow_answers(story: Story, by_id: int | None = None) -> None:
    """Do nothing yet: the step that follows from the approvers' answers begins here."""
    del story, by_id
