"""Who may do what with a story, by its state."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from community.stories import rules
from models.accounts import Member
from models.base import now, today
from models.stories import CommentAudience, Story, StoryCoauthor, StoryState
from tests.cast import Cast

pytestmark = pytest.mark.one_database  # pure: no query

ASKED = {StoryState.APPROVAL, StoryState.APPROVED, StoryState.PUBLISHED}


@pytest.mark.parametrize("state", StoryState)
def test_who_mails_approvers_in_which_state(cast: Cast, story: Story, state: StoryState) -> None:
    story.state = state
    asks = [who for who, member in cast.people().items() if rules.can_ask_approvers(member, story)]
    staff = ["community_manager", "cs", "administrator"]
    assert asks == (staff if state in ASKED | {StoryState.REVIEW} else [])
    again = [who for who, member in cast.people().items() if rules.can_ask_again(member, story)]
    assert again == (["owner", *staff] if state in ASKED else [])


# --- every rule, person and situation

# Who has it to do: the authors, the interviewer, all of the staff, the company's administrator.
A, CS, S, D = {"owner", "colleague"}, {"cs"}, {"community_manager", "cs", "administrator"}, {"company_admin"}
NOBODY: set[str] = set()
AT = now()
HIDDEN: Mapping[str, object] = {"hidden_at": AT}
SHOWN: Mapping[str, object] = {"published_version_id": 1, "published_at": AT}
SITUATIONS: Mapping[str, tuple[StoryState, Mapping[str, object]]] = {
    "draft": (StoryState.DRAFT, {}),
    "thrown away": (StoryState.WITHDRAWN, {"withdrawn_at": AT, "withdrawn_as_draft": True}),
    "changes": (StoryState.CHANGES_ASKED, {}),
    "review": (StoryState.REVIEW, {}),
    "approval": (StoryState.APPROVAL, {}),
    "approved": (StoryState.APPROVED, {}),
    "published": (StoryState.PUBLISHED, SHOWN),
    "update": (StoryState.UPDATE_ASKED, SHOWN),
    "withdrawn": (StoryState.WITHDRAWN, {**SHOWN, "withdrawn_at": AT}),
    "hidden draft": (StoryState.DRAFT, HIDDEN),
    "hidden changes": (StoryState.CHANGES_ASKED, HIDDEN),
    "hidden review": (StoryState.REVIEW, HIDDEN),
    "hidden published": (StoryState.PUBLISHED, {**SHOWN, **HIDDEN}),
}
PRIVATE = ("draft", "thrown away", "hidden draft")
OPEN = tuple(name for name in SITUATIONS if name not in PRIVATE)
WITH_STAFF = ("review", "approval", "approved", "published")


def where(*situations: str, who: set[str]) -> dict[str, set[str]]:
    return dict.fromkeys(situations, who)


def comments(rule: Callable[..., bool], audience: CommentAudience) -> Callable[[Member, Story], bool]:
    return lambda member, story: rule(member, story, audience)


SHARED, STAFF = CommentAudience.SHARED, CommentAudience.STAFF
# Each rule: who may in which situation (others: nobody), and whether authors need a contract that runs.
MAY: Mapping[str, tuple[Callable[[Member, Story], bool], Mapping[str, set[str]], bool]] = {
    "see desk": (rules.can_see_desk, where(*PRIVATE, who=A | CS) | where(*OPEN, who=A | S), False),
    "edit": (rules.can_edit, where("draft", "changes", "update", who=A | CS), True),
    "withdraw": (rules.can_withdraw, where(*SITUATIONS, who=A | S | D), False),
    "speak": (rules.speaks_for_company, where(*SITUATIONS, who=A | D), False),
    "see withdrawal": (
        rules.can_see_withdrawal,
        where(*PRIVATE, who=A | CS) | where(*OPEN, who=A | S | D),
        False,
    ),
    "name approvers": (
        rules.can_name_approvers,
        where("draft", who=A | CS) | where("changes", "update", *WITH_STAFF, who=A | S),
        True,
    ),
    "ask approvers": (rules.can_ask_approvers, where(*WITH_STAFF, who=S), True),
    "ask again": (rules.can_ask_again, where("approval", "approved", "published", who=A | S), True),
    "renew": (rules.can_renew, where("published", "update", who=A), True),
    "comment": (
        comments(rules.can_comment, SHARED),
        where(*PRIVATE, who=A | CS) | where(*OPEN, who=A | S),
        True,
    ),
    "comment for staff": (comments(rules.can_comment, STAFF), where(*PRIVATE, who=CS) | where(*OPEN, who=S), True),
    "read": (comments(rules.can_read_comment, SHARED), where(*PRIVATE, who=A | CS) | where(*OPEN, who=A | S), False),
    "read of staff": (comments(rules.can_read_comment, STAFF), where(*PRIVATE, who=CS) | where(*OPEN, who=S), False),
}


@pytest.mark.parametrize("is_over", [False, True], ids=["contract runs", "contract over"])
def test_who_may_what(cast: Cast, *, is_over: bool) -> None:
    """The owner writes with the colleague and with somebody who has gone to another company since; CS interviews."""
    cast.a.contract_ended_on = today() - timedelta(days=1) if is_over else None
    for situation, (state, values) in SITUATIONS.items():
        story = tell_of(cast, state, values)
        for name, (rule, expected, needs_contract) in MAY.items():
            may = {who for who, member in cast.people().items() if rule(member, story)}
            assert may == expected.get(situation, NOBODY) - (A if is_over and needs_contract else NOBODY), (
                name,
                situation,
            )


def tell_of(cast: Cast, state: StoryState, values: Mapping[str, Any]) -> Story:
    """A story that is in no database."""
    story = Story(account_id=cast.a.id, author_id=cast.owner.id, interviewer_id=cast.cs.id, state=state, **values)
    story.coauthors = [StoryCoauthor(member_id=each.id) for each in (cast.colleague, cast.stranger)]
    return story
