"""Keeping pictures and hanging them on what they belong to."""

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from models.accounts import Member
from models.base import db
from models.files import StoredImage

from . import shelf
from .pictures import read_picture
from .queries import folder, list_keys_among
from .rules import ORPHAN_AGE, is_key

# Keys asked for in one query; SQLite takes some ten thousand values.
SWEEP_CHUNK = 500


class Subject(Protocol):
    """A row that pictures can hang on."""

    __tablename__: str
    id: Mapped[int]


def store_image(owner: Member, data: bytes, key: str | None = None) -> StoredImage:
    """Keep a picture that nobody but its owner sees yet, under the key or a random one. Raises BadImage.

    The database is touched last, so that no lock is held while the picture is drawn; the bytes are on the disk before
    the row can be committed.
    """
    picture = read_picture(data)
    key = shelf.put(folder(), picture.data, key)
    image = StoredImage(
        key=key,
        owner_id=owner.id,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        size=len(picture.data),
    )
    db.session.add(image)
    db.session.flush()
    return image


def attach(keys: Collection[str], owner: Member, subject: Subject) -> int:
    """Hang the owner's own, still loose pictures on the subject: whoever may see it sees them. Say how many."""
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


def list_orphans(now: datetime) -> list[Path]:
    """Files that no row names and none will: an upload ended between its file and its commit."""
    old = list(shelf.list_older_than(folder(), now - ORPHAN_AGE))
    orphans: list[Path] = []
    for start in range(0, len(old), SWEEP_CHUNK):
        chunk = old[start : start + SWEEP_CHUNK]
        known = list_keys_among([path.name for path in chunk])
        orphans += [path for path in chunk if path.name not in known]
    return orphans


def discard(paths: Iterable[Path]) -> int:
    """Remove these files; say how many were still there."""
    removed = 0
    for path in paths:
        try:
            path.unlink()
            removed += 1
        except FileNotFoundError:
            continue
    return removed
