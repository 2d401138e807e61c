"""The way of a story after it was submitted. Every act locks the story first, and is told of in the log.

An act that comes too late, since somebody else's was faster, raises WrongStateError and changes nothing.
"""

from datetime import date

import sqlalchemy as sa

from community.ledger.actions import record_signal
from community.ledger.queries import list_acts_on
from community.notifications.notices import notify
from community.stories import queries, rules
from community.stories.approval import approvals, withdrawals
from community.stories.consent import consents
from community.stories.locking import lock_story
from community.stories.notifications import GONE, OUT
from community.stories.publishing.publication import follow_change
from community.stories.turns.acts import StoryAct
from community.stories.turns.owners import find_credited, list_author_ids, list_concerned
from community.stories.turns.steps import get_open_step
from community.stories.turns.turns import (
    KIND,
    lock_for,
    log,
    pass_on,
    tell_turn,
    withdraw_notices,
    withdraw_reminders,
)
from community.stories.versions.versions import get_last_version
from models.accounts import Member
from models.base import db, now, today
from models.ledger import SignalKind
from models.stories import (
    ApprovalAnswer,
    CommentAudience,
    Story,
    StoryApproval,
    StoryApprover,
    StoryState,
    StoryStep,
    StoryVersion,
)

from .comments import write_comment


class NotConsentedError(Exception):
    """No use by which the version could be read is consented to by everybody who is asked."""


def ask_changes(story: Story, by: Member, text: str) -> None:
    """Ask the author for changes, with a comment that is shared; nobody approves meanwhile what will be another text.

    Raise BadTextError if the comment cannot be shown.
    """
    lock_for(story, StoryAct.ASK_CHANGES, by)
    write_comment(story, by, text, CommentAudience.SHARED)
    approvals.revoke_open(story)
    log(story, "ask_changes", by.id)
    pass_on(story, StoryState.CHANGES_ASKED, by_id=by.id, owner_id=story.author_id)


def begin_approval(story: Story, by: Member, due_on: date | None = None) -> None:
    """Let the approvers have their turn, until the day; who asks them looks after it.

    Further approvers of the same version only move the day, if theirs is later.
    """
    lock_for(story, StoryAct.BEGIN_APPROVAL, by)
    step = get_open_step(story.id)
    if story.state == StoryState.APPROVAL and step is not None:
        if due_on is not None and (step.due_on is None or due_on > step.due_on):
            withdraw_reminders(story, step)
            step.due_on = due_on
        return
    step = pass_on(story, StoryState.APPROVAL, by_id=by.id, owner_id=by.id, due_on=due_on)
    log(story, "begin_approval", by.id, due_on=step.due_on and step.due_on.isoformat())


def follow_answers(story: Story, by_id: int | None = None) -> None:
    """Go on as the approvers' answers to the newest version say; nothing happens while they wait for one.

    One who wants changes sends it back at once, and ends the requests to the others. When all have answered, it can be
    published if one has approved, and else goes back to review. `by_id`: who wrote the answer down; None: an approver,
    by the link.
    """
    lock_story(story.id)
    step, version = get_open_step(story.id), get_last_version(story.id)
    if story.state != StoryState.APPROVAL or step is None or version is None:
        return
    asked_by = step.owner_id or step.begun_by_id
    answers = _list_answers(version)
    if ApprovalAnswer.CHANGES in answers:
        approvals.revoke_open(story)
        log(story, "answer_changes", asked_by)
        pass_on(story, StoryState.CHANGES_ASKED, by_id=by_id, owner_id=story.author_id)
    elif not answers or None in answers:
        return
    elif ApprovalAnswer.APPROVED in answers:
        log(story, "answer_approved", asked_by)
        pass_on(story, StoryState.APPROVED, by_id=by_id, owner_id=asked_by)
    else:
        log(story, "answer_declined", asked_by)
        pass_on(story, StoryState.REVIEW, by_id=by_id, owner_id=asked_by)


def publish(story: Story, by: Member) -> StoryVersion:
    """Publish the newest version and return it. Raise NotConsentedError if nobody could read it."""
    lock_for(story, StoryAct.PUBLISH, by)
    version = get_last_version(story.id)
    if version is None or not can_be_read(version):
        raise NotConsentedError
    story.published_version_id = version.id
    story.published_at = story.published_at or now()
    credited = find_credited(story)
    if credited and not any(act.kind == SignalKind.STORY_PUBLISHED for act in list_acts_on(KIND, story.id)):
        record_signal(SignalKind.STORY_PUBLISHED, credited, subject=story)
    log(story, "publish", by.id, version=version.number)
    pass_on(story, StoryState.PUBLISHED, by_id=by.id, owner_id=None, is_silent=True)
    follow_change(story)
    notify(OUT, list_author_ids(story), (KIND, story.id), key=f"story:{story.id}:out:{version.number}", by=by)
    return version


