"""An approver's answer, and how the story goes on by it."""

import pytest
import sqlalchemy as sa
from flask import Flask

from community.stories import queries
from community.stories.approval import approvals
from community.stories.workflow import answering, submission, workflow
from models.base import db, now, today
from models.stories import ApprovalAnswer, ConsentUse, Story, StoryApproval, StoryState
from tests.cast import Cast
from tests.stories.asking import ADDRESS, CANARY, DOMAIN, ask, open_page, path_of
from tests.stories.telling import FOREVER, add_approver, write_story

pytestmark = pytest.mark.one_database


@pytest.fixture
def asked(cast: Cast) -> list[StoryApproval]:
    """The requests to two approvers of a story that waits for them."""
    story = write_story(cast.a, cast.owner, lead=CANARY)
    story = queries.load_with_people(story.id)
    submission.submit(story, cast.owner, FOREVER, seen=submission.read_proof(story).seen)
    workflow.begin_approval(story, cast.cs, today())
    emails = (ADDRESS, f"koho@{DOMAIN}")
    return [load(ask(story, cast, add_approver(story, cast.cs, email=email))) for email in emails]


def load(approval: StoryApproval) -> StoryApproval:
    found = approvals.get_by_token(approvals.token_of(approval))
    assert found is not None
    return found


def answer(approval: StoryApproval, said: ApprovalAnswer) -> Story:
    granted = FOREVER if said == ApprovalAnswer.APPROVED else {}
    answering.answer(approval, approvals.token_of(approval), said, granted, "数字を直してください。")
    return approval.version.story


def test_the_last_answer_hands_the_story_on(asked: list[StoryApproval]) -> None:
    assert answer(asked[0], ApprovalAnswer.APPROVED).state == StoryState.APPROVAL
    assert answer(asked[1], ApprovalAnswer.APPROVED).state == StoryState.APPROVED


def test_who_is_taken_off_is_not_waited_for(cast: Cast, asked: list[StoryApproval]) -> None:
    story = answer(asked[0], ApprovalAnswer.APPROVED)
    answering.take_off(story, asked[1].approver, cast.cs, told=[use.value for use in ConsentUse])
    assert story.state == StoryState.APPROVED


def test_what_is_shown_follows_an_answer_once(asked: list[StoryApproval]) -> None:
    before = asked[0].version.story.shown_revision
    assert answer(asked[0], ApprovalAnswer.APPROVED).shown_revision == before + 1


def test_once_one_wants_changes_the_others_are_not_asked_about_that_text(
    app: Flask, asked: list[StoryApproval]
) -> None:
    first, second = asked
    client = open_page(app, path_of(second))
    assert answer(first, ApprovalAnswer.CHANGES).state == StoryState.CHANGES_ASKED
    db.session.commit()
    sent = client.post(f"{path_of(second)}/answer", data={"answer": "declined", "note": "まだです。"})
    for page in (sent, client.get(path_of(second))):
        assert (page.status_code, "いま文を直しています" in page.text, CANARY in page.text) == (410, True, False)
    assert load(second).answered_at is None
    assert list(approvals.list_unanswered()) == []  # and so nobody is reminded


def test_changes_that_staff_asks_for_end_the_requests_too(cast: Cast, asked: list[StoryApproval]) -> None:
    story = asked[0].version.story
    workflow.ask_changes(story, cast.cs, "題を直してください。")
    assert {approvals.link_state(load(each), each.version_id, now()).name for each in asked} == {"REWRITTEN"}
    submission.submit(story, cast.owner, FOREVER, seen=submission.read_proof(story).seen)
    workflow.begin_approval(story, cast.cs, today())
    new = approvals.ask(story, cast.cs, [each.approver for each in asked], today())
    assert len(new) == len(asked)
    assert db.session.scalar(sa.select(sa.func.count(sa.distinct(StoryApproval.version_id)))) == 1
