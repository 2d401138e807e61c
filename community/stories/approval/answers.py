"""What an approver answers: consents to uses through days, a wish for a change, or no.

The consents are those of the approver who was mailed, also where somebody else is signed in in the browser.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from community import audit
from community.notifications.notices import notify
from community.stories import queries
from community.stories.consent import consent_ledger, consents
from community.stories.consent.consent_notices import ANSWERED
from community.stories.consent.consents import AUTHOR, Party
from community.stories.publishing import publication
from community.stories.turns.owners import list_concerned
from community.stories.turns.steps import desk_of
from models.base import db, now, today
from models.stories import ApprovalAnswer, ConsentUse, Decision, StoryApproval, StoryConsent

from . import approval_mails, approvals, approvers
from .approvals import LinkState


class AnswerClosedError(Exception):
    """The request was answered or ended meanwhile."""


class NotTheirsError(Exception):
    """Who was asked became an author meanwhile, or their address is none of the company any more."""


class BeyondWishesError(Exception):
    """A consent would go beyond what the author allows."""


@dataclass(frozen=True)
class Wishes:
    """What the author allows for a version. `allowed`: through which day (None: without end); `declined`: the others.

    Only uses that the approver is asked about.
    """

    allowed: Mapping[ConsentUse, date | None]
    declined: tuple[ConsentUse, ...]


@dataclass(frozen=True)
class Receipt:
    """What an approver answered. `granted`: what they still allow, through which day; `withdrawn`: what they ended."""

    answer: ApprovalAnswer
    note: str
    granted: Mapping[ConsentUse, date | None]
    declined: tuple[ConsentUse, ...]
    withdrawn: tuple[ConsentUse, ...]


def read_wishes(approval: StoryApproval) -> Wishes:
    """Return what the author allows of what the approver is asked about; what has ended already is declined."""
    asked = {ConsentUse(use) for use in approval.approver.uses}
    said = consents.list_words(AUTHOR, approval.version, queries.list_entries(approval.version.story_id))
    granted = {use: entry for use, entry in said.items() if consents.is_granted(entry, today())}
    allowed = {use: entry.until_day for use, entry in granted.items() if use in asked}
    return Wishes(allowed, tuple(use for use in ConsentUse if use in asked and use not in allowed))


def answer_request(
    approval: StoryApproval,
    token: str,
    answer: ApprovalAnswer,
    granted: Mapping[ConsentUse, date | None] | None = None,
    note: str = "",
) -> None:
    """Record the approver's answer, mail them a receipt, and notify those who work on the story.

    `granted`: only of what the author allows, and no longer. Everything else they were asked is declined, but nothing
    is recorded where something must be changed first: the text will be another one. Only an approval
    grants anything. Raise AnswerClosedError, NotTheirsError, and BeyondWishesError for a consent beyond the author's.
    """
    approvals.lock(approval)
    if approvals.link_state(approval, approvals.get_newest_version_id(approval), now()) != LinkState.OPEN:
        raise AnswerClosedError
    story = approval.version.story
    given = dict(granted or {}) if answer == ApprovalAnswer.APPROVED else {}
    if approvers.explain_standing(story, approval.approver):
        raise NotTheirsError
    wishes = read_wishes(approval)
    _refuse_beyond(wishes, given)
    if answer != ApprovalAnswer.CHANGES:
        consent_ledger.record_approver_consents(approval, given, _list_judged(approval, wishes, answer))
    approval.answer, approval.note, approval.answered_at = answer, note, now()
    db.session.flush()
    declined = [use for use in wishes.allowed if use not in given and answer != ApprovalAnswer.CHANGES]
    approval_mails.mail_receipt(approval, token, given, declined)
    after = {"approver_id": approval.approver_id, "version": approval.version.number, "answer": answer.value}
    after |= {"approver_role": approval.approver.role, "uses": approvers.join_uses(given)}
    audit.record(None, "stories.answer_approval", "story", story.id, after=after)
    recipients = {*list_concerned(story), approval.asked_by_id}
    publication.follow_change(story)
    notify(ANSWERED, recipients, desk_of(story.id), key=f"story:{story.id}:answer:{approval.id}")


def read_receipt(approval: StoryApproval) -> Receipt:
    """Return what the approver answered, as it stands now. The request is answered."""
    kept = _list_own_words(approval)

    def uses_with(decision: Decision) -> tuple[ConsentUse, ...]:
        return tuple(use for use, entry in kept.items() if entry.decision == decision)

    return Receipt(
        answer=ApprovalAnswer(approval.answer or ApprovalAnswer.DECLINED),
        note=approval.note,
        granted={use: entry.until_day for use, entry in kept.items() if entry.decision == Decision.GRANTED},
        declined=uses_with(Decision.DECLINED),
        withdrawn=uses_with(Decision.WITHDRAWN),
    )


def _list_judged(approval: StoryApproval, wishes: Wishes, answer: ApprovalAnswer) -> set[ConsentUse]:
    """Return the uses on which the answer is recorded: those that were offered, and after a no what was allowed before.

    On what the author does not allow the approver was not asked.
    """
    if answer != ApprovalAnswer.DECLINED:
        return set(wishes.allowed)
    said = _list_own_words(approval)
    allowed_before = {use for use, entry in said.items() if entry.decision == Decision.GRANTED}
    return set(wishes.allowed) | allowed_before


def _refuse_beyond(wishes: Wishes, granted: Mapping[ConsentUse, date | None]) -> None:
    for use, until in granted.items():
        if use not in wishes.allowed:
            raise BeyondWishesError
        last = wishes.allowed[use]
        if last is not None and (until is None or until > last):
            raise BeyondWishesError


def _list_own_words(approval: StoryApproval) -> dict[ConsentUse, StoryConsent]:
    entries = queries.list_entries(approval.version.story_id)
    return consents.list_words(Party(approval.approver_id), approval.version, entries)
