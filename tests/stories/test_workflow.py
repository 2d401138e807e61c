"""The way of a story: who has it next, what is recorded, and what is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from community.stories import queries
from community.stories.consent import consent_ledger
from community.stories.turns.acts import StoryAct, is_possible, list_acts
from community.stories.turns.due_days import due_day
from community.stories.turns.turns import WrongStateError
from community.stories.versions.versions import get_last_version
from community.stories.workflow import comments, workflow
from community.stories.workflow.workflow import NotConsentedError
from community.text import BadTextError
from models.audit import AuditEntry
from models.base import db, now, today
from models.ledger import SignalKind
from models.stories import (
    ApprovalAnswer,
    ConsentUse,
    Story,
    StoryApproval,
    StoryPart,
    StoryPartName,
    StoryState,
    StoryVersion,
)
from tests.cast import Cast
from tests.stories.conftest import answer, approve, ask_approver, signals_of, stands, submit, the_step
from tests.stories.telling import FOREVER

pytestmark = pytest.mark.one_database

Told = Callable[..., list[tuple[str, str]]]
READ = (ConsentUse.MEMBERS,)


def version_of(story: Story) -> StoryVersion:
    version = get_last_version(story.id)
    assert version is not None
    return version


@pytest.fixture
def published(submitted: Story, cast: Cast) -> Story:
    approve(submitted, version_of(submitted), cast.cs, *ConsentUse)
    workflow.publish(submitted, cast.cs)
    return submitted


def test_changes_are_asked_in_words_that_the_author_reads(submitted: Story, cast: Cast, told: Told) -> None:
    workflow.ask_changes(submitted, cast.cs, "月に**何件**でしたか。")
    assert stands(submitted) == (StoryState.CHANGES_ASKED, cast.owner.id)
    [remark] = comments.list_remarks(submitted, cast.owner)
    assert remark.author == cast.cs
    assert "<strong>何件</strong>" in remark.html
    assert told() == [("story_turn", "owner")]  # and customer success has no turn any more


def test_a_text_that_cannot_be_shown_asks_nothing(submitted: Story, cast: Cast) -> None:
    with pytest.raises(BadTextError):
        workflow.ask_changes(submitted, cast.cs, "[" * 700)


def test_approval_is_with_whom_asked_until_the_day(submitted: Story, cast: Cast, told: Told) -> None:
    day = today() + timedelta(days=7)
    workflow.begin_approval(submitted, cast.cs, day)
    assert (stands(submitted), the_step(submitted).due_on) == ((StoryState.APPROVAL, cast.cs.id), day)
    assert told() == []  # who asked knows


def test_a_second_approver_only_moves_the_day_on(submitted: Story, cast: Cast) -> None:
    day = today() + timedelta(days=7)
    workflow.begin_approval(submitted, cast.cs, day)
    step = the_step(submitted)
    workflow.begin_approval(submitted, cast.cs, day - timedelta(days=1))
    assert (the_step(submitted).id, step.due_on) == (step.id, day)
    workflow.begin_approval(submitted, cast.cs, day + timedelta(days=1))
    assert (the_step(submitted).id, step.due_on) == (step.id, day + timedelta(days=1))


APPROVED, CHANGES, DECLINED = ApprovalAnswer.APPROVED, ApprovalAnswer.CHANGES, ApprovalAnswer.DECLINED


@pytest.mark.parametrize(
    ("answers", "state", "whose"),
    [
        ([None], StoryState.APPROVAL, "cs"),
        ([APPROVED], StoryState.APPROVED, "cs"),
        ([APPROVED, None], StoryState.APPROVAL, "cs"),
        ([APPROVED, APPROVED], StoryState.APPROVED, "cs"),
        ([CHANGES], StoryState.CHANGES_ASKED, "owner"),
        ([CHANGES, None], StoryState.CHANGES_ASKED, "owner"),
        ([APPROVED, CHANGES], StoryState.CHANGES_ASKED, "owner"),
        ([DECLINED], StoryState.REVIEW, "cs"),
        ([DECLINED, None], StoryState.APPROVAL, "cs"),
        ([DECLINED, DECLINED], StoryState.REVIEW, "cs"),
        ([DECLINED, APPROVED], StoryState.APPROVED, "cs"),
    ],
)
def test_the_answers_decide(
    submitted: Story, cast: Cast, answers: list[ApprovalAnswer | None], state: StoryState, whose: str
) -> None:
    workflow.begin_approval(submitted, cast.cs, today())
    for n, said in enumerate(answers):
        approval = ask_approver(submitted, version_of(submitted), cast.cs, f"a{n}@a.example.jp")
        if said is not None:
            answer(approval, said, "一言です。")
    workflow.follow_answers(submitted)
    assert stands(submitted) == (state, cast.people()[whose].id)


def test_answers_from_before_a_withdrawal_are_asked_for_again(submitted: Story, cast: Cast) -> None:
    version = version_of(submitted)
    first, second = (ask_approver(submitted, version, cast.cs, f"{name}@a.example.jp") for name in ("one", "two"))
    workflow.begin_approval(submitted, cast.cs)
    answer(first, APPROVED)
    answer(second, APPROVED)
    workflow.withdraw_story(submitted, cast.owner, "")
    workflow.begin_again(submitted, cast.owner)
    assert submit(submitted, cast.owner).id == version.id
    workflow.begin_approval(submitted, cast.cs)
    second.revoked_at, second.answered_at = None, now()
    workflow.follow_answers(submitted)
    assert stands(submitted)[0] == StoryState.APPROVAL
    first.revoked_at, first.answered_at = None, now()
    workflow.follow_answers(submitted)
    assert stands(submitted)[0] == StoryState.APPROVED


def test_an_answer_about_a_former_version_moves_nothing(submitted: Story, cast: Cast) -> None:
    old = ask_approver(submitted, version_of(submitted), cast.cs)
    workflow.ask_changes(submitted, cast.cs, "題を直してください。")
    db.session.query(StoryPart).filter_by(story_id=submitted.id, name=StoryPartName.TITLE).one().body = "直した題"
    submit(submitted, cast.owner)
    workflow.begin_approval(submitted, cast.cs, today())
    answer(old, APPROVED)
    workflow.follow_answers(submitted)
    assert stands(submitted) == (StoryState.APPROVAL, cast.cs.id)


def test_published_it_is_read_and_its_authors_are_told(published: Story, cast: Cast, told: Told) -> None:
    assert stands(published) == (StoryState.PUBLISHED, None)
    assert the_step(published).due_on == due_day(StoryState.PUBLISHED, today(), 18)
    assert queries.get_permit(published.id, READ) is not None
    assert told() == [("story_out", "owner")]
    kinds = [kind for kind, member_id in signals_of(published) if member_id == cast.owner.id]
    assert kinds == [SignalKind.STORY_SUBMITTED, SignalKind.STORY_PUBLISHED]


@pytest.mark.parametrize("uses", [[], [ConsentUse.WEBINAR, ConsentUse.LOGO, ConsentUse.QUOTE]])
def test_what_nobody_could_read_is_not_published(submitted: Story, cast: Cast, uses: list[ConsentUse]) -> None:
    approve(submitted, version_of(submitted), cast.cs, *uses)
    with pytest.raises(NotConsentedError):
        workflow.publish(submitted, cast.cs)
    assert (stands(submitted)[0], submitted.published_version_id) == (StoryState.REVIEW, None)


def test_readers_keep_the_version_before_until_the_next_is_out(published: Story, cast: Cast, told: Told) -> None:
    workflow.ask_update(published, cast.cs, "人数が変わったと伺いました。")
    assert stands(published) == (StoryState.UPDATE_ASKED, cast.owner.id)
    assert told("story_turn") == [("story_turn", "owner")]
    db.session.query(StoryPart).filter_by(story_id=published.id, name=StoryPartName.TITLE).one().body = "新しい題"
    second = submit(published, cast.owner)
    shown = queries.get_permit(published.id, READ)
    assert (shown and shown.version, second.number) == (1, 2)
    approve(published, second, cast.cs, ConsentUse.MEMBERS)
    with pytest.raises(NotConsentedError):  # the first approver is asked, too, about every use
        workflow.publish(published, cast.cs)


def test_an_author_updates_on_their_own(published: Story, cast: Cast, told: Told) -> None:
    before = told("story_turn")
    workflow.begin_update(published, cast.owner)
    assert stands(published) == (StoryState.UPDATE_ASKED, cast.owner.id)
    assert told("story_turn") == before


def test_published_twice_it_is_one_signal(published: Story, cast: Cast) -> None:
    first = published.published_at
    workflow.begin_update(published, cast.owner)
    submit(published, cast.owner)
    workflow.publish(published, cast.cs)
    assert published.published_at == first
    assert [kind for kind, _ in signals_of(published)].count(SignalKind.STORY_PUBLISHED) == 1


def test_staff_take_it_over_and_hand_it_on(submitted: Story, cast: Cast, told: Told) -> None:
    workflow.take_up(submitted, cast.community_manager, cast.community_manager)
    assert stands(submitted) == (StoryState.REVIEW, cast.community_manager.id)
    assert told() == []
    workflow.take_up(submitted, cast.community_manager, cast.administrator)
    assert told() == [("story_turn", "administrator")]


def test_the_day_can_be_changed(submitted: Story, cast: Cast) -> None:
    day = today() + timedelta(days=30)
    workflow.change_due(submitted, cast.cs, day)
    assert the_step(submitted).due_on == day


@pytest.mark.parametrize("by", ["owner", "company_admin", "cs"])
def test_withdrawn_it_is_gone_at_once_and_so_are_its_consents(
    published: Story, cast: Cast, by: str, told: Told
) -> None:
    workflow.withdraw_story(published, cast.people()[by], "合併により、公開を終えます。")
    assert stands(published) == (StoryState.WITHDRAWN, None)
    assert [use for use in ConsentUse if queries.get_permit(published.id, (use,))] == []
    assert {handle for _kind, handle in told("story_gone")} == {"owner", "cs"} - {by}
    workflow.begin_again(published, cast.owner)
    assert stands(published) == (StoryState.DRAFT, cast.owner.id)
    assert [use for use in ConsentUse if queries.get_permit(published.id, (use,))] == []
    submit(published, cast.owner)
    with pytest.raises(NotConsentedError):  # the author alone allows it again
        workflow.publish(published, cast.cs)


def test_begun_again_it_is_shown_once_it_is_published_anew_and_not_before(published: Story, cast: Cast) -> None:
    workflow.withdraw_story(published, cast.owner, "")
    workflow.begin_again(published, cast.owner)
    version = submit(published, cast.owner)
    assert version.number == 1  # the same text
    approval = db.session.query(StoryApproval).one()
    approval.version = version
    consent_ledger.record_approver_consents(approval, FOREVER, tuple(ConsentUse))
    assert (stands(published)[0], queries.get_permit(published.id, READ)) == (StoryState.REVIEW, None)
    workflow.publish(published, cast.cs)
    assert queries.get_permit(published.id, READ) is not None


def test_the_log_tells_the_whole_way(published: Story, cast: Cast) -> None:
    workflow.ask_update(published, cast.cs, "ご確認ください。")
    workflow.withdraw_story(published, cast.company_admin, "")
    told = db.session.execute(
        sa.select(AuditEntry.action, AuditEntry.actor_id)
        .where(AuditEntry.subject_kind == "story", AuditEntry.subject_id == published.id)
        .order_by(AuditEntry.id)
    )
    assert [(action, actor) for action, actor in told] == [
        ("stories.submit", cast.owner.id),
        ("stories.publish", cast.cs.id),
        ("stories.ask_update", cast.cs.id),
        ("stories.withdraw", cast.company_admin.id),
    ]


ACTS: dict[StoryAct, Callable[[Story, Cast], object]] = {
    StoryAct.SUBMIT: lambda story, cast: submit(story, cast.owner),
    StoryAct.ASK_CHANGES: lambda story, cast: workflow.ask_changes(story, cast.cs, "直してください。"),
    StoryAct.BEGIN_APPROVAL: lambda story, cast: workflow.begin_approval(story, cast.cs),
    StoryAct.PUBLISH: lambda story, cast: workflow.publish(story, cast.cs),
    StoryAct.ASK_UPDATE: lambda story, cast: workflow.ask_update(story, cast.cs, "更新してください。"),
    StoryAct.BEGIN_UPDATE: lambda story, cast: workflow.begin_update(story, cast.owner),
    StoryAct.TAKE_UP: lambda story, cast: workflow.take_up(story, cast.cs, cast.administrator),
    StoryAct.CHANGE_DUE: lambda story, cast: workflow.change_due(story, cast.cs, today()),
    StoryAct.WITHDRAW: lambda story, cast: workflow.withdraw_story(story, cast.owner, ""),
    StoryAct.BEGIN_AGAIN: lambda story, cast: workflow.begin_again(story, cast.owner),
}


@pytest.mark.parametrize("state", StoryState)
def test_what_is_not_to_be_done_now_changes_nothing(draft: Story, cast: Cast, state: StoryState) -> None:
    step = the_step(draft)
    draft.state = step.state = state
    db.session.flush()
    for act in StoryAct:
        if is_possible(act, draft) or (act, state) == (StoryAct.SUBMIT, StoryState.REVIEW):
            continue
        with pytest.raises(WrongStateError):
            ACTS[act](draft, cast)
        assert (the_step(draft).id, stands(draft)) == (step.id, (state, cast.owner.id)), act


@pytest.mark.parametrize(
    "act", [each for each in StoryAct if each not in {StoryAct.WITHDRAW, StoryAct.TAKE_UP, StoryAct.CHANGE_DUE}]
)
def test_a_hidden_story_rests(submitted: Story, cast: Cast, act: StoryAct) -> None:
    submitted.hidden_at = submitted.changed_at
    db.session.flush()
    assert not [name for name, member in cast.people().items() if act in list_acts(member, submitted)]


A, STAFF = {"owner"}, {"community_manager", "cs", "administrator"}
MAY = {
    StoryState.DRAFT: {StoryAct.SUBMIT: A, StoryAct.WITHDRAW: A},
    StoryState.REVIEW: {
        StoryAct.ASK_CHANGES: STAFF,
        StoryAct.BEGIN_APPROVAL: STAFF,
        StoryAct.PUBLISH: STAFF,
        StoryAct.TAKE_UP: STAFF,
        StoryAct.CHANGE_DUE: STAFF,
        StoryAct.WITHDRAW: A | STAFF | {"company_admin"},
    },
    StoryState.PUBLISHED: {
        StoryAct.ASK_UPDATE: STAFF,
        StoryAct.BEGIN_UPDATE: A,
        StoryAct.CHANGE_DUE: STAFF,
        StoryAct.WITHDRAW: A | STAFF | {"company_admin"},
    },
    StoryState.WITHDRAWN: {StoryAct.BEGIN_AGAIN: A},
}


@pytest.mark.parametrize("state", MAY)
def test_who_may_do_what(draft: Story, cast: Cast, state: StoryState) -> None:
    draft.state = state
    may: dict[StoryAct, set[str]] = {}
    for name, member in cast.people().items():
        for act in list_acts(member, draft):
            may.setdefault(act, set()).add(name)
    assert may == MAY[state]
