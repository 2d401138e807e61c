"""What was asked of a story's writers, for the pages on which they write."""

from collections.abc import Sequence

from community.stories import rules
from community.stories.turns.steps import list_steps
from models.accounts import Member
from models.stories import Story, StoryState, StoryStep

from .comments import Remark, list_remarks

_ASKING = frozenset({StoryState.CHANGES_ASKED, StoryState.UPDATE_ASKED})


def list_wanted(story: Story, seen_by: Member) -> list[Remark]:
    """Return what others wrote to the writers since the step before this one began (`choose_wanted`)."""
    if story.state not in _ASKING:
        return []
    return choose_wanted(story, list_steps(story.id), list_remarks(story, seen_by))


def choose_wanted(story: Story, steps: Sequence[StoryStep], remarks: Sequence[Remark]) -> list[Remark]:
    """Return of these remarks those that others wrote to the writers since the step before this one began.

    Changes are asked for at its end. Nothing where none are asked for. The story is loaded with its people.
    """
    since = max((step.begun_at for step in steps if step.ended_at is not None), default=None)
    if story.state not in _ASKING or since is None:
        return []
    to_writers = [each for each in remarks if each.at >= since and not each.is_for_staff]
    return [each for each in to_writers if each.author is None or not rules.is_author(each.author, story)]
