"""The staff's list of stories on their way: whose turn each is, and until when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.names import author_label
from community.stories import rules
from community.stories.labels import name_story
from community.stories.publishing import unshown
from models.accounts import Account, Member
from models.base import db, today
from models.stories import Story, StoryPart, StoryPartName, StoryState, StoryStep

PAGE_LENGTH = 50
# What staff know of and what is not over, in the order of the way.
STAGES = tuple(state for state in StoryState if state not in rules.PRIVATE | {StoryState.WITHDRAWN})


@dataclass(frozen=True)
class Waiting:
    """A story of the list. `owner`: whose turn it is, "" for nobody's in particular.

    `is_unshown`: it is published, and nobody may read it for want of a consent.
    """

    story_id: int
    title: str
    company: str
    state: StoryState
    owner: str
    due_on: date | None
    is_overdue: bool
    is_hidden: bool
    is_unshown: bool


def list_waiting(
    viewer: Member, page: int = 1, *, mine: bool = False, state: StoryState | None = None
) -> Sequence[Waiting]:
    """Return one page of the stories in this state: those that nobody may read any more, overdue ones, then as due.

    `state` None: those that wait for somebody, published ones once their day has come or nobody may read them.
    `mine`: only those that the viewer looks after, by the step, as the interviewer, or by the company.
    """
    day = today()
    unshown_ids = unshown.list_unshown(day)
    owner = aliased(Member)
    title = aliased(StoryPart)
    chosen = (
        sa.select(Story, StoryStep, Account.name, owner, title.body)
        .join(StoryStep, sa.and_(StoryStep.story_id == Story.id, StoryStep.ended_at.is_(None)))
        .join(Account, Account.id == Story.account_id)
        .outerjoin(owner, owner.id == StoryStep.owner_id)
        .outerjoin(title, sa.and_(title.story_id == Story.id, title.name == StoryPartName.TITLE))
        .where(*_conditions(viewer, state, unshown_ids, mine=mine))
        .order_by(Story.id.not_in(unshown_ids), StoryStep.due_on.is_(None), StoryStep.due_on, Story.id)
        .limit(PAGE_LENGTH)
        .offset((page - 1) * PAGE_LENGTH)
    )
    return [
        Waiting(
            story_id=story.id,
            title=name_story((body or "").strip()),
            company=company,
            state=StoryState(step.state),
            owner=author_label(viewer, member) if step.owner_id is not None else "",
            due_on=step.due_on,
            is_overdue=step.due_on is not None and step.due_on < day,
            is_hidden=story.hidden_at is not None,
            is_unshown=story.id in unshown_ids,
        )
        for story, step, company, member, body in db.session.execute(chosen).unique()
    ]


def count_waiting(viewer: Member, *, mine: bool = False, state: StoryState | None = None) -> int:
    """Return how many stories the list has."""
    chosen = (
        sa.select(sa.func.count())
        .select_from(Story)
        .join(StoryStep, sa.and_(StoryStep.story_id == Story.id, StoryStep.ended_at.is_(None)))
        .join(Account, Account.id == Story.account_id)
        .where(*_conditions(viewer, state, unshown.list_unshown(today()), mine=mine))
    )
    return db.session.scalar(chosen) or 0


def _conditions(
    viewer: Member, state: StoryState | None, unshown_ids: Collection[int], *, mine: bool
) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the list; drafts that nobody was shown, and what is over, are not in it."""
    conditions: list[sa.ColumnElement[bool]] = [Story.state.in_(STAGES if state is None else [state])]
    if state is None:
        is_due = sa.or_(StoryStep.due_on < today(), Story.id.in_(unshown_ids))
        conditions.append(sa.or_(Story.state != StoryState.PUBLISHED, is_due))
    if mine:
        looks_after = (
            StoryStep.owner_id == viewer.id,
            Story.interviewer_id == viewer.id,
            Account.csm_id == viewer.id,
        )
        conditions.append(sa.or_(*looks_after))
    return conditions
