"""What may be done with a story on its way, in which state and by whom. Pure: rows are loaded with their coauthors."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from community.accounts import rules as accounts
from community.stories import rules
from models.accounts import Member
from models.stories import Story, StoryState


class StoryAct(StrEnum):
    """An act by which a story goes on, or back."""

    SUBMIT = "submit"
    ASK_CHANGES = "ask_changes"
    BEGIN_APPROVAL = "begin_approval"
    PUBLISH = "publish"
    ASK_UPDATE = "ask_update"
    BEGIN_UPDATE = "begin_update"
    TAKE_UP = "take_up"
    CHANGE_DUE = "change_due"
    WITHDRAW = "withdraw"
    BEGIN_AGAIN = "begin_again"


class _Rule(NamedTuple):
    states: frozenset[StoryState]
    may: Callable[[Member, Story], bool]
    of_hidden: bool = False  # possible while moderators hide the story, too


def _writes(member: Member, story: Story) -> bool:
    return rules.is_author(member, story) and accounts.can_take_part(member)


def _works(member: Member, story: Story) -> bool:
    del story
    return rules.works_with_stories(member)


# With customer success; what was submitted and not published yet.
JUDGED = frozenset({StoryState.REVIEW, StoryState.APPROVAL, StoryState.APPROVED})
_RULES: Mapping[StoryAct, _Rule] = {
    StoryAct.SUBMIT: _Rule(rules.EDITABLE, _writes),
    StoryAct.ASK_CHANGES: _Rule(JUDGED, _works),
    StoryAct.BEGIN_APPROVAL: _Rule(JUDGED, _works),
    StoryAct.PUBLISH: _Rule(JUDGED, _works),
    StoryAct.ASK_UPDATE: _Rule(frozenset({StoryState.PUBLISHED}), _works),
    StoryAct.BEGIN_UPDATE: _Rule(frozenset({StoryState.PUBLISHED}), _writes),
    StoryAct.TAKE_UP: _Rule(JUDGED, _works, of_hidden=True),
    StoryAct.CHANGE_DUE: _Rule(
        JUDGED | {StoryState.CHANGES_ASKED, StoryState.UPDATE_ASKED, StoryState.PUBLISHED}, _works, of_hidden=True
    ),
    StoryAct.WITHDRAW: _Rule(frozenset(StoryState) - {StoryState.WITHDRAWN}, rules.can_withdraw, of_hidden=True),
    StoryAct.BEGIN_AGAIN: _Rule(frozenset({StoryState.WITHDRAWN}), _writes),
}


def is_possible(act: StoryAct, story: Story) -> bool:
    """Return whether the act can be done with the story as it stands, by somebody."""
    rule = _RULES[act]
    return story.state in rule.states and (rule.of_hidden or story.hidden_at is None)


def can_do(act: StoryAct, member: Member, story: Story) -> bool:
    """Return whether the member may do this now."""
    return is_possible(act, story) and is_for(act, member, story)


def is_for(act: StoryAct, member: Member, story: Story) -> bool:
    """Return whether it is the member's to do, in whatever state the story is."""
    if rules.is_private(story) and not rules.can_see_desk(member, story):
        return False
    return _RULES[act].may(member, story)


def list_acts(member: Member, story: Story) -> frozenset[StoryAct]:
    """Return everything that the member may do with the story now."""
    return frozenset(act for act in StoryAct if can_do(act, member, story))
