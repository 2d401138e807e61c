"""Reading the audit log, newest entries first."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from models.audit import AuditEntry
from models.base import db

from . import texts

PAGE_LENGTH = 50
# Rows fetched at once where the whole log is read.
ENTRY_CHUNK = 1000


@dataclass(frozen=True)
class AuditFilter:
    """Which entries are wanted; None: all.

    `since` is the first instant that is included, `before` the first that is not.
    """

    action: str | None = None
    actor_id: int | None = None
    since: datetime | None = None
    before: datetime | None = None


def list_entries(wanted: AuditFilter, page: int) -> Sequence[AuditEntry]:
    """Return one page of the entries that match, newest first; an empty list beyond the last page.

    By time, since pages put a day's entries under one heading; by number where the time is the same.
    """
    chosen = sa.select(AuditEntry).where(*_conditions(wanted)).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return db.session.scalars(chosen.limit(PAGE_LENGTH).offset((page - 1) * PAGE_LENGTH)).all()


def list_entries_of(subject_kind: str, subject_id: int) -> Sequence[AuditEntry]:
    """Return every entry about one subject, the oldest first."""
    of_subject = sa.select(AuditEntry).where(
        AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id == subject_id
    )
    return db.session.scalars(of_subject.order_by(AuditEntry.id)).all()


def count_entries(wanted: AuditFilter) -> int:
    """Return how many entries match."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(*_conditions(wanted))) or 0


def list_actions() -> Sequence[str]:
    """Return the names of all acts that are in the log, in alphabetical order."""
    return db.session.scalars(sa.select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()


def list_actor_ids() -> Sequence[int]:
    """Return the ids of all members who have an entry in the log; the operator has none."""
    acted = sa.select(AuditEntry.actor_id).where(AuditEntry.actor_id.is_not(None)).distinct()
    return [number for number in db.session.scalars(acted) if number is not None]


def find_newest(subject_kind: str, subject_id: int, actions: Collection[str]) -> AuditEntry | None:
    """Return the newest entry of one of these acts on the subject, or None."""
    chosen = sa.select(AuditEntry).where(
        AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id == subject_id, AuditEntry.action.in_(actions)
    )
    return db.session.scalar(chosen.order_by(AuditEntry.id.desc()).limit(1))


def get_entry(entry_id: int) -> AuditEntry | None:
    """Return the entry with this id, or None."""
    return db.session.get(AuditEntry, entry_id)


def list_wrong_texts() -> Iterator[str]:
    """Yield a sentence for each entry whose text was changed, or is gone without an erasure on record.

    Reads the whole log.
    """
    erased = set(db.session.scalars(_erasures()))
    everything = sa.select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=ENTRY_CHUNK)
    for entry in db.session.scalars(everything):
        if not texts.agrees(entry, is_erasure_on_record=entry.id in erased):
            yield f"audit entry {entry.id}: its text is not what was typed"


def find_wrong_texts(entries: Sequence[AuditEntry]) -> set[int]:
    """Return the ids of those entries that `list_wrong_texts` would name. One query."""
    ids = [entry.id for entry in entries]
    erased = set(db.session.scalars(_erasures().where(AuditEntry.subject_id.in_(ids))))
    return {entry.id for entry in entries if not texts.agrees(entry, is_erasure_on_record=entry.id in erased)}


def _erasures() -> sa.Select[int | None]:
    """Return the select of the ids of entries whose text somebody has erased."""
    is_erasure = sa.and_(AuditEntry.action == texts.ERASE, AuditEntry.subject_kind == texts.ENTRY)
    return sa.select(AuditEntry.subject_id).where(is_erasure)


def _conditions(wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.action is not None:
        conditions.append(AuditEntry.action == wanted.action)
    if wanted.actor_id is not None:
        conditions.append(AuditEntry.actor_id == wanted.actor_id)
    if wanted.since is not None:
        conditions.append(AuditEntry.at >= wanted.since)
    if wanted.before is not None:
        conditions.append(AuditEntry.at < wanted.before)
    return conditions