def can_be_read(version: StoryVersion) -> bool:
    """Return whether members or everybody may read the version today, by the consents."""
    return any(grant.use in consents.MEMBER_READING for grant in list_grants_now(version))


def list_grants_now(version: StoryVersion) -> list[consents.Grant]:
    """Return every use that the version may be put to today."""
    approvers = db.session.scalars(sa.select(StoryApprover).where(StoryApprover.story_id == version.story_id)).all()
    return list(consents.list_grants(version, approvers, queries.list_entries(version.story_id), today()).values())


def ask_update(story: Story, by: Member, text: str) -> None:
    """Ask the author to bring the published story up to date, with a comment that is shared."""
    lock_for(story, StoryAct.ASK_UPDATE, by)
    write_comment(story, by, text, CommentAudience.SHARED)
    log(story, "ask_update", by.id)
    pass_on(story, StoryState.UPDATE_ASKED, by_id=by.id, owner_id=story.author_id)


def begin_update(story: Story, by: Member) -> None:
    """Let the author change the published story on their own. Readers see the version before until the next is out."""
    lock_for(story, StoryAct.BEGIN_UPDATE, by)
    log(story, "begin_update", by.id)
    pass_on(story, StoryState.UPDATE_ASKED, by_id=by.id, owner_id=by.id, is_silent=True)


def take_up(story: Story, by: Member, owner: Member) -> None:
    """Make `owner`, of the staff, look after the open step: who acts, or whom they hand it over to."""
    lock_for(story, StoryAct.TAKE_UP, by)
    step = get_open_step(story.id)
    if step is None or step.owner_id == owner.id:
        return
    withdraw_notices(story, step)
    log(story, "take_up", by.id, old_owner_id=step.owner_id, owner_id=owner.id)
    step.owner_id = owner.id
    tell_turn(story, step, by.id)


def change_due(story: Story, by: Member, day: date) -> None:
    """Set until when the open step is to be done; reminders follow the new day."""
    lock_for(story, StoryAct.CHANGE_DUE, by)
    step = get_open_step(story.id)
    if step is None or step.due_on == day:
        return
    withdraw_reminders(story, step)
    log(story, "change_due", by.id, old_due_on=step.due_on and step.due_on.isoformat(), due_on=day.isoformat())
    step.due_on = day


def withdraw_story(story: Story, by: Member, reason: str) -> None:
    """Withdraw the story: it is shown nowhere from now on, and every consent ends. What was recorded stays.

    The consents end with it, or the same text, submitted again, would be allowed by what was said before. Those whom
    the story concerns are told.
    """
    lock_for(story, StoryAct.WITHDRAW, by)
    story.withdrawn_at, story.withdrawn_as_draft = now(), rules.is_private(story)
    withdrawals.withdraw_everything(story, by)
    approvals.revoke_open(story)
    if reason.strip():
        write_comment(story, by, reason, CommentAudience.SHARED)
    log(story, "withdraw", by.id, old_state=story.state)
    step = pass_on(story, StoryState.WITHDRAWN, by_id=by.id, owner_id=None, is_silent=True)
    follow_change(story)
    notify(
        GONE, list_concerned(story), (StoryStep.__tablename__, step.id), key=f"story:{story.id}:gone:{step.id}", by=by
    )


def begin_again(story: Story, by: Member) -> None:
    """Make a draft of a withdrawn story again. Nothing of it is published until all have consented anew."""
    lock_for(story, StoryAct.BEGIN_AGAIN, by)
    story.withdrawn_at = story.published_version_id = None
    story.withdrawn_as_draft = False
    log(story, "begin_again", by.id)
    pass_on(story, StoryState.DRAFT, by_id=by.id, owner_id=by.id, is_silent=True)
    follow_change(story)


def _list_answers(version: StoryVersion) -> list[ApprovalAnswer | None]:
    """Return the last answer of each approver who was asked about the version; None: none yet.

    What was answered before the story was withdrawn ended with it: those approvers are to be asked again.
    """
    ends = sa.select(sa.func.max(StoryStep.begun_at)).where(
        StoryStep.story_id == version.story_id, StoryStep.state == StoryState.WITHDRAWN
    )
    withdrawn_at = db.session.scalar(ends)
    chosen = (
        sa.select(StoryApproval.approver_id, StoryApproval.answer, StoryApproval.answered_at)
        .join(StoryApprover, StoryApprover.id == StoryApproval.approver_id)
        .where(
            StoryApproval.version_id == version.id,
            StoryApproval.revoked_at.is_(None),
            StoryApprover.removed_at.is_(None),
        )
        .order_by(StoryApproval.id)
    )
    last: dict[int, ApprovalAnswer | None] = {}
    for approver_id, answer, answered_at in db.session.execute(chosen):
        counts = answered_at is not None and (withdrawn_at is None or answered_at > withdrawn_at)
        last[approver_id] = ApprovalAnswer(answer) if answer and counts else None
    return list(last.values())
