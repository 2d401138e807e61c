"""Reads stories: permits for readers, rows for those who work on them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from models.accounts import Member
from models.base import Base, db, dialect_name, is_among, is_among_parameter, today, written_numbers
from models.moderation import visible
from models.stories import (
    ConsentUse,
    Story,
    StoryApproval,
    StoryApprover,
    StoryCoauthor,
    StoryConsent,
    StoryPart,
    StoryPartName,
    StoryVersion,
)

from . import rules
from .consent.evidence import ApproverRow, ConsentRow, Evidence, StoryRow, VersionRow
from .consent.permits import Permit, permit_first
from .labels import name_story
from .versions.content import from_json

# A request to an approver that is neither answered nor ended; its link may have expired.
IS_OPEN = sa.and_(StoryApproval.answered_at.is_(None), StoryApproval.revoked_at.is_(None))
OfStory = TypeVar("OfStory", ApproverRow, ConsentRow)


def get_permit(story_id: int, uses: Sequence[ConsentUse], on: date | None = None) -> Permit | None:
    """Return what may be shown of the story for the first of these uses that is permitted on the day (None: today)."""
    return list_permits(uses, on, story_ids=[story_id]).get(story_id)


def list_permits(
    uses: Sequence[ConsentUse], on: date | None = None, *, story_ids: Collection[int] | None = None
) -> dict[int, Permit]:
    """Return what may be shown of stories on the day (None: today), by id, the newest first, in three queries.

    `uses`: the first that is permitted counts. `story_ids` None: of all stories.
    """
    on = on or today()
    found = (
        (each.story.id, permit_first(each, uses, on)) for each in list_evidence(story_ids, is_published=True).values()
    )
    return {story_id: permit for story_id, permit in found if permit is not None}


def list_evidence(
    story_ids: Collection[int] | None = None, *, is_published: bool = False, told_before: datetime | None = None
) -> dict[int, Evidence]:
    """Return what permits are judged by, by story, the newest first. Columns only: it is asked for thousands.

    `is_published`: only of stories that are published and not hidden. `told_before`: only with consents before then.
    """
    of_some, of_then = story_ids is not None, told_before is not None
    chosen, approvers, entries = _select_evidence(
        dialect_name(), of_some=of_some, is_published=is_published, of_then=of_then
    )
    given = {"stories": written_numbers(story_ids)} if story_ids is not None else {}
    then = {"told_before": told_before} if told_before is not None else {}
    rows, first = db.session.execute(chosen, given).all(), len(StoryRow._fields)
    asked = _by_story(ApproverRow._make(row) for row in db.session.execute(approvers, given))
    told = _by_story(ConsentRow._make(row) for row in db.session.execute(entries, given | then))
    stories = [(StoryRow._make(row[:first]), row[first:]) for row in rows]
    return {
        story.id: Evidence(
            story,
            VersionRow._make(version) if story.published_version_id is not None else None,
            asked.get(story.id, ()),
            told.get(story.id, ()),
        )
        for story, version in stories
    }


@cache
def _select_evidence(
    dialect: str, *, of_some: bool, is_published: bool, of_then: bool
) -> tuple[sa.Select[*tuple[Any, ...]], ...]:
    """Return the queries for stories with their versions, for approvers, and for consents.

    Kept: composing them takes longer than the database's answers. Their parameters are `stories` where they are
    `of_some`, and `told_before` for the consents `of_then`.
    """
    columns = [*_columns_of(StoryRow, Story), *_columns_of(VersionRow, StoryVersion)]
    chosen: sa.Select[*tuple[Any, ...]] = (
        sa.select(*columns)
        .outerjoin(StoryVersion, StoryVersion.id == Story.published_version_id)
        .order_by(Story.published_at.desc(), Story.id.desc())
    )
    approvers: sa.Select[*tuple[Any, ...]] = sa.select(*_columns_of(ApproverRow, StoryApprover))
    entries: sa.Select[*tuple[Any, ...]] = sa.select(*_columns_of(ConsentRow, StoryConsent))
    if of_some:
        chosen = chosen.where(is_among_parameter(Story.id, "stories", dialect))
        approvers = approvers.where(is_among_parameter(StoryApprover.story_id, "stories", dialect))
        entries = entries.where(is_among_parameter(StoryConsent.story_id, "stories", dialect))
    if is_published:
        chosen = chosen.where(StoryVersion.id.is_not(None), Story.withdrawn_at.is_(None), visible(Story))
    if of_then:
        then = sa.bindparam("told_before", type_=StoryConsent.recorded_at.type)
        entries = entries.where(StoryConsent.recorded_at < then)
    return chosen, approvers.order_by(StoryApprover.id), entries.order_by(StoryConsent.id)


def get_evidence(story_id: int) -> Evidence:
    """Return what this one story's permits are judged by. It exists."""
    return list_evidence([story_id])[story_id]


