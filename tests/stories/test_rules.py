"""Who may do what with a story, by its state."""

import pytest

from community.stories import rules
from models.stories import Story, StoryState
from tests.cast import Cast

ASKED = {StoryState.APPROVAL, StoryState.APPROVED, StoryState.PUBLISHED}


@pytest.mark.one_database
@pytest.mark.parametrize("state", StoryState)
def test_who_mails_approvers_in_which_state(cast: Cast, story: Story, state: StoryState) -> None:
    story.state = state
    asks = [who for who, member in cast.people().items() if rules.can_ask_approvers(member, story)]
    staff = ["community_manager", "cs", "administrator"]
    assert asks == (staff if state in ASKED | {StoryState.REVIEW} else [])
    again = [who for who, member in cast.people().items() if rules.can_ask_again(member, story)]
    assert again == (["owner", *staff] if state in ASKED else [])
