"""What the specimen hands over on floor 1. A real room has this in community/<room>/room.py."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from community import text
from community.accounts.rules import is_member
from community.ledger.rules import day_of
from community.room import (
    AuditWords,
    ChannelKind,
    Erasure,
    GuestTable,
    Moderation,
    Room,
    SampleCommunity,
    ScheduledTask,
    Scope,
    Searchable,
    SearchKind,
    Thing,
    ThingKind,
    Transfer,
    Treatment,
    WorkerTasks,
)
from models.base import db
from models.moderation import Removal

from . import actions, indexing, queries, rules
from .models import Note
from .notifications import GIVEN, REVIEW

LIST_SCOPE: Scope = "notes"


def note_scope(note_id: int) -> Scope:
    return f"note:{note_id}"


def _scopes_of_note(note: Note, changed: Collection[str]) -> list[Scope]:
    return [note_scope(note.id)] if {"body", "version"}.issuperset(changed) else [note_scope(note.id), LIST_SCOPE]


def _scopes_of_removal(removal: Removal, _changed: Collection[str]) -> list[Scope]:
    return [note_scope(removal.item_id)] if removal.item_kind == "note" else []


def _describe(note: Note) -> Thing:
    return Thing(
        kind="note",
        id=note.id,
        title=note.title,
        address=f"/notes/{note.id}",
        author_id=note.author_id,
        is_hidden=note.hidden_at is not None,
        html=text.to_html(note.body),
    )


def follow_transfer(transfer: Transfer) -> None:
    """Correct the company beside what was written since the day."""
    zone = current_app.config["COMMUNITY_ZONE"]
    since = datetime.combine(transfer.from_day, time.min, zone)
    written = sa.select(Note.id, Note.created_at).where(Note.author_id == transfer.member.id, Note.created_at >= since)
    companies: defaultdict[int | None, list[int]] = defaultdict(list)
    for note_id, at in db.session.execute(written.order_by(Note.id)):
        companies[transfer.company_on(day_of(at, zone))].append(note_id)
    for company, ids in companies.items():
        db.session.execute(sa.update(Note).where(Note.id.in_(ids)).values(account_id=company))


def _write_sample(community: SampleCommunity) -> str:
    author = next(iter(community.people.values()))
    actions.write_note(author, f"{community.day:%Y年}の覚え書き", "見本です。")
    return "1 note"


NOTE = ThingKind(
    name=Note.__tablename__,
    label=_l("覚え書き"),
    icon="book",
    load=queries.load_notes,
    describe=_describe,
    viewer=queries.viewer_of,
    viewers=queries.viewers_of,
    can_see=rules.can_read,
    is_live=True,
)
NOTES = Room(
    name="notes",
    things=(NOTE,),
    channels=(ChannelKind("notes", lambda member, _: member is not None and is_member(member)),),
    audit_words=AuditWords(
        actions={"notes.pin": _l("覚え書きを留めた")},
        names={"is_pinned": _l("留めてある")},
        sentences={"notes.pin": _l("%(who)sが覚え書き%(whom)sを留めました")},
    ),
    notifications=(GIVEN, REVIEW),
    search=Searchable(
        kinds=(SearchKind("note", _l("覚え書き"), position=50),),
        viewer=queries.viewer_of,
        tokens_of=indexing.tokens_of,
        indexers=(indexing.index_after,),
    ),
    moderation=(
        Moderation(
            kind="note",
            question=_l("この覚え書きを取り下げますか"),
            viewer=queries.viewer_of,
            get=lambda note_id, viewer: queries.get_note(note_id, seen_by=viewer),
            address=lambda note: f"/notes/{note.id}",
            can_remove=rules.can_remove,
            can_take_back=rules.can_edit,
            can_restore=rules.can_restore,
            lock=actions.lock_note,
            after_hide=actions.follow_change,
            after_restore=actions.follow_change,
        ),
    ),
    guest_tables=(
        GuestTable(Note, frozenset({"account_id"}), _scopes_of_note),
        GuestTable(Removal, frozenset(), _scopes_of_removal, placed_by=frozenset({"item_kind", "item_id"})),
    ),
    transfer_followers=(follow_transfer,),
    erasures=(
        Erasure("note", ("author_id",), Treatment.KEEP),
        Erasure("note", ("title", "body"), Treatment.CHOICE),
    ),
    tasks=WorkerTasks(
        modules=("tests.specimen.tasks",),
        schedule=(ScheduledTask("forget hidden notes", "notes.forget_hidden", timedelta(days=1)),),
        at_start=("notes.forget_hidden",),
    ),
    sample=_write_sample,
)
