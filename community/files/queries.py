"""Rows of files, and the paths of their bytes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from community.config import Config
from models.base import db
from models.files import PICTURE, StoredFile

from . import blob_store
from .documents import describe
from .rules import is_key


def get_file(key: str) -> StoredFile | None:
    """Return the file of this key, or None. Its subject's room decides who may see it."""
    return db.session.scalar(sa.select(StoredFile).where(StoredFile.key == key)) if is_key(key) else None


def list_files_of(owner_id: int) -> Sequence[StoredFile]:
    """Return the person's uploads, newest first, without those given up."""
    own = sa.select(StoredFile).where(StoredFile.owner_id == owner_id, StoredFile.size > 0)
    return db.session.scalars(own.order_by(StoredFile.id.desc())).all()


def list_keys_among(keys: Collection[str]) -> set[str]:
    """Return those of the keys that have a row."""
    return set(db.session.scalars(sa.select(StoredFile.key).where(StoredFile.key.in_(keys))))


class LooseFile(NamedTuple):
    """Columns of a file that is not attached to anything."""

    id: int
    key: str
    created_at: datetime


def list_loose(owner_id: int) -> list[LooseFile]:
    """Return the person's unattached files, oldest first, without those given up."""
    asked = sa.select(StoredFile.id, StoredFile.key, StoredFile.created_at)
    loose = asked.where(StoredFile.owner_id == owner_id, StoredFile.subject_kind.is_(None), StoredFile.size > 0)
    return [LooseFile(*row) for row in db.session.execute(loose.order_by(StoredFile.created_at, StoredFile.id))]


def uploaded_at(owner_id: int, number: int) -> datetime | None:
    """Return when the person made their `number`-th newest upload; None if there are not so many.

    Files given up since count, too.
    """
    own = sa.select(StoredFile.created_at).where(StoredFile.owner_id == owner_id)
    return db.session.scalar(own.order_by(StoredFile.created_at.desc()).offset(number - 1).limit(1))


def find_byte_limit_end(owner_id: int, since: datetime, room: int) -> datetime | None:
    """Return when the newest document was stored that is too many: from it on they have more than `room` bytes.

    None if all of the person's documents since then have no more. What was given up takes no place and has no size.
    """
    own = sa.select(StoredFile.created_at, StoredFile.size).where(
        StoredFile.owner_id == owner_id, StoredFile.created_at > since, StoredFile.kind != PICTURE
    )
    total = 0
    for created_at, size in db.session.execute(own.order_by(StoredFile.created_at.desc())):
        total += size
        if total > room:
            return created_at
    return None


def list_shapes(keys: Collection[str]) -> tuple[dict[str, tuple[int, int]], dict[str, str]]:
    """Return by key how pictures and documents are shown in a text: width and height; kind and size in words."""
    if not keys:
        return {}, {}
    rows = db.session.scalars(sa.select(StoredFile).where(StoredFile.key.in_(keys))).all()
    sizes = {row.key: (row.width, row.height) for row in rows if row.width is not None and row.height is not None}
    return sizes, {row.key: describe(row.kind, row.name, row.size) for row in rows if row.kind != PICTURE}


def path_of(file: StoredFile) -> Path:
    """Return the path of the file's bytes."""
    return blob_store.path_of(folder(), file.key)


def folder() -> Path:
    """Return the application's folder of uploads."""
    config: Config = current_app.config["TSUDOI"]
    return config.files_dir
