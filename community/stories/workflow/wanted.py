"""What was asked of a story's writers, for the pages on which they write."""

from community.stories import rules
from community.stories.turns.steps import list_steps
from models.accounts import Member
from models.stories import Story, StoryState

from .comments import Remark, list_remarks


def list_wanted(story: Story, seen_by: Member) -> list[Remark]:
    """Return what others wrote to the writers since the step before this one began.

    Changes are asked for at its end. Nothing where none are asked for. The story is loaded with its people.
    """
    if story.state not in {StoryState.CHANGES_ASKED, StoryState.UPDATE_ASKED}:
        return []
    since = max((step.begun_at for step in list_steps(story.id) if step.ended_at is not None), default=None)
    if since is None:
        return []
    remarks = [each for each in list_remarks(story, seen_by) if each.at >= since and not each.is_for_staff]
    return [each for each in remarks if each.author is None or not rules.is_author(each.author, story)]
