"""Reading the log, newest first."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from models.audit import AuditEntry
from models.base import db

from . import texts

PAGE_LENGTH = 50
# Read at once where all of them are looked at.
ENTRIES_AT_ONCE = 1000


@dataclass(frozen=True)
class AuditFilter:
    """What the reader wants to see; None: all. `since` belongs to it, `before` does not."""

    action: str | None = None
    actor_id: int | None = None
    since: datetime | None = None
    before: datetime | None = None


def list_entries(asked: AuditFilter, page: int) -> Sequence[AuditEntry]:
    """One page of those that were asked for."""
    chosen = sa.select(AuditEntry).where(*_wanted(asked)).order_by(AuditEntry.id.desc())
    return db.session.scalars(chosen.limit(PAGE_LENGTH).offset((page - 1) * PAGE_LENGTH)).all()


def count_entries(asked: AuditFilter) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(*_wanted(asked))) or 0


def list_actions() -> Sequence[str]:
    """Every kind of act that was ever done."""
    return db.session.scalars(sa.select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()


def list_actor_ids() -> Sequence[int]:
    """Everybody who ever did one."""
    acted = sa.select(AuditEntry.actor_id).where(AuditEntry.actor_id.is_not(None)).distinct()
    return [number for number in db.session.scalars(acted) if number is not None]


def find_newest(subject_kind: str, subject_id: int, actions: Collection[str]) -> AuditEntry | None:
    """The last time that one of these acts was done to the subject."""
    chosen = sa.select(AuditEntry).where(
        AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id == subject_id, AuditEntry.action.in_(actions)
    )
    return db.session.scalar(chosen.order_by(AuditEntry.id.desc()).limit(1))


def get_entry(entry_id: int) -> AuditEntry | None:
    """The entry with this number."""
    return db.session.get(AuditEntry, entry_id)


def list_wrong_texts() -> Iterator[str]:
    """A sentence for each entry whose text is not what was typed, or is gone without an erasure. Looks at all."""
    erased = set(db.session.scalars(_erasures()))
    everything = sa.select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=ENTRIES_AT_ONCE)
    for entry in db.session.scalars(everything):
        if not texts.agrees(entry, is_erasure_on_record=entry.id in erased):
            yield f"audit entry {entry.id}: its text is not what was typed"


def find_wrong_texts(entries: Sequence[AuditEntry]) -> set[int]:
    """Return the ids of those of them of which `list_wrong_texts` speaks. One query."""
    ids = [entry.id for entry in entries]
    erased = set(db.session.scalars(_erasures().where(AuditEntry.subject_id.in_(ids))))
    return {entry.id for entry in entries if not texts.agrees(entry, is_erasure_on_record=entry.id in erased)}


def _erasures() -> sa.Select[int | None]:
    """The ids of the entries whose text somebody has erased."""
    is_erasure = sa.and_(AuditEntry.action == texts.ERASE, AuditEntry.subject_kind == texts.ENTRY)
    return sa.select(AuditEntry.subject_id).where(is_erasure)


def _wanted(asked: AuditFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if asked.action is not None:
        conditions.append(AuditEntry.action == asked.action)
    if asked.actor_id is not None:
        conditions.append(AuditEntry.actor_id == asked.actor_id)
    if asked.since is not None:
        conditions.append(AuditEntry.at >= asked.since)
    if asked.before is not None:
        conditions.append(AuditEntry.at < asked.before)
    return conditions
