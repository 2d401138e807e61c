"""What pages show of approvers and of requests to them, as plain values."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from community.stories.labels import ROLES, USES
from community.stories.versions.content import from_json
from models.base import day_at, now
from models.stories import ApprovalAnswer, ConsentUse, Story, StoryApproval, StoryApprover

from . import approvals, approvers
from .approval_mails import last_day_of
from .approvals import LinkState


class Standing(StrEnum):
    """How far an approver has got with the newest version."""

    NOT_ASKED = "not_asked"
    WAITING = "waiting"
    OPENED = "opened"
    EXPIRED = "expired"
    APPROVED = "approved"
    CHANGES = "changes"
    DECLINED = "declined"


@dataclass(frozen=True)
class ApproverLine:
    """An approver in the list. `day`: until which they may answer, or on which they did."""

    id: int
    role: str
    name: str
    title: str
    email: str
    uses: tuple[str, ...]
    is_asked_all: bool
    standing: Standing
    day: date | None = None


@dataclass(frozen=True)
class RequestPage:
    """What a request's page says of itself. Before the code only `company` and `title` may be shown."""

    company: str
    title: str
    story_id: int
    number: int
    role: str
    name: str
    person_title: str
    author: str
    team: tuple[str, ...]
    due_on: date
    last_day: date
    submitted_on: date


def list_lines(story: Story) -> list[ApproverLine]:
    """Return the story's approvers and where each stands with the newest version."""
    versions = approvers.list_current_versions(story.id)
    newest_id = versions[-1].id if versions else 0
    last = {
        each.approver_id: each for each in reversed(approvals.list_requests(story.id)) if each.version_id == newest_id
    }
    return [_line(each, last.get(each.id), newest_id) for each in approvers.list_approvers(story.id)]


def describe_request(approval: StoryApproval) -> RequestPage:
    """Return what the request's page says of itself. The request is loaded by its token."""
    content, approver = from_json(approval.version.content), approval.approver
    story = approval.version.story
    return RequestPage(
        company=content.company,
        title=content.title,
        story_id=story.id,
        number=approval.version.number,
        role=str(ROLES[approver.role]),
        name=approver.name,
        person_title=approver.title,
        author=story.author.display_name,
        team=(story.author.display_name, *(each.member.display_name for each in story.coauthors)),
        due_on=approval.due_on,
        last_day=last_day_of(approval),
        submitted_on=day_at(approval.version.created_at),
    )


def _line(approver: StoryApprover, request: StoryApproval | None, newest_id: int) -> ApproverLine:
    standing, day = _stand(request, newest_id)
    uses = [ConsentUse(use) for use in approver.uses]
    return ApproverLine(
        id=approver.id,
        role=str(ROLES[approver.role]),
        name=approver.name,
        title=approver.title,
        email=approver.email,
        uses=tuple(str(USES[use]) for use in uses),
        is_asked_all=len(uses) == len(ConsentUse),
        standing=standing,
        day=day,
    )


def _stand(request: StoryApproval | None, newest_id: int) -> tuple[Standing, date | None]:
    if request is None:
        return Standing.NOT_ASKED, None
    state = approvals.link_state(request, newest_id, now())
    if state == LinkState.ANSWERED and request.answered_at is not None:
        return Standing(request.answer or ApprovalAnswer.DECLINED), day_at(request.answered_at)
    if state == LinkState.OPEN:
        return (Standing.OPENED if request.opened_at else Standing.WAITING), request.due_on
    return (Standing.EXPIRED, last_day_of(request)) if state == LinkState.EXPIRED else (Standing.NOT_ASKED, None)
