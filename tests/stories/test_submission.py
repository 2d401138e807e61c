"""Submitting: a version, what the author allows, one signal; never a text that was not seen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from community.stories import queries
from community.stories.approval import answers, approvals, approvers, withdrawals
from community.stories.consent import consents
from community.stories.consent.consents import GUEST_READING, MEMBER_READING
from community.stories.turns.acts import StoryAct, list_acts
from community.stories.turns.turns import WrongStateError
from community.stories.versions.versions import get_last_version
from community.stories.workflow import submission, workflow
from community.stories.workflow.submission import ChangedError, NotReadyError, OtherWishesError
from models.base import db, today
from models.ledger import SignalKind
from models.stories import (
    ApprovalAnswer,
    ConsentUse,
    Decision,
    Story,
    StoryConsent,
    StoryPart,
    StoryPartName,
    StoryState,
    StoryStep,
    StoryVersion,
)
from tests.cast import Cast
from tests.stories.conftest import approve, load, signals_of, stands, submit, the_step
from tests.stories.telling import FOREVER, add_approver, publish, write_story

pytestmark = pytest.mark.one_database


def write(story: Story, name: StoryPartName, body: str) -> None:
    db.session.query(StoryPart).filter_by(story_id=story.id, name=name).one().body = body
    db.session.flush()


def count(model: type, story: Story) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(model.story_id == story.id)) or 0


def test_it_goes_to_review_with_whom_the_company_is(draft: Story, cast: Cast, told: Callable[..., object]) -> None:
    submit(draft, cast.owner)
    assert stands(draft) == (StoryState.REVIEW, cast.cs.id)
    assert the_step(draft).due_on is not None
    assert told() == [("story_turn", "cs")]
    assert signals_of(draft) == [(SignalKind.STORY_SUBMITTED, cast.owner.id)]


def test_with_nobody_in_charge_all_of_the_staff_are_told(cast: Cast, told: Callable[..., object]) -> None:
    story = write_story(cast.a, cast.owner)
    submit(story, cast.owner)
    assert stands(story) == (StoryState.REVIEW, None)
    assert told() == [("story_turn", "administrator"), ("story_turn", "community_manager"), ("story_turn", "cs")]


def test_the_interviewer_comes_before_who_is_in_charge_of_the_company(draft: Story, cast: Cast) -> None:
    draft.interviewer_id = cast.community_manager.id
    submit(draft, cast.owner)
    assert stands(draft) == (StoryState.REVIEW, cast.community_manager.id)


def test_what_the_author_allows_is_recorded_and_the_rest_declined(draft: Story, cast: Cast) -> None:
    until = today() + timedelta(days=90)
    wishes = {ConsentUse.MEMBERS: None, ConsentUse.WEBINAR: until}
    version = submission.submit(draft, cast.owner, wishes, seen=submission.read_proof(draft).seen)
    entries = db.session.query(StoryConsent).filter_by(version_id=version.id).all()
    said = {use: consents.find_entry(consents.AUTHOR, use, version, entries) for use in ConsentUse}
    granted = {use for use, entry in said.items() if entry and entry.decision == Decision.GRANTED}
    assert granted == set(wishes)
    assert {entry.member_id for entry in entries} == {cast.owner.id}
    assert submission.list_wishes(draft) == wishes


def test_who_is_off_the_list_is_not_waited_for_by_the_same_text(cast: Cast) -> None:
    story = load(write_story(cast.a, cast.owner))
    version = publish(story, cast.cs)
    gone, stays = approvers.list_approvers(story.id)[0], add_approver(story, cast.cs, email="koho@a.example.jp")
    approvers.remove_approver(story, gone, cast.owner, told=[use.value for use in ConsentUse])
    workflow.withdraw_story(story, cast.owner, "")
    workflow.begin_again(story, cast.owner)
    again = submit(story, cast.owner)
    again.story = story
    assert (again.number, again.content_hash) == (version.number + 1, version.content_hash)
    asked = approvals.ask(story, cast.cs, [stays], today())[0]
    answers.answer_request(asked, approvals.token_of(asked), ApprovalAnswer.APPROVED, FOREVER)
    assert workflow.can_be_read(again)


def test_who_held_the_text_back_in_person_still_does_off_the_list(cast: Cast) -> None:
    story = load(write_story(cast.a, cast.owner))
    version = publish(story, cast.cs)
    gone = approvers.list_approvers(story.id)[0]
    add_approver(story, cast.cs, email="koho@a.example.jp")
    approvers.remove_approver(story, gone, cast.owner, told=[use.value for use in ConsentUse])
    approval = approvals.list_requests(story.id)[0]
    withdrawals.withdraw_by_link(approval, {ConsentUse.PRESS})
    workflow.withdraw_story(story, cast.owner, "")
    workflow.begin_again(story, cast.owner)
    assert submit(story, cast.owner).id == version.id


@pytest.mark.parametrize("name", ["title", "lead", "problem", "use", "result"])
@pytest.mark.parametrize("empty", ["", " \n　"])
def test_what_a_story_cannot_do_without(draft: Story, cast: Cast, name: str, empty: str) -> None:
    write(draft, StoryPartName(name), empty)
    proof = submission.read_proof(draft)
    assert proof.missing == (StoryPartName(name),)
    with pytest.raises(NotReadyError):
        submission.submit(draft, cast.owner, FOREVER, seen=proof.seen)
    assert (stands(draft)[0], count(StoryVersion, draft), signals_of(draft)) == (StoryState.DRAFT, 0, [])


@pytest.mark.parametrize("name", ["company", "choice", "introduction", "next", "quote", "tries"])
def test_the_rest_may_be_left_out(draft: Story, cast: Cast, name: str) -> None:
    write(draft, StoryPartName(name), "")
    assert submit(draft, cast.owner).number == 1


def test_typing_in_another_tab_is_never_submitted_unseen(draft: Story, cast: Cast) -> None:
    seen = submission.read_proof(draft).seen
    write(draft, StoryPartName.RESULT, "あとから書いた文です。")
    with pytest.raises(ChangedError):
        submission.submit(draft, cast.owner, FOREVER, seen=seen)
    assert (stands(draft)[0], count(StoryVersion, draft), count(StoryConsent, draft)) == (StoryState.DRAFT, 0, 0)
    assert submission.read_proof(draft).content.answers[StoryPartName.RESULT] == "あとから書いた文です。"


def test_a_changed_name_of_the_company_is_a_change_too(draft: Story, cast: Cast) -> None:
    seen = submission.read_proof(draft).seen
    cast.a.name = "株式会社あさひ"
    with pytest.raises(ChangedError):
        submission.submit(draft, cast.owner, FOREVER, seen=seen)


def test_sent_twice_it_is_one_story_one_version_one_signal(draft: Story, cast: Cast) -> None:
    seen = submission.read_proof(draft).seen
    first, second = (submission.submit(draft, cast.owner, FOREVER, seen=seen) for _ in range(2))
    assert first.id == second.id
    assert count(StoryVersion, draft) == 1
    assert count(StoryConsent, draft) == len(ConsentUse)
    assert count(StoryStep, draft) == 2
    assert len(signals_of(draft)) == 1


def test_another_form_finds_it_with_the_staff(submitted: Story, cast: Cast) -> None:
    with pytest.raises(WrongStateError):
        submission.submit(submitted, cast.owner, FOREVER, seen="of another text")


def test_submitted_again_it_is_another_version_and_no_second_signal(submitted: Story, cast: Cast) -> None:
    workflow.ask_changes(submitted, cast.cs, "件数を書いてください。")
    write(submitted, StoryPartName.RESULT, "月14件が2件になりました。")
    assert submit(submitted, cast.owner).number == 2
    assert len(signals_of(submitted)) == 1


def test_submitted_again_unchanged_it_is_the_same_version(submitted: Story, cast: Cast) -> None:
    workflow.ask_changes(submitted, cast.cs, "このままでよいか、ご確認ください。")
    version = submit(submitted, cast.owner)
    assert (version.number, get_last_version(submitted.id)) == (1, version)
    assert stands(submitted)[0] == StoryState.REVIEW


def test_who_submits(draft: Story, cast: Cast) -> None:
    assert {name for name, member in cast.people().items() if StoryAct.SUBMIT in list_acts(member, draft)} == {"owner"}


def test_fewer_uses_sent_after_the_same_text_are_never_lost(draft: Story, cast: Cast) -> None:
    seen, soon = submission.read_proof(draft).seen, today() + timedelta(days=30)
    submission.submit(draft, cast.owner, FOREVER, seen=seen)
    fewer = {ConsentUse.MEMBERS: soon, ConsentUse.LOGO: None}
    with pytest.raises(OtherWishesError):
        submission.submit(draft, cast.owner, fewer, seen=seen)
    assert submission.narrow(draft, cast.owner, fewer, seen=seen)
    assert submission.list_wishes(draft) == fewer
    assert submission.submit(draft, cast.owner, fewer, seen=seen).number == 1  # the same form again: all is as it says


def test_what_another_form_allows_more_is_not_taken(draft: Story, cast: Cast) -> None:
    seen, soon = submission.read_proof(draft).seen, today() + timedelta(days=30)
    submission.submit(draft, cast.owner, {ConsentUse.MEMBERS: soon}, seen=seen)
    with pytest.raises(OtherWishesError):
        submission.submit(draft, cast.owner, FOREVER, seen=seen)
    assert not submission.narrow(draft, cast.owner, FOREVER, seen=seen)
    assert submission.list_wishes(draft) == {ConsentUse.MEMBERS: soon}


@pytest.mark.parametrize("seen", ["", "of another text"])
def test_of_another_text_nothing_is_taken(submitted: Story, cast: Cast, seen: str) -> None:
    with pytest.raises(WrongStateError):
        submission.narrow(submitted, cast.owner, {ConsentUse.MEMBERS: None}, seen=seen)
    assert submission.list_wishes(submitted) == FOREVER


def test_what_a_new_version_no_longer_allows_ends_for_the_published_one(submitted: Story, cast: Cast) -> None:
    version = get_last_version(submitted.id)
    assert version is not None
    approve(submitted, version, cast.cs, *ConsentUse)
    workflow.publish(submitted, cast.cs)
    assert queries.get_permit(submitted.id, GUEST_READING) is not None
    workflow.begin_update(submitted, cast.owner)
    write(submitted, StoryPartName.RESULT, "月14件が2件になりました。")
    soon = today() + timedelta(days=30)
    wishes = {ConsentUse.MEMBERS: soon, ConsentUse.LOGO: None}
    submission.submit(submitted, cast.owner, wishes, seen=submission.read_proof(submitted).seen)
    shown = queries.get_permit(submitted.id, MEMBER_READING)
    assert shown is not None
    assert (shown.version, shown.until, bool(shown.company), shown.quote) == (1, soon, True, "")
    assert queries.get_permit(submitted.id, GUEST_READING) is None
    assert submission.list_wishes(submitted) == wishes
    of_published = consents.list_words(consents.AUTHOR, version, queries.list_entries(submitted.id))
    said = {use: (entry.decision, entry.until_day) for use, entry in of_published.items()}
    granted = {use: (Decision.GRANTED, until) for use, until in wishes.items()}
    # What is not wanted any more was taken back, not said no to as if it had never been allowed.
    assert said == dict.fromkeys(ConsentUse, (Decision.WITHDRAWN, None)) | granted
