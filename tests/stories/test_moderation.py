"""Hiding a story by moderators: it is shown to nobody, its acts do not count, and restoring brings both back."""

import pytest

from community.ledger.queries import list_acts_on, tips_of
from community.moderation import actions as moderation
from community.stories import queries
from community.stories.moderation import MODERATION, can_remove, can_restore, get_moderated
from community.stories.workflow import workflow
from models.accounts import Member
from models.ledger import SignalCause
from models.moderation import RemovalReason
from models.stories import ConsentUse, Story
from tests.cast import Cast
from tests.stories.conftest import approve
from tests.stories.test_workflow import version_of

pytestmark = pytest.mark.one_database


@pytest.fixture
def published(submitted: Story, cast: Cast) -> Story:
    approve(submitted, version_of(submitted), cast.cs, ConsentUse.MEMBERS)
    workflow.publish(submitted, cast.cs)
    return submitted


def causes(story: Story) -> list[SignalCause]:
    acts = list_acts_on("story", story.id)
    tips = tips_of(acts)
    return [SignalCause(tips[act.id].cause) for act in acts]


def test_hidden_it_is_shown_to_nobody_and_counts_nothing(published: Story, cast: Cast) -> None:
    moderation.remove(published, cast.moderator, RemovalReason.CONFIDENTIAL, "取引先の名前があります。")
    assert queries.get_permit(published.id, (ConsentUse.MEMBERS,)) is None
    assert causes(published) == [SignalCause.MODERATION] * 2
    assert queries.get_story(published.id, seen_by=cast.owner) is not None
    moderation.restore(published, cast.moderator)
    assert queries.get_permit(published.id, (ConsentUse.MEMBERS,)) is not None
    assert [tip.id for tip in tips_of(list_acts_on("story", published.id)).values()] != []


def may(story: Story, people: dict[str, Member]) -> tuple[set[str], set[str]]:
    removal = moderation.get_open_removal("story", story.id)
    seen = {name: member for name, member in people.items() if get_moderated(story.id, member) is not None}
    return (
        {name for name, member in seen.items() if can_remove(member, story, removal)},
        {name for name, member in seen.items() if can_restore(member, story, removal)},
    )


def test_who_may(published: Story, cast: Cast) -> None:
    moderators = {"moderator", "community_manager", "administrator"}
    assert may(published, cast.people()) == (moderators, set())
    moderation.remove(published, cast.community_manager, RemovalReason.SPAM)
    assert may(published, cast.people()) == (set(), moderators)
    assert get_moderated(published.id, None) is None


def test_a_draft_is_none_of_a_moderator_s_business(draft: Story, cast: Cast) -> None:
    assert may(draft, cast.people()) == (set(), set())


def test_its_author_withdraws_it_by_its_own_page(published: Story, cast: Cast) -> None:
    assert not MODERATION.can_take_back(cast.owner, published)
