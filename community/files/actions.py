"""Storing files and attaching them to what they belong to."""

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from models.accounts import Member
from models.base import after_commit, db, now
from models.files import StoredFile

from . import blob_store, holders
from .giving_up import choose_dispensable, give_up
from .queries import find_byte_limit_end, folder, get_file, list_keys_among, uploaded_at
from .rules import (
    A_DAY,
    DOCUMENT_BYTES_A_DAY,
    LOOSE_AGE,
    ORPHAN_AGE,
    TOO_MANY_BYTES_TODAY,
    TOO_MANY_TODAY,
    UPLOADS_A_DAY,
    TooManyFilesError,
    is_key,
)
from .uploads import Upload

# Keys in one query; SQLite takes some ten thousand values.
SWEEP_CHUNK = 500


class FileHolder(Protocol):
    """A row that files can be attached to."""

    __tablename__: str
    id: Mapped[int]


def store_file(owner: Member, upload: Upload, key: str | None = None) -> StoredFile:
    """Store a file that only its owner can see yet, and return its row.

    The key is random unless given. The database is touched last, so that no lock is held while the file is written; the
    bytes are on the disk before the row can be committed. The owner's row is locked then: of two concurrent uploads the
    second counts the first, and a key that only this owner can know is stored once. Raises TooManyFilesError.
    """
    put = blob_store.put(folder(), upload.data, key)
    db.session.execute(sa.select(Member.id).where(Member.id == owner.id).with_for_update(key_share=True))
    known = get_file(put) if key is not None else None
    if known is not None:
        return known
    try:
        refuse_too_many(owner.id, now())
        if upload.name:
            refuse_too_many_bytes(owner.id, len(upload.data), now())
    except TooManyFilesError:
        discard([blob_store.path_of(folder(), put)])
        raise
    given_up = give_up(choose_dispensable(owner.id, now()))
    after_commit(lambda: discard(given_up))  # the sweep finds a file that is left behind
    stored = StoredFile(
        key=put,
        owner_id=owner.id,
        media_type=upload.media_type,
        kind=upload.kind,
        name=upload.name,
        width=upload.width,
        height=upload.height,
        size=len(upload.data),
    )
    db.session.add(stored)
    db.session.flush()
    return stored


def refuse_too_many(owner_id: int, at: datetime) -> None:
    """Raise TooManyFilesError if the person may store no other file now. Call this before reading an upload, too."""
    first = uploaded_at(owner_id, UPLOADS_A_DAY)
    if first is not None and first > at - A_DAY:
        raise TooManyFilesError(TOO_MANY_TODAY, int((first + A_DAY - at).total_seconds()) + 1)
    choose_dispensable(owner_id, at)


def refuse_too_many_bytes(owner_id: int, size: int, at: datetime) -> None:
    """Raise TooManyFilesError if a document of this size is too much for the person's day."""
    room = DOCUMENT_BYTES_A_DAY - size
    end = find_byte_limit_end(owner_id, at - A_DAY, room)
    if end is not None:
        raise TooManyFilesError(TOO_MANY_BYTES_TODAY, int((end + A_DAY - at).total_seconds()) + 1)


def attach(keys: Collection[str], owner: Member, subject: FileHolder) -> int:
    """Attach the owner's own unattached files to the subject, whose viewers then see them. Return how many."""
    wanted = [key for key in keys if is_key(key)]
    if not wanted:
        return 0
    hung = db.session.execute(
        sa.update(StoredFile)
        .where(
            StoredFile.key.in_(wanted),
            StoredFile.owner_id == owner.id,
            StoredFile.subject_kind.is_(None),
        )
        .values(subject_kind=subject.__tablename__, subject_id=subject.id)
        .returning(StoredFile.id)
    )
    return len(hung.all())


def drop_unused(at: datetime, after: int, limit: int = SWEEP_CHUNK) -> tuple[int | None, list[Path]]:
    """Delete old rows of unattached files that nobody needs, from the id `after` on.

    Returns the last id that was examined (None if there are no more) and the files to remove after the commit. A
    process that dies in between leaves a file without a row, which `list_orphans` finds.
    """
    loose = StoredFile.subject_kind.is_(None)
    old = sa.select(StoredFile.id, StoredFile.key, StoredFile.owner_id).where(loose, StoredFile.id > after)
    old = old.where(StoredFile.created_at < at - LOOSE_AGE)
    rows = db.session.execute(old.order_by(StoredFile.id).limit(limit)).all()
    if not rows or not holders.are_known():
        return None, []
    held = holders.list_held([row.key for row in rows], {row.owner_id for row in rows})
    unused = [row.id for row in rows if row.key not in held]
    # Still unattached: a post may have been written with it meanwhile.
    gone = sa.delete(StoredFile).where(StoredFile.id.in_(unused), loose).returning(StoredFile.key)
    dropped = db.session.scalars(gone).all() if unused else []
    return rows[-1].id, [blob_store.path_of(folder(), key) for key in dropped]


def list_orphans(at: datetime) -> list[Path]:
    """Return files that have no row and will get none: their upload ended between file and commit."""
    old = list(blob_store.list_older_than(folder(), at - ORPHAN_AGE))
    orphans: list[Path] = []
    for start in range(0, len(old), SWEEP_CHUNK):
        chunk = old[start : start + SWEEP_CHUNK]
        known = list_keys_among([path.name for path in chunk])
        orphans += [path for path in chunk if path.name not in known]
    return orphans


def discard(paths: Iterable[Path]) -> int:
    """Remove these files. Return how many still existed."""
    removed = 0
    for path in paths:
        try:
            path.unlink()
            removed += 1
        except FileNotFoundError:
            continue
    return removed
