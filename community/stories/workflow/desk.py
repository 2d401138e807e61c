"""How a story comes about, for the page of those who work on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _

from community.accounts.names import author_label
from community.stories import queries, rules
from community.stories.consent import consents
from community.stories.turns.acts import StoryAct, list_acts
from community.stories.turns.owners import find_turn
from community.stories.turns.reminders import find_next_reminder
from community.stories.turns.steps import list_steps
from community.stories.versions.versions import get_last_version, get_number
from models.accounts import Member
from models.base import day_at, db, now
from models.stories import Story, StoryApproval, StoryApprover, StoryState, StoryStep

from .comments import Remark, list_remarks
from .durations import Spent, list_spent, median_days
from .wanted import choose_wanted
from .workflow import can_be_read

MOST_DONE = 5  # steps before the present one; the log has all
# What usually follows.
LATER = {
    StoryState.DRAFT: (StoryState.REVIEW, StoryState.APPROVAL, StoryState.PUBLISHED),
    StoryState.REVIEW: (StoryState.APPROVAL, StoryState.PUBLISHED),
    StoryState.CHANGES_ASKED: (StoryState.REVIEW, StoryState.APPROVAL, StoryState.PUBLISHED),
    StoryState.APPROVAL: (StoryState.PUBLISHED,),
    StoryState.APPROVED: (StoryState.PUBLISHED,),
    StoryState.PUBLISHED: (),
    StoryState.UPDATE_ASKED: (StoryState.REVIEW, StoryState.APPROVAL, StoryState.PUBLISHED),
    StoryState.WITHDRAWN: (),
}


@dataclass(frozen=True)
class FlowStep:
    """A step of the flow. `phase`: "done", "now" or "later"; `who`: whose it was, is, or "" where nobody's.

    Of an approval that is over, `who` is those who answered.
    """

    state: StoryState
    phase: str
    who: str = ""
    begun_on: date | None = None
    ended_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class Awaited:
    """An approver whose answer is missing. `role`, `title`, `name` as they were named."""

    role: str
    title: str
    name: str
    due_on: date
    is_opened: bool


@dataclass(frozen=True)
class Desk:
    """Everything that the page shows of a story to one of those who work on it.

    `turn`: names of those who have to act; `is_mine`: the viewer is one of them; `instead_of`: the owner for whom
    they stand in. `is_shown`: members or everybody read it today. `wanted`: of the remarks, what the writers are asked
    for now. `acts`: what the viewer may do now; `is_ready`: the newest version could be published.
    """

    story_id: int
    title: str
    company: str
    people: tuple[str, ...]
    interviewer: str
    version: int | None
    published_version: int | None
    state: StoryState
    is_hidden: bool
    is_shown: bool
    is_staff: bool
    is_author: bool
    flow: tuple[FlowStep, ...]
    due_on: date | None
    turn: tuple[str, ...]
    is_mine: bool
    instead_of: str
    awaited: tuple[Awaited, ...]
    next_reminder: datetime | None
    remarks: tuple[Remark, ...]
    wanted: tuple[Remark, ...]
    spent: tuple[Spent, ...]
    median: int | None
    acts: frozenset[StoryAct]
    is_ready: bool


def read_desk(story: Story, viewer: Member) -> Desk:
    """Return the story's desk as the viewer sees it. The story is loaded with its people."""
    steps = list_steps(story.id)
    now_open = next((step for step in reversed(steps) if step.ended_at is None), None)
    turn = find_turn(story, now_open) if now_open else None
    last = get_last_version(story.id)
    zone = current_app.config["COMMUNITY_ZONE"]
    remarks, acts = list_remarks(story, viewer), list_acts(viewer, story)
    asks_somebody = story.state not in {StoryState.PUBLISHED, StoryState.WITHDRAWN}
    return Desk(
        story_id=story.id,
        title=queries.title_of(story.id),
        company=story.account.name,
        people=tuple(author_label(viewer, each) for each in (story.author, *(c.member for c in story.coauthors))),
        interviewer=author_label(viewer, story.interviewer) if story.interviewer else "",
        version=last.number if last else None,
        published_version=get_number(story.published_version_id),
        state=StoryState(story.state),
        is_hidden=story.hidden_at is not None,
        is_shown=queries.get_permit(story.id, consents.MEMBER_READING) is not None,
        is_staff=rules.works_with_stories(viewer),
        is_author=rules.is_author(viewer, story),
        flow=tuple(_list_flow(story, steps, viewer)),
        due_on=now_open.due_on if now_open else None,
        turn=tuple(author_label(viewer, each) for each in turn.people) if turn and asks_somebody else (),
        is_mine=bool(turn and asks_somebody and any(each.id == viewer.id for each in turn.people)),
        instead_of=author_label(viewer, turn.instead_of) if turn and turn.instead_of and asks_somebody else "",
        awaited=tuple(_list_awaited(last.id)) if last and story.state == StoryState.APPROVAL else (),
        next_reminder=find_next_reminder(now_open, now(), zone) if now_open else None,
        remarks=tuple(remarks),
        wanted=tuple(choose_wanted(story, steps, remarks)),
        spent=tuple(list_spent(steps)),
        median=median_days(),
        acts=acts,
        is_ready=last is not None and StoryAct.PUBLISH in acts and can_be_read(last),
    )


