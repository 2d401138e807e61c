"""Requests to approvers: asking, links, reminders."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from community.mail import actions as outbox
from community.mail.actions import Outcome
from community.stories import queries
from community.stories.approval import approval_mails, approval_reminders, approvals, approvers
from community.stories.approval.approval_reminders import find_stage, remind_approvers
from community.stories.approval.approvals import LinkState, NothingToAskError, end_of_link, link_state
from community.stories.versions import versions
from community.stories.workflow import workflow
from models.accounts import Member
from models.base import db, now, today
from models.stories import ApprovalAnswer, ConsentUse, Story, StoryApproval, StoryApprover
from tests.cast import Cast
from tests.stories.asking import ADDRESS, answer, ask, mails, submit
from tests.stories.telling import add_approver, write_story

JAPAN = ZoneInfo("Asia/Tokyo")


def test_nobody_is_asked_before_something_was_submitted(cast: Cast) -> None:
    story = write_story(cast.a, cast.owner)
    with pytest.raises(NothingToAskError):
        approvals.ask(story, cast.cs, [add_approver(story, cast.cs)], today())


def test_who_was_asked_already_is_not_mailed_again(cast: Cast) -> None:
    story, _version = submit(cast)
    approval = ask(story, cast)
    assert approvals.ask(story, cast.cs, [approval.approver], today()) == []
    second = add_approver(story, cast.cs, email="koho@asahi.example.jp")
    assert len(approvals.ask(story, cast.cs, [approval.approver, second], today())) == 1
    assert [mail.to_address for mail in mails("story_ask")] == [ADDRESS, "koho@asahi.example.jp"]


def test_after_the_end_of_the_link_they_are(cast: Cast) -> None:
    story, _version = submit(cast)
    approval = ask(story, cast)
    with time_machine.travel(approval.expires_at, tick=False):
        assert len(approvals.ask(story, cast.cs, [approval.approver], today() + timedelta(days=3))) == 1


def test_an_approver_of_another_story_is_not_asked(cast: Cast) -> None:
    story, _version = submit(cast)
    other = write_story(cast.a, cast.owner)
    with pytest.raises(NothingToAskError):
        approvals.ask(story, cast.cs, [add_approver(other, cast.cs)], today())


@pytest.mark.parametrize(
    ("due_on", "last_day"), [(date(2026, 11, 25), date(2026, 12, 4)), (date(2026, 12, 20), date(2026, 12, 27))]
)
def test_a_link_ends_with_a_day_of_the_community(app: Flask, due_on: date, last_day: date) -> None:
    end = end_of_link(date(2026, 11, 20), due_on)
    assert end == datetime(last_day.year, last_day.month, last_day.day, tzinfo=JAPAN) + timedelta(days=1)


def test_what_a_link_opens(cast: Cast) -> None:
    story, version = submit(cast)
    approval, at = ask(story, cast), now()
    assert link_state(approval, version.id, at) == LinkState.OPEN
    assert link_state(approval, version.id, approval.expires_at) == LinkState.EXPIRED
    assert link_state(approval, version.id, approval.expires_at - timedelta(seconds=1)) == LinkState.OPEN
    assert link_state(approval, version.id + 1, at) == LinkState.REVOKED
    story.hidden_at = at
    assert link_state(approval, version.id, at) == LinkState.REVOKED
    story.hidden_at, story.withdrawn_at = None, at
    assert link_state(approval, version.id, at) == LinkState.REVOKED
    story.withdrawn_at, approval.approver.removed_at = None, at
    assert link_state(approval, version.id, at) == LinkState.REVOKED
    approval.answered_at = at
    assert link_state(approval, version.id + 1, approval.expires_at) == LinkState.ANSWERED
    version.content = ""
    assert link_state(approval, version.id, at) == LinkState.REVOKED


def test_only_the_hash_of_the_token_is_stored(cast: Cast) -> None:
    story, _version = submit(cast)
    approval = ask(story, cast)
    token = approvals.token_of(approval)
    assert token not in str(vars(approval))
    assert approvals.get_by_token(token) is approval
    assert approvals.get_by_token(approval.token_hash) is None


def test_tokens_differ(cast: Cast) -> None:
    story, _version = submit(cast)
    first = ask(story, cast)
    second = approvals.ask_again(story, cast.cs, first.approver, today())
    third = ask(story, cast, add_approver(story, cast.cs, email="koho@asahi.example.jp"))
    assert len({approvals.token_of(each) for each in (first, second, third)}) == 3


def test_the_links_leave_the_database_when_their_mails_are_done(cast: Cast) -> None:
    story, _version = submit(cast)
    ask(story, cast)
    (mail,) = mails("story_ask")
    (claimed,) = outbox.claim_mails(1)
    assert claimed.id == mail.id
    outbox.note_outcome(claimed, Outcome())
    assert (mail.text, mail.html) == ("", "")


# --- reminders


def test_the_stages_of_a_request() -> None:
    asked, due = date(2026, 11, 9), date(2026, 11, 25)
    found = [find_stage(asked, due, asked + timedelta(days=n)) for n in range(22)]
    assert found == [None] * 10 + ["before"] * 6 + ["due"] * 2 + ["after"] * 4


def test_the_last_day_to_answer_is_a_working_day() -> None:
    asked, sunday = date(2026, 11, 9), date(2026, 11, 29)
    found = [find_stage(asked, sunday, day) for day in (date(2026, 11, 26), date(2026, 11, 27), sunday)]
    assert found == ["before", "due", "due"]
    assert find_stage(asked, sunday, date(2026, 12, 1)) == "after"


def test_who_is_asked_late_is_not_reminded_at_once() -> None:
    due = date(2026, 11, 25)
    assert find_stage(date(2026, 11, 24), due, date(2026, 11, 24)) is None
    assert find_stage(date(2026, 11, 24), due, due) == "due"
    assert find_stage(due, due, due) is None


def remind_on(day: date, hour: int = 10) -> None:
    """Run the task three times on the day, as a worker that is killed after each would."""
    with time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=JAPAN), tick=False):
        for _ in range(3):
            remind_approvers()


def test_each_reminder_is_mailed_once_with_the_same_link(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 11, 9, 10, tzinfo=JAPAN), tick=False):
        story, _version = submit(cast)
        approval = ask(story, cast, due_in=16)
    first = date(2026, 11, 10)
    for n in range(30):
        remind_on(first + timedelta(days=n))
    sent = mails("story_ask_due")
    assert [mail.subject.partition("：")[0] for mail in sent] == [
        "まもなく期限です", "きょうが期限です", "お返事をお待ちしています",
    ]  # fmt: skip
    assert {mail.to_address for mail in sent} == {ADDRESS}
    assert all(approvals.token_of(approval) in mail.text for mail in sent)


def test_nobody_is_reminded_before_nine(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 11, 9, 10, tzinfo=JAPAN), tick=False):
        story, _version = submit(cast)
        ask(story, cast, due_in=16)
    remind_on(date(2026, 11, 19), hour=8)
    assert mails("story_ask_due") == []
    remind_on(date(2026, 11, 19), hour=9)
    assert len(mails("story_ask_due")) == 1


@pytest.mark.parametrize("how", ["answered", "revoked", "removed", "withdrawn", "newer"])
def test_what_is_over_reminds_nobody(cast: Cast, how: str) -> None:
    with time_machine.travel(datetime(2026, 11, 9, 10, tzinfo=JAPAN), tick=False):
        story, _version = submit(cast)
        approval = ask(story, cast, due_in=16)
        if how == "answered":
            answer(approval, ApprovalAnswer.APPROVED, {ConsentUse.MEMBERS: None})
        elif how == "revoked":
            approval.revoked_at = now()
        elif how == "removed":
            approval.approver.removed_at = now()
        elif how == "withdrawn":
            story.withdrawn_at = now()
        else:
            story.account.industry = "金属加工業"
            versions.freeze(story, cast.owner)
        db.session.flush()
    remind_on(date(2026, 11, 25))
    assert mails("story_ask_due") == []


def test_after_a_new_key_of_the_installation_a_reminder_holds_a_link_that_works(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(datetime(2026, 11, 9, 10, tzinfo=JAPAN), tick=False):
        story, _version = submit(cast)
        approval = ask(story, cast, due_in=16)
    monkeypatch.setattr(app, "secret_key", "another key of the installation, made by rotate-keys")
    assert approvals.get_by_token(approvals.token_of(approval)) is None  # asking for it writes nothing
    remind_on(date(2026, 11, 25))
    db.session.flush()
    assert approvals.get_by_token(approvals.token_of(approval)) is approval
    assert approval_reminders.STAGES.keys() == {"before", "due", "after"}


def take_off_behind(approver: StoryApprover) -> None:
    """As another transaction does it, after this one has read the row."""
    taken = sa.update(StoryApprover).where(StoryApprover.id == approver.id).values(removed_at=now())
    db.session.execute(taken.execution_options(synchronize_session=False))


def test_who_was_taken_off_meanwhile_is_not_asked(cast: Cast) -> None:
    story, _version = submit(cast)
    first = ask(story, cast)
    asked = len(mails("story_ask"))
    take_off_behind(first.approver)
    with pytest.raises(NothingToAskError):
        approvals.ask_again(story, cast.cs, first.approver, today())
    with pytest.raises(NothingToAskError):
        approvals.ask(story, cast.cs, [first.approver], today())
    assert len(mails("story_ask")) == asked


def test_who_asks_too_late_is_told(
    cast: Cast, signed_in: Callable[[Member], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    story, _version = submit(cast)
    first = ask(story, cast)

    def take_off_and_choose_a_day(on: date) -> date:
        take_off_behind(first.approver)
        return on

    monkeypatch.setattr("blueprints.stories.approval.approver_views.usual_answer_day", take_off_and_choose_a_day)
    answer = signed_in(cast.cs).post(f"/stories/{story.id}/approvers/{first.approver_id}/ask")
    assert answer.status_code == 302
    assert len(mails("story_ask")) == 1


ENDINGS: dict[str, Callable[[Story, StoryApproval, Cast], object]] = {
    "withdrawn": lambda story, _approval, cast: workflow.withdraw_story(story, cast.owner, ""),
    "taken off": lambda story, approval, cast: approvers.remove_approver(story, approval.approver, cast.cs),
    "asked again": lambda story, approval, cast: approvals.ask_again(story, cast.cs, approval.approver, today()),
}


@pytest.mark.one_database
@pytest.mark.parametrize("how", ENDINGS)
def test_what_was_not_mailed_yet_of_a_request_that_has_ended_is_not_mailed(cast: Cast, how: str) -> None:
    story, _version = submit(cast)
    first, other = ask(story, cast), ask(story, cast, add_approver(story, cast.cs, email="koho@asahi.example.jp"))
    approval_mails.mail_reminder(first, approvals.token_of(first), "before")
    ENDINGS[how](queries.load_with_people(story.id), first, cast)
    gone = [mail.next_try is None for kind in ("story_ask", "story_ask_due") for mail in mails(kind)]
    left = {"withdrawn": [True, True, True], "taken off": [True, False, True]}
    assert gone == left.get(how, [True, False, False, True])
    assert other.approver_id != first.approver_id
