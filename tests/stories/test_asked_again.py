"""Acts ask again under the lock what the page has asked: whether the story still is so, and who acts still may."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from community.stories import queries
from community.stories.approval import approvals, expiry, withdrawals
from community.stories.turns.turns import WrongStateError
from community.stories.workflow import submission, workflow
from models.accounts import Member, Membership
from models.base import db, today
from models.stories import ConsentUse, Story, StoryConsent, StoryState
from tests.cast import Cast
from tests.stories.asking import mails, own_domain
from tests.stories.reading import tell
from tests.stories.telling import FOREVER, add_approver, write_story

pytestmark = pytest.mark.one_database


def move(cast: Cast, member: Member) -> None:
    """Transfer a member whose rows are loaded already."""
    moved = sa.update(Membership).where(Membership.member_id == member.id).values(account_id=cast.b.id)
    db.session.execute(moved.execution_options(synchronize_session=False))


def submit(cast: Cast) -> Story:
    story = queries.load_with_people(write_story(cast.a, cast.owner).id)
    submission.submit(story, cast.owner, FOREVER, seen=submission.read_proof(story).seen)
    return story


def test_who_was_transferred_meanwhile_submits_nothing(cast: Cast) -> None:
    story = queries.load_with_people(write_story(cast.a, cast.owner).id)
    seen = submission.read_proof(story).seen
    move(cast, cast.owner)
    with pytest.raises(WrongStateError):
        submission.submit(story, cast.owner, FOREVER, seen=seen)


def test_who_was_transferred_meanwhile_withdraws_nothing(cast: Cast) -> None:
    story = queries.load_with_people(tell(cast).id)
    move(cast, cast.owner)
    with pytest.raises(WrongStateError):
        withdrawals.withdraw_uses(story, {ConsentUse.MEMBERS}, cast.owner)


def test_who_lost_their_role_meanwhile_asks_for_nothing(cast: Cast) -> None:
    story = submit(cast)
    lost = sa.update(Member).where(Member.id == cast.cs.id).values(staff_role=None)
    db.session.execute(lost.execution_options(synchronize_session=False))
    with pytest.raises(WrongStateError):
        workflow.ask_changes(story, cast.cs, "直してください。")
    assert story.state == StoryState.REVIEW


def ask_all(story: Story, cast: Cast) -> None:
    approvals.ask(story, cast.cs, [add_approver(story, cast.cs)], today())


def ask_one(story: Story, cast: Cast) -> None:
    approvals.ask_again(story, cast.cs, add_approver(story, cast.cs), today())


def renew(story: Story, cast: Cast) -> None:
    expiry.renew(story, cast.owner, FOREVER, today())


@pytest.mark.parametrize("act", [ask_all, ask_one, renew])
def test_nobody_is_asked_about_a_story_that_was_withdrawn_meanwhile(
    cast: Cast, act: Callable[[Story, Cast], None]
) -> None:
    own_domain(cast.a, "a.example.jp")
    story = queries.load_with_people(tell(cast).id)
    workflow.withdraw_story(story, cast.owner, "")
    entries = db.session.query(StoryConsent).count()
    with pytest.raises(WrongStateError):
        act(story, cast)
    assert (mails("story_ask"), db.session.query(StoryConsent).count()) == ([], entries)


@pytest.mark.parametrize("act", [ask_all, ask_one])
def test_nobody_is_asked_about_a_text_that_is_being_rewritten(cast: Cast, act: Callable[[Story, Cast], None]) -> None:
    story = submit(cast)
    workflow.ask_changes(story, cast.cs, "直してください。")
    with pytest.raises(WrongStateError):
        act(story, cast)
    assert mails("story_ask") == []
