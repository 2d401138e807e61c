"""Reads what is being written, for the pages of those who write it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from community.accounts.queries import list_members_by_id
from community.stories import rules
from models.accounts import Member
from models.base import db, now
from models.stories import Story, StoryCoauthor, StoryPart, StoryPartName, StoryPartText, StoryState, StoryStep

from .parts import PARTS, Length, first_words, measure
from .saving import is_being_written


@dataclass(frozen=True)
class DraftPart:
    """One part as its page and the contents show it. `writer`: who else is writing it now, "" for nobody."""

    name: StoryPartName
    body: str
    revision: int
    length: Length
    beginning: str
    saved_by: str
    saved_at: datetime | None
    writer: str


@dataclass(frozen=True)
class EarlierText:
    """A text that a part had, or that was kept beside it."""

    id: int
    body: str
    written_by: str
    replaced_by: str
    at: datetime


@dataclass(frozen=True)
class OwnStory:
    """A story in the list of one's own. `is_writer`: no interviewer; `due_on`, `is_mine_to_act`: of the open step."""

    id: int
    title: str
    state: StoryState
    is_author: bool
    is_writer: bool
    changed_at: datetime
    due_on: date | None
    is_mine_to_act: bool
    written: int  # of the seven questions


def list_draft_parts(story: Story, seen_by: Member) -> Mapping[StoryPartName, DraftPart]:
    """Return all parts of the story, in the order in which one is led through them."""
    chosen = sa.select(StoryPart).where(StoryPart.story_id == story.id).execution_options(populate_existing=True)
    rows = {StoryPartName(row.name): row for row in db.session.scalars(chosen)}
    people = {id_ for row in rows.values() for id_ in (row.saved_by_id, row.held_by_id) if id_ is not None}
    names = {id_: member.display_name for id_, member in list_members_by_id(people).items()}
    return {name: _describe_part(rows[name], names, seen_by) for name in PARTS if name in rows}


def list_earlier_texts(story_id: int, name: StoryPartName) -> list[EarlierText]:
    """Return the texts that the part had, the newest first."""
    rows = db.session.scalars(_texts_of(story_id, name).order_by(StoryPartText.id.desc())).all()
    people = {id_ for row in rows for id_ in (row.written_by_id, row.replaced_by_id) if id_ is not None}
    names = {id_: member.display_name for id_, member in list_members_by_id(people).items()}
    return [_describe_text(row, names) for row in rows]


def get_earlier_text(story_id: int, name: StoryPartName, text_id: int) -> EarlierText | None:
    """Return one text that the part had, or None."""
    row = db.session.scalar(_texts_of(story_id, name).where(StoryPartText.id == text_id))
    return _describe_text(row, {}) if row is not None else None


def list_texts(story_id: int) -> Mapping[StoryPartName, str]:
    """Return the texts of all parts, in the order in which one is led through them."""
    bodies = _bodies_of([story_id]).get(story_id, {})
    return {name: bodies.get(name, "") for name in PARTS}


def list_own_stories(member: Member) -> list[OwnStory]:
    """Return the stories that the person writes, or interviews for, the last changed first."""
    coauthored = sa.select(StoryCoauthor.story_id).where(StoryCoauthor.member_id == member.id)
    is_own = sa.or_(Story.author_id == member.id, Story.id.in_(coauthored), Story.interviewer_id == member.id)
    open_step = sa.and_(StoryStep.story_id == Story.id, StoryStep.ended_at.is_(None))
    rows = db.session.execute(
        sa.select(Story, StoryStep)
        .join(StoryStep, open_step)
        .where(is_own)
        .options(selectinload(Story.coauthors))
        .order_by(Story.changed_at.desc(), Story.id.desc())
    ).all()
    bodies = _bodies_of([story.id for story, _step in rows])
    return [
        _describe_own(story, step, bodies.get(story.id, {}), member)
        for story, step in rows
        if rules.can_see_desk(member, story)
    ]


def _describe_part(row: StoryPart, names: Mapping[int, str], seen_by: Member) -> DraftPart:
    return DraftPart(
        name=StoryPartName(row.name),
        body=row.body,
        revision=row.revision,
        length=measure(row.body),
        beginning=first_words(row.body),
        saved_by=names.get(row.saved_by_id or 0, ""),
        saved_at=row.saved_at,
        writer=names.get(row.held_by_id or 0, "") if is_being_written(row, seen_by, now()) else "",
    )


def _describe_text(row: StoryPartText, names: Mapping[int, str]) -> EarlierText:
    written_by, replaced_by = (names.get(id_ or 0, "") for id_ in (row.written_by_id, row.replaced_by_id))
    return EarlierText(row.id, row.body, written_by, replaced_by, row.replaced_at)


def _describe_own(story: Story, step: StoryStep, bodies: Mapping[StoryPartName, str], member: Member) -> OwnStory:
    return OwnStory(
        id=story.id,
        title=bodies.get(StoryPartName.TITLE, ""),
        state=StoryState(story.state),
        is_author=story.author_id == member.id,
        is_writer=rules.is_author(member, story),
        changed_at=story.changed_at,
        due_on=step.due_on,
        is_mine_to_act=step.owner_id == member.id or (step.owner_id is not None and story.state in rules.EDITABLE),
        written=sum(bool(bodies.get(name)) for name in PARTS[:7]),
    )


def _texts_of(story_id: int, name: StoryPartName) -> sa.Select[StoryPartText]:
    joined = sa.select(StoryPartText).join(StoryPart, StoryPart.id == StoryPartText.part_id)
    return joined.where(StoryPart.story_id == story_id, StoryPart.name == name)


def _bodies_of(story_ids: Sequence[int]) -> Mapping[int, Mapping[StoryPartName, str]]:
    found: dict[int, dict[StoryPartName, str]] = {}
    chosen = sa.select(StoryPart.story_id, StoryPart.name, StoryPart.body).where(StoryPart.story_id.in_(story_ids))
    for story_id, name, body in db.session.execute(chosen):
        found.setdefault(story_id, {})[StoryPartName(name)] = body
    return found