def _list_flow(story: Story, steps: Sequence[StoryStep], viewer: Member) -> list[FlowStep]:
    ids = {step.owner_id for step in steps if step.owner_id is not None}
    owners = {each.id: each for each in db.session.scalars(sa.select(Member).where(Member.id.in_(ids))).unique()}
    answered = _list_answered(story.id)
    flow = [
        FlowStep(
            state=StoryState(step.state),
            phase="now" if step.ended_at is None else "done",
            who=_say_who(step, owners, answered, viewer),
            begun_on=day_at(step.begun_at),
            ended_on=day_at(step.ended_at) if step.ended_at else None,
            due_on=step.due_on,
        )
        for step in steps
    ]
    later = [FlowStep(state, "later") for state in LATER[StoryState(story.state)]]
    return [*flow[-MOST_DONE - 1 :], *later]


def _say_who(
    step: StoryStep, owners: Mapping[int, Member], answered: Sequence[tuple[str, datetime]], viewer: Member
) -> str:
    if step.state == StoryState.APPROVAL and step.ended_at is not None:
        names = [name for name, at in answered if step.begun_at <= at <= step.ended_at]
        return _("、").join(dict.fromkeys(names))
    return author_label(viewer, owners[step.owner_id]) if step.owner_id is not None else ""


def _list_answered(story_id: int) -> list[tuple[str, datetime]]:
    """Return who answered a request about the story, and when, the first one first."""
    chosen = (
        sa.select(StoryApprover.name, StoryApproval.answered_at)
        .join(StoryApprover, StoryApprover.id == StoryApproval.approver_id)
        .where(StoryApprover.story_id == story_id, StoryApproval.answered_at.is_not(None))
        .order_by(StoryApproval.answered_at, StoryApproval.id)
    )
    return [(name, at) for name, at in db.session.execute(chosen) if at is not None]


def _list_awaited(version_id: int) -> list[Awaited]:
    chosen = (
        sa.select(StoryApproval, StoryApprover)
        .join(StoryApprover, StoryApprover.id == StoryApproval.approver_id)
        .where(
            StoryApproval.version_id == version_id,
            queries.IS_OPEN,
            StoryApprover.removed_at.is_(None),
        )
        .order_by(StoryApproval.id)
    )
    return [
        Awaited(approver.role, approver.title, approver.name, approval.due_on, approval.opened_at is not None)
        for approval, approver in db.session.execute(chosen)
    ]
