"""Storing pictures and attaching them to what they belong to."""

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from models.accounts import Member
from models.base import after_commit, db, now
from models.files import StoredImage

from . import blob_store, holders
from .giving_up import choose_dispensable, give_up
from .pictures import read_picture
from .queries import folder, get_image, list_keys_among, uploaded_at
from .rules import (
    A_DAY,
    LOOSE_AGE,
    ORPHAN_AGE,
    TOO_MANY_TODAY,
    UPLOADS_A_DAY,
    TooManyPictures,
    is_key,
)

# Keys in one query; SQLite takes some ten thousand values.
SWEEP_CHUNK = 500


class PictureHolder(Protocol):
    """A row that pictures can be attached to."""

    __tablename__: str
    id: Mapped[int]


def store_image(owner: Member, data: bytes, key: str | None = None) -> StoredImage:
    """Store a picture that only its owner can see yet, and return its row. Raises BadImage.

    The key is random unless given. The database is touched last, so that no lock is held while the picture is encoded;
    the bytes are on the disk before the row can be committed. The owner's row is locked then: of two concurrent uploads
    the second counts the first, and a key that only this owner can know is stored once. Raises TooManyPictures.
    """
    picture = read_picture(data)
    put = blob_store.put(folder(), picture.data, key)
    db.session.execute(sa.select(Member.id).where(Member.id == owner.id).with_for_update(key_share=True))
    known = get_image(put) if key is not None else None
    if known is not None:
        return known
    try:
        refuse_too_many(owner.id, now())
    except TooManyPictures:
        discard([blob_store.path_of(folder(), put)])
        raise
    given_up = give_up(choose_dispensable(owner.id, now()))
    after_commit(lambda: discard(given_up))  # the sweep finds a file that is left behind
    image = StoredImage(
        key=put,
        owner_id=owner.id,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        size=len(picture.data),
    )
    db.session.add(image)
    db.session.flush()
    return image


def refuse_too_many(owner_id: int, at: datetime) -> None:
    """Raise TooManyPictures if the person may store no other picture now. Call this before decoding, too."""
    first = uploaded_at(owner_id, UPLOADS_A_DAY)
    if first is not None and first > at - A_DAY:
        raise TooManyPictures(TOO_MANY_TODAY, int((first + A_DAY - at).total_seconds()) + 1)
    choose_dispensable(owner_id, at)


def attach(keys: Collection[str], owner: Member, subject: PictureHolder) -> int:
    """Attach the owner's own unattached pictures to the subject, whose viewers then see them. Return how many."""
    wanted = [key for key in keys if is_key(key)]
    if not wanted:
        return 0
    hung = db.session.execute(
        sa.update(StoredImage)
        .where(
            StoredImage.key.in_(wanted),
            StoredImage.owner_id == owner.id,
            StoredImage.subject_kind.is_(None),
        )
        .values(subject_kind=subject.__tablename__, subject_id=subject.id)
        .returning(StoredImage.id)
    )
    return len(hung.all())


def drop_unused(at: datetime, after: int, limit: int = SWEEP_CHUNK) -> tuple[int | None, list[Path]]:
    """Delete old rows of unattached pictures that nobody needs, from the id `after` on.

    Returns the last id that was examined (None if there are no more) and the files to remove after the commit. A
    process that dies in between leaves a file without a row, which `list_orphans` finds.
    """
    loose = StoredImage.subject_kind.is_(None)
    old = sa.select(StoredImage.id, StoredImage.key, StoredImage.owner_id).where(loose, StoredImage.id > after)
    old = old.where(StoredImage.created_at < at - LOOSE_AGE)
    rows = db.session.execute(old.order_by(StoredImage.id).limit(limit)).all()
    if not rows or not holders.are_known():
        return None, []
    held = holders.list_held([row.key for row in rows], {row.owner_id for row in rows})
    unused = [row.id for row in rows if row.key not in held]
    # Still unattached: a post may have been written with it meanwhile.
    gone = sa.delete(StoredImage).where(StoredImage.id.in_(unused), loose).returning(StoredImage.key)
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
