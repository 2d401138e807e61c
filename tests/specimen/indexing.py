"""Notes as they are found: by everybody."""

from collections.abc import Collection

import sqlalchemy as sa

from community.search import actions as search
from community.search.actions import Document
from models.accounts import Member
from models.base import db
from models.moderation import visible

from .models import Note

EVERYBODY = frozenset({"note:everybody"})


def tokens_of(viewer: Member | None) -> frozenset[str]:
    del viewer
    return EVERYBODY


def index_notes(ids: Collection[int]) -> None:
    db.session.flush()
    notes = db.session.scalars(sa.select(Note).where(Note.id.in_(ids), visible(Note))).all()
    search.forget("note", sorted(set(ids) - {note.id for note in notes}))
    search.index(*map(_document, notes))


def index_after(note_id: int) -> int | None:
    notes = db.session.scalars(sa.select(Note).where(Note.id > note_id).order_by(Note.id).limit(500)).all()
    index_notes([note.id for note in notes])
    return notes[-1].id if notes else None


def _document(note: Note) -> Document:
    return Document("note", note.id, note.title, note.body, EVERYBODY, note.created_at, author_id=note.author_id)
