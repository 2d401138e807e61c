"""Reading notes."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from models.accounts import Member
from models.base import db
from models.moderation import visible

from . import rules
from .models import Note


def get_note(note_id: int, *, seen_by: Member | None) -> Note | None:
    note = db.session.get(Note, note_id, populate_existing=True)
    return note if note is not None and rules.can_read(seen_by, note) else None


def load_notes(ids: Collection[int]) -> Mapping[int, Note]:
    chosen = sa.select(Note).where(Note.id.in_(ids)).execution_options(populate_existing=True)
    return {note.id: note for note in db.session.scalars(chosen)}


def list_notes() -> Sequence[Note]:
    """What stands on the list: pinned ones first, then the newest."""
    return db.session.scalars(
        sa.select(Note).where(visible(Note)).order_by(Note.is_pinned.desc(), Note.id.desc())
    ).all()


def list_notes_of(member: Member, *, with_hidden: bool = False) -> Sequence[Note]:
    chosen = sa.select(Note).where(Note.author_id == member.id).order_by(Note.id)
    return db.session.scalars(chosen if with_hidden else chosen.where(visible(Note))).all()


def viewer_of(member: Member | None) -> Member | None:
    """The room judges by the person alone."""
    return member


def viewers_of(members: Collection[Member]) -> Mapping[int, Member]:
    return {member.id: member for member in members}