def list_newest_versions(story_ids: Collection[int]) -> Mapping[int, VersionRow]:
    """Return the version of each of these stories that was submitted last, by story."""
    newest = sa.select(sa.func.max(StoryVersion.id)).where(is_among(StoryVersion.story_id, story_ids))
    chosen = sa.select(*_columns_of(VersionRow, StoryVersion)).where(
        StoryVersion.id.in_(newest.group_by(StoryVersion.story_id))
    )
    return {row.story_id: row for row in map(VersionRow._make, db.session.execute(chosen))}


def get_approvers_and_consents(story_id: int) -> tuple[Sequence[StoryApprover], Sequence[StoryConsent]]:
    """Return the story's approvers, those taken off the list too, and its ledger of consents."""
    approvers = sa.select(StoryApprover).where(StoryApprover.story_id == story_id).order_by(StoryApprover.id)
    return db.session.scalars(approvers).all(), list_entries(story_id)


def list_entries(story_id: int) -> Sequence[StoryConsent]:
    """Return the story's ledger of consents, in its order."""
    chosen = sa.select(StoryConsent).where(StoryConsent.story_id == story_id).order_by(StoryConsent.id)
    return db.session.scalars(chosen).all()


def _columns_of(row: type[ApproverRow | ConsentRow | StoryRow | VersionRow], table: type[Base]) -> list[Any]:
    return [getattr(table, name) for name in row._fields]


def _by_story(rows: Iterable[OfStory]) -> Mapping[int, Sequence[OfStory]]:
    found: dict[int, list[OfStory]] = defaultdict(list)
    for row in rows:
        found[row.story_id].append(row)
    return found


def get_story(story_id: int, seen_by: Member) -> Story | None:
    """Return the story if the member works on it (`rules.can_see_desk`), else None. Coauthors and people are loaded."""
    story = db.session.scalar(select_with_people().where(Story.id == story_id))
    return story if story is not None and rules.can_see_desk(seen_by, story) else None


def title_of(story_id: int) -> str:
    """Return what the story is called by those who work on it."""
    return name_story(get_working_title(story_id))


def list_authors_ever(story_id: int) -> set[int]:
    """Return the ids of all who are named as the story's authors, also of those who have left its company since."""
    author = sa.select(Story.author_id).where(Story.id == story_id)
    coauthors = sa.select(StoryCoauthor.member_id).where(StoryCoauthor.story_id == story_id)
    return set(db.session.scalars(sa.union(author, coauthors)))


def is_author(member: Member, story_id: int) -> bool:
    """Return whether the person wrote the story and is still of its company: `rules.is_author`, in one small query."""
    is_named = sa.or_(Story.author_id == member.id, Story.coauthors.any(StoryCoauthor.member_id == member.id))
    account_id = db.session.scalar(sa.select(Story.account_id).where(Story.id == story_id, is_named))
    return account_id is not None and member.account is not None and member.account.id == account_id


def list_stories_of(account_id: int, seen_by: Member) -> list[Story]:
    """Return the company's stories on whose desk the member may be, the newest first."""
    chosen = select_with_people().where(Story.account_id == account_id).order_by(Story.id.desc())
    return [story for story in db.session.scalars(chosen) if rules.can_see_desk(seen_by, story)]


def find_story(story_id: int) -> Story | None:
    """Return the story with its people, or None; for acts and tasks, which judge for themselves."""
    return db.session.scalar(select_with_people().where(Story.id == story_id))


def get_story_of_consents(story_id: int, seen_by: Member) -> Story | None:
    """Return the story if the member may withdraw its consents (`rules.can_see_withdrawal`), else None, with people."""
    story = find_story(story_id)
    return story if story is not None and rules.can_see_withdrawal(seen_by, story) else None


def load_with_people(story_id: int) -> Story:
    """Return the story with its company and its people, without asking who reads. It exists."""
    return db.session.execute(select_with_people().where(Story.id == story_id)).unique().scalar_one()


def list_working_titles(story_ids: Collection[int]) -> Mapping[int, str]:
    """Return what the authors of these stories call them, by story; "" where it has no title yet."""
    titles = sa.select(StoryPart.story_id, StoryPart.body).where(
        is_among(StoryPart.story_id, story_ids), StoryPart.name == StoryPartName.TITLE
    )
    return {story_id: body.strip() for story_id, body in db.session.execute(titles)}


def get_working_title(story_id: int) -> str:
    """Return the title that the story's authors see; "" without one."""
    return list_working_titles([story_id]).get(story_id, "")


def get_title_for(story: Story, viewer: Member) -> str:
    """Return what the story is called for the viewer: who is not on its desk knows no title that was not submitted."""
    if rules.can_see_desk(viewer, story):
        return get_working_title(story.id)
    newest = sa.select(StoryVersion).where(StoryVersion.story_id == story.id).order_by(StoryVersion.number.desc())
    if story.published_version_id is not None:
        newest = newest.where(StoryVersion.id == story.published_version_id)
    version = db.session.scalar(newest.limit(1))
    return from_json(version.content).title if version is not None and version.content else ""


def select_with_people() -> sa.Select[Story]:
    """Return a select of stories with their company, authors and interviewer."""
    return sa.select(Story).options(
        selectinload(Story.coauthors).selectinload(StoryCoauthor.member),
        selectinload(Story.account),
        selectinload(Story.author),
        selectinload(Story.interviewer),
    )
