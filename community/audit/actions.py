"""Writing the audit log. Entries are only added: triggers of the database refuse to change or delete one."""

from typing import Any

import sqlalchemy as sa

from community.room import current_rooms
from models.audit import AuditEntry, AuditText
from models.base import db, now

from . import texts


def record(
    actor_id: int | None,
    action: str,
    subject_kind: str,
    subject_id: int | None,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Add an entry to the audit log and return it. `actor_id` None: the operator at the command line.

    The reason, and values that somebody typed, stand in a row of their own that can be erased: see `texts`.
    """
    (kept_before, typed_before), (kept_after, typed_after) = texts.split(before), texts.split(after)
    text = texts.make_text(reason, typed_before, typed_after)
    entry = AuditEntry(
        actor_id=actor_id,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        before=kept_before,
        after=kept_after,
        text_hash=texts.fingerprint(text) if text else None,
        text=text,
    )
    db.session.add(entry)
    return entry


def erase_text(entry: AuditEntry, by_id: int) -> bool:
    """Blank what was typed with an act, for good, and where its room keeps it too. Return whether anything was blanked.

    The erasure is an entry of the log as well. Nothing is written if nothing was typed or the text is erased already.
    """
    chosen = sa.select(AuditText).where(AuditText.entry_id == entry.id).with_for_update()
    text = db.session.scalar(chosen.execution_options(populate_existing=True))
    if text is None or text.erased_at is not None:
        return False
    copy = current_rooms().reason_copies.get(entry.action)
    if copy is not None:
        copy.erase(entry)
    text.salt = text.reason = text.details = ""
    text.erased_at = now()
    record(by_id, texts.ERASE, texts.ENTRY, entry.id)
    return True
