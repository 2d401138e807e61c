"""Writing figures and what they rest on: added, changed, moved, taken out and put back."""

from dataclasses import dataclass

import sqlalchemy as sa

from community.files.actions import attach
from community.files.queries import get_file
from community.stories.versions.content import Figure
from community.stories.versions.versions import list_figure_rows, read_figure
from models.accounts import Member
from models.base import db, now
from models.files import StoredFile
from models.stories import Story, StoryFigure

from .editing import note_change

# More than a reader remembers, and than a slide holds.
MOST_FIGURES = 6
# Characters, as the columns have room.
LABEL_MAX, UNIT_MAX, PERIOD_MAX, METHOD_MAX, PERSON_MAX = 80, 24, 120, 200, 80


class TooManyFiguresError(Exception):
    """The story has MOST_FIGURES already."""


@dataclass(frozen=True)
class WrittenFigure:
    """A figure of a draft. `evidence_name`: of its file, "" for a picture and without a file."""

    id: int
    figure: Figure
    revision: int
    evidence_name: str
    is_removed: bool


def list_written_figures(story_id: int) -> list[WrittenFigure]:
    """Return the figures of the draft in their order, without those taken out."""
    rows = list_figure_rows(story_id)
    keys = [row.evidence_key for row in rows if row.evidence_key]
    files = sa.select(StoredFile.key, StoredFile.name).where(StoredFile.key.in_(keys))
    names = {row.key: row.name for row in db.session.execute(files)} if keys else {}
    return [_describe(row, names) for row in rows]


def get_written_figure(story_id: int, figure_id: int) -> WrittenFigure | None:
    """Return the figure, one taken out too, or None if the story has no such figure."""
    row = _get(story_id, figure_id)
    if row is None:
        return None
    file = get_file(row.evidence_key) if row.evidence_key else None
    return _describe(row, {file.key: file.name} if file is not None else {})


def add_figure(story: Story, typed: Figure, *, by: Member) -> int:
    """Add a figure behind the others and return its id. Raise TooManyFiguresError.

    The same figure again, as from a form that was sent twice, is the one that is there.
    """
    rows = list_figure_rows(story.id)
    same = next((row for row in rows if read_figure(row) == typed), None)
    if same is not None:
        return same.id
    if len(rows) >= MOST_FIGURES:
        raise TooManyFiguresError
    figure = StoryFigure(story_id=story.id, position=max((row.position for row in rows), default=0) + 1, **vars(typed))
    db.session.add(figure)
    db.session.flush()
    _attach_evidence(figure, typed.evidence_key, by)
    note_change(story)
    return figure.id


def change_figure(story: Story, figure_id: int, typed: Figure, *, by: Member) -> None:
    """Replace what the figure says; nothing is written where nothing differs."""
    figure = _get(story.id, figure_id)
    if figure is None or read_figure(figure) == typed:
        return
    before = figure.evidence_key
    for name, value in vars(typed).items():
        setattr(figure, name, value)
    figure.revision += 1
    if typed.evidence_key != before:
        _attach_evidence(figure, typed.evidence_key, by)
    note_change(story)


def remove_figure(story: Story, figure_id: int) -> bool:
    """Take the figure out. Return whether it was there; `restore_figure` puts it back."""
    figure = _get(story.id, figure_id)
    if figure is None or figure.removed_at is not None:
        return False
    figure.removed_at = now()
    note_change(story)
    return True


def restore_figure(story: Story, figure_id: int) -> bool:
    """Put the figure back in its place. Return whether it had been taken out. Raise TooManyFiguresError."""
    figure = _get(story.id, figure_id)
    if figure is None or figure.removed_at is None:
        return False
    if len(list_figure_rows(story.id)) >= MOST_FIGURES:
        raise TooManyFiguresError
    figure.removed_at = None
    note_change(story)
    return True


def move_figure(story: Story, figure_id: int, step: int) -> bool:
    """Move the figure by one place, up (-1) or down (1). Return whether there was a place."""
    rows = list_figure_rows(story.id)
    at = next((n for n, row in enumerate(rows) if row.id == figure_id), None)
    if at is None or not 0 <= at + step < len(rows):
        return False
    rows[at], rows[at + step] = rows[at + step], rows[at]
    for position, row in enumerate(rows, 1):
        row.position = position
    note_change(story)
    return True


def can_be_evidence(key: str, figure_id: int | None, by: Member) -> bool:
    """Return whether the file may stand for the figure: it hangs on it, or is the person's own and on nothing yet."""
    file = get_file(key)
    if file is None:
        return False
    if file.subject_kind is None:
        return file.owner_id == by.id
    return file.subject_kind == StoryFigure.__tablename__ and file.subject_id == figure_id


def name_evidence(key: str) -> str:
    """Return the name of a stored file, "" for a picture and for none."""
    file = get_file(key)
    return file.name if file is not None else ""


def _attach_evidence(figure: StoryFigure, key: str | None, by: Member) -> None:
    attach([key] if key else [], by, figure)


def _get(story_id: int, figure_id: int) -> StoryFigure | None:
    chosen = sa.select(StoryFigure).where(StoryFigure.story_id == story_id, StoryFigure.id == figure_id)
    return db.session.scalar(chosen.execution_options(populate_existing=True))


def _describe(row: StoryFigure, names: dict[str, str]) -> WrittenFigure:
    name = names.get(row.evidence_key or "", "")
    return WrittenFigure(row.id, read_figure(row), row.revision, name, row.removed_at is not None)
