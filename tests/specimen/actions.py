"""Writing notes, and what follows from it in the same transaction."""

import sqlalchemy as sa
from flask import current_app

from community import audit, realtime
from community.accounts.queries import account_id_on
from community.ledger.actions import record_signal
from community.ledger.rules import day_of
from community.notifications import actions as notifications
from community.notifications.notices import notify, withdraw
from models.accounts import Member
from models.base import db, now
from models.ledger import Signal, SignalKind

from .indexing import index_notes
from .models import Note
from .notifications import REVIEW


def write_note(author: Member, title: str, body: str) -> Note:
    at = now()
    company = account_id_on(author.id, day_of(at, current_app.config["COMMUNITY_ZONE"]))
    note = Note(title=title, body=body, author_id=author.id, account_id=company, created_at=at)
    db.session.add(note)
    db.session.flush()
    notifications.watch(author.id, note, at=at)
    index_notes([note.id])
    return note


def lock_note(note: Note) -> None:
    db.session.execute(sa.select(Note.id).where(Note.id == note.id).with_for_update())
    db.session.refresh(note)


def edit_note(note: Note, title: str, body: str) -> None:
    note.title, note.body = title, body
    follow_change(note)


def follow_change(note: Note) -> None:
    """Open pages hear of it, and it is found as it is now."""
    note.version += 1
    index_notes([note.id])
    realtime.push(f"note:{note.id}", "note", {"id": note.id, "version": note.version})


def present_note(note: Note, by: Member) -> Signal:
    """Somebody speaks about it: an engagement act of theirs, of which those hear who watch the note."""
    return record_signal(SignalKind.TALK_GIVEN, by, subject=note)


def ask_for_review(note: Note, reviewer: Member, by: Member) -> None:
    """No engagement act, and so a notice."""
    notify(REVIEW, [reviewer.id], ("note", note.id), key=f"note {note.id} review {reviewer.id}", by=by)


def withdraw_review(note: Note, reviewer: Member) -> None:
    withdraw(REVIEW, f"note {note.id} review {reviewer.id}")


def pin_note(note: Note, by: Member) -> None:
    """A privileged act: it is in the log."""
    before, note.is_pinned = note.is_pinned, not note.is_pinned
    note.version += 1
    audit.record(by.id, "notes.pin", "note", note.id, before={"is_pinned": before}, after={"is_pinned": not before})
