"""Freezing what was written into a version, which never changes. Where nothing has changed there is no new version."""

import re
from collections.abc import Mapping
from functools import lru_cache

import sqlalchemy as sa

from community import text
from community.files.queries import list_shapes
from models.accounts import Member
from models.base import db
from models.stories import (
    Counting,
    Story,
    StoryFigure,
    StoryPart,
    StoryPartName,
    StoryTag,
    StoryTagging,
    StoryVersion,
    TagKind,
)

from .content import QUESTIONS, Content, Figure, Tag, fingerprint, to_json
from .tries import parse_tries

_FILE = re.compile(r'(<img\b[^>]*\bsrc=")/files/([A-Za-z0-9_-]+)"')


def freeze(story: Story, by: Member, *, is_anew: bool = False) -> StoryVersion:
    """Return a version of what the story says now: the last one if nothing has changed since, else a new one.

    `is_anew`: a new one in any case, about which everybody is asked again.
    """
    content = read_content(story)
    canonical = to_json(content)
    last = get_last_version(story.id)
    if last is not None and last.content_hash == fingerprint(canonical) and not is_anew:
        return last
    version = StoryVersion(
        story_id=story.id,
        number=last.number + 1 if last else 1,
        content=canonical,
        content_hash=fingerprint(canonical),
        html=render_answers(content.answers, story.id),
        render_version=text.RENDER_VERSION,
        created_by_id=by.id,
    )
    db.session.add(version)
    db.session.flush()
    return version


def get_last_version(story_id: int) -> StoryVersion | None:
    """Return the newest version, or None if nothing was submitted yet."""
    newest = sa.select(StoryVersion).where(StoryVersion.story_id == story_id).order_by(StoryVersion.number.desc())
    return db.session.scalar(newest.limit(1))


def get_number(version_id: int | None) -> int | None:
    """Return the number of the version, or None where there is none."""
    return (
        db.session.scalar(sa.select(StoryVersion.number).where(StoryVersion.id == version_id)) if version_id else None
    )


def read_content(story: Story) -> Content:
    """Return what the story says now. The story is loaded with its company, its author and its coauthors."""
    bodies = list_bodies(story.id)
    tags = list_tags_of(story.id)
    authors = [story.author, *(each.member for each in story.coauthors)]
    return Content(
        title=bodies.get(StoryPartName.TITLE, "").strip(),
        lead=bodies.get(StoryPartName.LEAD, "").strip(),
        answers={name: bodies[name] for name in QUESTIONS if bodies.get(name, "").strip()},
        quote=bodies.get(StoryPartName.QUOTE, "").strip(),
        tries=parse_tries(bodies.get(StoryPartName.TRIES, "")),
        figures=tuple(list_figures_of(story.id)),
        tags=tuple(Tag(kind, tag.slug, tag.name, tag.name_en) for kind in TagKind for tag in tags if tag.kind == kind),
        company=story.account.name,
        trade=story.account.industry,
        employees=story.account.employees,
        prefecture=story.account.prefecture,
        people=tuple(author.display_name for author in authors),
    )


def list_bodies(story_id: int) -> dict[StoryPartName, str]:
    """Return the texts that are being written, by part."""
    chosen = sa.select(StoryPart).where(StoryPart.story_id == story_id)
    # Read anew: what is frozen under the story's lock must not be what was read before it.
    parts = db.session.scalars(chosen.execution_options(populate_existing=True))
    return {StoryPartName(part.name): part.body for part in parts}


def list_figures_of(story_id: int) -> list[Figure]:
    """Return the figures that are being written, in their order."""
    return [read_figure(row) for row in list_figure_rows(story_id)]


def list_figure_rows(story_id: int) -> list[StoryFigure]:
    """Return the rows of the figures that are being written, in their order, without those taken out."""
    chosen = sa.select(StoryFigure).where(StoryFigure.story_id == story_id, StoryFigure.removed_at.is_(None))
    # Read anew, as the texts are.
    ordered = chosen.order_by(StoryFigure.position, StoryFigure.id).execution_options(populate_existing=True)
    return list(db.session.scalars(ordered))


def read_figure(row: StoryFigure) -> Figure:
    """Return what the row says."""
    return Figure(
        label=row.label,
        baseline=row.baseline,
        result=row.result,
        unit=row.unit,
        counting=Counting(row.counting),
        period=row.period,
        method=row.method,
        as_of=row.as_of,
        evidence_key=row.evidence_key,
        confirmed_by=row.confirmed_by,
    )


def list_tags_of(story_id: int) -> list[StoryTag]:
    """Return the story's tags in the order of their list."""
    joined = sa.select(StoryTag).join(StoryTagging, StoryTagging.tag_id == StoryTag.id)
    chosen = joined.where(StoryTagging.story_id == story_id).order_by(StoryTag.position, StoryTag.id)
    # Read anew, as the texts are: their names are frozen, too.
    return list(db.session.scalars(chosen.execution_options(populate_existing=True)))


def render_answers(answers: Mapping[StoryPartName, str], story_id: int) -> dict[str, str]:
    """Return the answers as safe HTML. Their pictures are shown by the story's own address, which asks for a permit."""
    keys = [key for body in answers.values() for key in text.possible_files(body)]
    sizes, files = list_shapes(keys)
    return {
        name.value: _FILE.sub(rf'\1/stories/{story_id}/pictures/\2"', text.to_html(body, images=sizes, files=files))
        if text.possible_files(body)
        else _render_words(body)
        for name, body in answers.items()
    }


# From one look at a draft to the next, and from version to version, most answers stay: those of nine stories.
@lru_cache(maxsize=64)
def _render_words(body: str) -> str:
    """Return an answer without files as safe HTML, which depends on nothing else."""
    return text.to_html(body)
