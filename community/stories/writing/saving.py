"""Saving the parts of a story while several people, tabs and devices write it. Nothing is overwritten silently.

Each form has a key, and each of its saves a number that rises. A later save of one form replaces an earlier one, never
the other way round; a save of another form must have seen what is stored now, or it is a conflict.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from community.files.actions import attach
from community.text import BadTextError, possible_files
from models.accounts import Member
from models.base import db, now
from models.files import PICTURE, StoredFile
from models.stories import Story, StoryPart, StoryPartName, StoryPartText

from .editing import note_change
from .parts import QUESTIONS, clean_part

# Longer than pauses in typing; the others may write soon after somebody has left without a word.
HOLD = timedelta(minutes=2)
# A form that goes on for hours leaves its text behind this often; a shorter one when somebody else replaces it.
KEPT_EVERY = timedelta(minutes=10)
# Texts that are kept of one part, the newest; and how short one is not worth keeping within KEPT_EVERY.
MOST_TEXTS, SHORTEST_KEPT = 50, 20

_SAVE_KEY = re.compile(r"([0-9a-f]{32}):([0-9]{1,15})", re.ASCII)


@dataclass(frozen=True)
class SaveKey:
    """Which save it is: the form's key (32 hexadecimal digits) and the save's number in that form."""

    form: str
    number: int

    def __str__(self) -> str:
        """Return the key as it is stored."""
        return f"{self.form}:{self.number}"


@dataclass(frozen=True)
class Writing:
    """What one form sends. `seen_revision`: the part's when the form was filled.

    `is_typing`: the form goes on, so that others see who writes here. `is_chosen`: the writer has compared the text
    with what is there. `is_copy`: a copy that a browser kept, sent again by itself.
    """

    body: str
    seen_revision: int
    key: SaveKey
    is_typing: bool = False
    is_chosen: bool = False
    is_copy: bool = False


@dataclass(frozen=True)
class Saved:
    """The part holds the text. `is_late`: it holds a newer one of the same form, and nothing was written."""

    revision: int
    number: int
    is_late: bool = False


@dataclass(frozen=True)
class Conflict:
    """Nothing was written: somebody else's text, or another tab's, is there.

    `is_own`: who sent this wrote that, too. `is_held`: somebody else is writing now.
    """

    body: str
    revision: int
    by: str
    at: datetime | None
    is_held: bool
    is_own: bool


def parse_save_key(typed: str) -> SaveKey | None:
    """Return the key that the text stands for, or None."""
    found = _SAVE_KEY.fullmatch(typed)
    return SaveKey(found[1], int(found[2])) if found else None


def save_part(story: Story, name: StoryPartName, writing: Writing, *, by: Member) -> Saved | Conflict:
    """Store the text as the part's and return Saved; Conflict if somebody else's has come meanwhile.

    The story comes from `open_for_change`. Raise BadTextError (message for the author).
    """
    kept = clean_part(name, writing.body)
    part = lock_part(story.id, name)
    _refuse_foreign_files(part, kept, by)
    last, at = parse_save_key(part.saved_key), now()
    is_own = last is not None and last.form == writing.key.form
    if is_own and last is not None and writing.key.number <= last.number:
        return Saved(part.revision, last.number, is_late=True)
    is_held = is_being_written(part, by, at)
    is_stale = writing.seen_revision != part.revision or (is_held and not writing.is_chosen)
    if kept != part.body and not is_own and is_stale:
        if writing.is_copy and _find_text(part, kept) is not None:
            return Saved(part.revision, writing.key.number, is_late=True)
        is_by_sender = part.saved_by_id == by.id
        return Conflict(part.body, part.revision, _name_of(part.saved_by_id), part.saved_at, is_held, is_by_sender)
    if kept != part.body:
        _keep_replaced(part, by, writing.key, at)
        part.body, part.saved_by_id, part.saved_at = kept, by.id, at
        part.revision += 1
        note_change(story)
    attach(possible_files(kept) if name in QUESTIONS else (), by, part)
    part.saved_key = str(writing.key)
    if not is_held or is_own or writing.is_chosen:
        part.held_by_id, part.held_until = (by.id, at + HOLD) if writing.is_typing else (None, None)
    db.session.flush()
    return Saved(part.revision, writing.key.number)


def keep_aside(story_id: int, name: StoryPartName, body: str, *, by: Member) -> StoryPartText | None:
    """Keep a text beside the part, which stays as it is. Return it, None if nothing was written. Raise BadTextError."""
    part = lock_part(story_id, name)
    kept = clean_part(name, body)
    if not kept or kept == part.body:
        return None
    known = _find_text(part, kept)
    if known is not None:
        return known
    _refuse_foreign_files(part, kept, by)
    attach(possible_files(kept) if name in QUESTIONS else (), by, part)
    return _add_text(part, kept, written_by_id=by.id, replaced_by_id=by.id, at=now())


def lock_part(story_id: int, name: StoryPartName) -> StoryPart:
    """Return the part, locked and read anew. The story is locked before it."""
    chosen = sa.select(StoryPart).where(StoryPart.story_id == story_id, StoryPart.name == name)
    return db.session.scalars(chosen.with_for_update().execution_options(populate_existing=True)).one()


def is_being_written(part: StoryPart, besides: Member, at: datetime) -> bool:
    """Return whether somebody else is writing the part."""
    is_held = part.held_by_id is not None and part.held_until is not None and part.held_until > at
    return is_held and part.held_by_id != besides.id


def _find_text(part: StoryPart, body: str) -> StoryPartText | None:
    """Return the earlier text of the part that is the same, or None."""
    same = sa.select(StoryPartText).where(StoryPartText.part_id == part.id, StoryPartText.body == body)
    return db.session.scalar(same.limit(1))


def _keep_replaced(part: StoryPart, by: Member, save_key: SaveKey, at: datetime) -> None:
    """Keep the text that is about to be replaced, unless the same form wrote it and has left one behind lately."""
    if not part.body:
        return
    last = parse_save_key(part.saved_key)
    if last is not None and last.form == save_key.form and part.saved_by_id == by.id:
        newest = sa.select(sa.func.max(StoryPartText.replaced_at)).where(StoryPartText.part_id == part.id)
        kept_at = db.session.scalar(newest)
        if len(part.body) < SHORTEST_KEPT or (kept_at is not None and kept_at > at - KEPT_EVERY):
            return
    _add_text(part, part.body, written_by_id=part.saved_by_id, replaced_by_id=by.id, at=at)


def _add_text(
    part: StoryPart, body: str, *, written_by_id: int | None, replaced_by_id: int, at: datetime
) -> StoryPartText:
    added = StoryPartText(
        part_id=part.id,
        body=body,
        revision=part.revision,
        written_by_id=written_by_id,
        replaced_by_id=replaced_by_id,
        replaced_at=at,
    )
    db.session.add(added)
    db.session.flush()
    beyond = sa.select(StoryPartText.id).where(StoryPartText.part_id == part.id)
    old = db.session.scalars(beyond.order_by(StoryPartText.id.desc()).offset(MOST_TEXTS)).all()
    if old:
        db.session.execute(sa.delete(StoryPartText).where(StoryPartText.id.in_(old)))
    return added


def _refuse_foreign_files(part: StoryPart, body: str, by: Member) -> None:
    """Raise BadTextError for files that are no pictures, and for those of somebody else or of another place.

    Readers get a story's pictures by its own address: what it names, it shows.
    """
    keys: Collection[str] = possible_files(body)
    if not keys:
        return
    of_story = set(db.session.scalars(sa.select(StoryPart.id).where(StoryPart.story_id == part.story_id)))
    for file in db.session.scalars(sa.select(StoredFile).where(StoredFile.key.in_(keys))):
        if file.kind != PICTURE:
            raise BadTextError(_("答えに入れられるのは画像だけです。資料は、数字の根拠として付けてください。"))
        is_ours = file.subject_kind == StoryPart.__tablename__ and file.subject_id in of_story
        if not is_ours and (file.subject_kind is not None or file.owner_id != by.id):
            raise BadTextError(_("ほかの場所の画像は、そのままでは入れられません。画像を選び直してください。"))


def _name_of(member_id: int | None) -> str:
    member = db.session.get(Member, member_id) if member_id is not None else None
    return member.display_name if member is not None else ""
