"""Hide and restore things. Acts on a hidden thing are reversed in the ledger, and count again with the thing."""

from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from community.audit import record
from community.ledger.actions import Subject, reinstate, reverse
from community.ledger.queries import list_acts_on, tips_of
from community.room import Moderation, current_rooms
from models.accounts import Member
from models.audit import AuditEntry
from models.base import db, now
from models.ledger import Signal, SignalCause
from models.moderation import Removal, RemovalReason

from .queries import get_open_removal, open_removals

REMOVE, RESTORE = "moderation.remove", "moderation.restore"
# Column of Removal that has the same text as the reason of the audit entry.
_NOTES = {REMOVE: "note", RESTORE: "restore_note"}


class Item(Subject, Protocol):
    """A row of a Moderated model."""

    hidden_at: Mapped[datetime | None]


def lock(item: Item) -> Removal | None:
    """Lock the item as its room does, which reads anew whether it is hidden. Return the removal that hides it now.

    Ask rules after this: what was judged before may have changed while another transaction held the lock.
    """
    moderation = _moderation_of(item)
    if moderation is not None:
        moderation.lock(item)
    return get_open_removal(item.__tablename__, item.id)


def remove(item: Item, by: Member, reason: RemovalReason, note: str = "") -> Removal:
    """Hide the item, reverse every act on it or below it in the ledger, and do what its room adds.

    Return the removal; if the item is hidden already, the one that hides it. A moderator's removal replaces the
    author's own, which the author could lift: its `removed_at` is the `restored_at` of the one it replaces.
    """
    kind, moderation, already = item.__tablename__, _moderation_of(item), lock(item)
    if already is not None and (already.reason != RemovalReason.AUTHOR or reason == RemovalReason.AUTHOR):
        return already
    at = now()
    if already is not None:
        already.restored_at, already.restored_by_id = at, by.id
        db.session.flush()  # before the new row: one removal of an item is open
    removal = Removal(item_kind=kind, item_id=item.id, reason=reason, note=note, removed_by_id=by.id, removed_at=at)
    item.hidden_at = at
    db.session.add(removal)
    db.session.flush()
    for act in list_acts_on(kind, item.id):
        reverse(act, SignalCause.MODERATION)
    if reason != RemovalReason.AUTHOR:
        record(by.id, REMOVE, kind, item.id, after={"reason": reason.value}, reason=note)
    if moderation is not None:
        moderation.after_hide(item)
    return removal


def restore(item: Item, by: Member, note: str = "") -> Removal | None:
    """Show the item again, and do what its room adds. Return the ended removal, or None if the item was not hidden.

    Acts that were withdrawn with the item count again, unless their subject or parent is still hidden. What its author
    had withdrawn before a moderator removed it is withdrawn again, and stays hidden.
    """
    kind, moderation, removal = item.__tablename__, _moderation_of(item), lock(item)
    if removal is None:
        return None
    removal.restored_at, removal.restored_by_id = now(), by.id
    # An author's own has no audit entry, by which the note could be erased.
    removal.restore_note = note if removal.reason != RemovalReason.AUTHOR else ""
    db.session.flush()
    own = _find_replaced(removal)
    if own is not None:
        own.restored_at = own.restored_by_id = None
    else:
        item.hidden_at = None
        db.session.flush()
        _reinstate_acts(list_acts_on(kind, item.id))
    if removal.reason != RemovalReason.AUTHOR:
        record(by.id, RESTORE, kind, item.id, before={"reason": removal.reason}, reason=note)
    if moderation is not None:
        moderation.after_restore(item)
    return removal


def erase_note(entry: AuditEntry) -> None:
    """Blank the note that was typed with the removal or restoration of this audit entry. Other notes of the item stay.

    The n-th entry of an item belongs to its n-th removal (or restoration): each has exactly one. Removals by the author
    are not in the log and are not counted.
    """
    if entry.action not in _NOTES:
        return
    earlier = sa.select(sa.func.count()).where(
        AuditEntry.action == entry.action,
        AuditEntry.subject_kind == entry.subject_kind,
        AuditEntry.subject_id == entry.subject_id,
        AuditEntry.id < entry.id,
    )
    removals = sa.select(Removal.id).where(
        Removal.item_kind == entry.subject_kind,
        Removal.item_id == entry.subject_id,
        Removal.reason != RemovalReason.AUTHOR,
    )
    if entry.action == RESTORE:
        removals = removals.where(Removal.restored_at.is_not(None))
    removal_id = db.session.scalar(removals.order_by(Removal.id).offset(db.session.scalar(earlier) or 0).limit(1))
    blanked = sa.update(Removal).where(Removal.id == removal_id).values({_NOTES[entry.action]: ""})
    db.session.execute(blanked)


def _find_replaced(removal: Removal) -> Removal | None:
    """Return the author's own removal that this one took the place of; None: there was none.

    The one that was in force last, ended by the same person at the same instant. The instant alone may be another's:
    the author may have restored it just then.
    """
    own = sa.select(Removal).where(
        Removal.item_kind == removal.item_kind,
        Removal.item_id == removal.item_id,
        Removal.reason == RemovalReason.AUTHOR,
        Removal.restored_at == removal.removed_at,
        Removal.restored_by_id == removal.removed_by_id,
        Removal.id < removal.id,
    )
    return db.session.scalar(own.order_by(Removal.id.desc()).limit(1))


def _moderation_of(item: Item) -> Moderation[Any, Any] | None:
    return current_rooms().moderations.get(item.__tablename__)


def _reinstate_acts(acts: list[Signal]) -> None:
    hidden = open_removals(place for act in acts for place in _places(act))
    tips = tips_of(acts)
    for act in acts:
        # An act that its member withdrew stays withdrawn: the cause of its newest reversal says so.
        if tips[act.id].cause == SignalCause.MODERATION and not any(place in hidden for place in _places(act)):
            reinstate(act, SignalCause.MODERATION)


def _places(act: Signal) -> list[tuple[str, int]]:
    places = [(act.subject_kind, act.subject_id)]
    if act.parent_kind is not None and act.parent_id is not None:
        places.append((act.parent_kind, act.parent_id))
    return places
