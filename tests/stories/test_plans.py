"""Whatever ends a use before its day, whoever planned it is told, once; and who is in charge, when nobody reads it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from community.stories import queries
from community.stories.approval import approvers, expiry, withdrawals
from community.stories.approval.approvers import ApproverFacts
from community.stories.publishing import publication
from community.stories.workflow import submission, waiting, workflow
from models.base import db, now, today
from models.stories import (
    ApprovalAnswer,
    ApproverRole,
    ConsentUse,
    PlacementKind,
    Story,
    StoryPart,
    StoryPlacement,
    StoryState,
    StoryStep,
)
from tests.cast import Cast
from tests.stories.asking import DOMAIN, answer, ask, own_domain, submit
from tests.stories.telling import FOREVER

pytestmark = pytest.mark.one_database
MEMBERS, WEBINAR = ConsentUse.MEMBERS, ConsentUse.WEBINAR
PLANNED = ("story_plan", "community_manager")
DOWN = [("story_unshown", "cs"), ("story_unshown", "owner")]
Told = Callable[..., list[tuple[str, str]]]

UNTIL_2030 = dict.fromkeys(ConsentUse, date(2030, 1, 1))


@pytest.fixture
def story(cast: Cast) -> Story:
    """A published story that somebody of staff, who is not in charge, means to show in 20 days."""
    cast.a.csm_id = cast.cs.id
    own_domain(cast.a)
    story, version = submit(cast)
    answer(ask(story, cast), ApprovalAnswer.APPROVED, dict(FOREVER))
    story.published_version_id, story.published_at, story.state = version.id, now(), StoryState.PUBLISHED
    step = db.session.scalars(sa.select(StoryStep).where(StoryStep.story_id == story.id)).one()
    step.state = StoryState.PUBLISHED
    for days in (0, 20):
        placement = StoryPlacement(
            story_id=story.id, version_id=version.id, use=WEBINAR, kind=PlacementKind.WEBINAR,
            used_on=today() + timedelta(days=days), placed_by_id=cast.community_manager.id,
        )  # fmt: skip
        db.session.add(placement)
    db.session.flush()
    return follow(story)


def follow(story: Story) -> Story:
    """As everything that changes what may be shown does."""
    publication.follow_change(queries.load_with_people(story.id))
    return queries.load_with_people(story.id)


def renew_less(story: Story, cast: Cast) -> None:
    expiry.renew(story, cast.owner, {MEMBERS: None}, today())


def renew_shorter(story: Story, cast: Cast) -> None:
    expiry.renew(story, cast.owner, {**FOREVER, WEBINAR: today() + timedelta(days=19)}, today())


def decline(story: Story, cast: Cast) -> None:
    (approval,) = expiry.renew(story, cast.owner, UNTIL_2030, today())
    answer(approval, ApprovalAnswer.DECLINED, note="今回は見送ります。")


def publish_without(story: Story, cast: Cast) -> None:
    workflow.begin_update(story, cast.owner)
    db.session.query(StoryPart).filter_by(story_id=story.id, name="lead").one().body = "別の文です。"
    submission.submit(story, cast.owner, FOREVER, seen=submission.read_proof(story).seen)
    [approver] = approvers.list_approvers(story.id)
    answer(ask(story, cast, approver), ApprovalAnswer.APPROVED, {MEMBERS: None})
    workflow.publish(story, cast.cs)


def name_one_more(story: Story, cast: Cast) -> None:
    facts = ApproverFacts(ApproverRole.PR, "榎本 由紀", "", f"enomoto@{DOMAIN}", frozenset(ConsentUse))
    approvers.name_approver(story, cast.cs, facts)


def hide(story: Story, cast: Cast) -> None:
    assert cast
    story.hidden_at = now()
    follow(story)


ENDINGS: dict[str, tuple[Callable[[Story, Cast], object], bool]] = {
    "renewed with fewer uses": (renew_less, False),
    "renewed until the day before": (renew_shorter, False),
    "a renewal is declined": (decline, True),
    "the next version may not": (publish_without, False),
    "one more is to be asked": (name_one_more, True),
    "hidden": (hide, False),
    "the use is withdrawn": (lambda story, cast: withdrawals.withdraw_uses(story, {WEBINAR}, cast.owner), False),
    "everything is withdrawn": (lambda story, cast: withdrawals.withdraw_uses(story, set(FOREVER), cast.owner), True),
    "the story is withdrawn": (lambda story, cast: workflow.withdraw_story(story, cast.owner, ""), False),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_who_planned_it_is_told_however_it_ends_and_who_is_in_charge_when_nobody_reads_it(
    cast: Cast, story: Story, told: Told, how: str
) -> None:
    assert told("story_plan", "story_unshown") == []
    ending, takes_it_down = ENDINGS[how]
    ending(story, cast)
    assert told("story_plan", "story_unshown") == [PLANNED, *(DOWN if takes_it_down else [])]
    assert [row.is_unshown for row in waiting.list_waiting(cast.cs)] == ([True] if takes_it_down else [])
    assert waiting.count_waiting(cast.cs) == takes_it_down


def test_what_is_allowed_again_is_not_called_off_and_is_told_anew_when_it_ends_again(
    cast: Cast, story: Story, told: Told
) -> None:
    for hidden_at in (now(), None, now()):
        story.hidden_at = hidden_at
        for _ in range(2):
            follow(story)
        assert told("story_plan") == ([PLANNED] if hidden_at else [])


def test_who_is_in_charge_hears_of_every_answer(cast: Cast, story: Story, told: Told) -> None:
    (approval,) = expiry.renew(story, cast.owner, UNTIL_2030, today())
    answer(approval, ApprovalAnswer.DECLINED, note="今回は見送ります。")
    assert approval.asked_by_id == cast.owner.id
    assert ("story_answer", "cs") in told("story_answer")


def test_a_last_end_that_passes_is_told_and_waits(cast: Cast, story: Story, told: Told) -> None:
    expiry.renew(story, cast.owner, dict.fromkeys(ConsentUse, today() + timedelta(days=30)), today())
    for days in (30, 31, 32):
        expiry.warn_of_ends(today() + timedelta(days=days))
        assert told("story_unshown") == (DOWN if days > 30 else [])
