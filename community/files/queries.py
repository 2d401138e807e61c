"""Rows of pictures, and the paths of their files."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from community.config import Config
from models.base import db
from models.files import StoredImage

from . import blob_store
from .rules import is_key


def get_image(key: str) -> StoredImage | None:
    """Return the picture of this key, or None. Its subject's room decides who may see it."""
    return db.session.scalar(sa.select(StoredImage).where(StoredImage.key == key)) if is_key(key) else None


def list_images_of(owner_id: int) -> Sequence[StoredImage]:
    """Return the person's uploads, newest first, without those given up."""
    own = sa.select(StoredImage).where(StoredImage.owner_id == owner_id, StoredImage.size > 0)
    return db.session.scalars(own.order_by(StoredImage.id.desc())).all()


def list_keys_among(keys: Collection[str]) -> set[str]:
    """Return those of the keys that have a row."""
    return set(db.session.scalars(sa.select(StoredImage.key).where(StoredImage.key.in_(keys))))


class LoosePicture(NamedTuple):
    """Columns of a picture that is not attached to anything."""

    id: int
    key: str
    created_at: datetime


def list_loose(owner_id: int) -> list[LoosePicture]:
    """Return the person's unattached pictures, oldest first, without those given up."""
    asked = sa.select(StoredImage.id, StoredImage.key, StoredImage.created_at)
    loose = asked.where(StoredImage.owner_id == owner_id, StoredImage.subject_kind.is_(None), StoredImage.size > 0)
    return [LoosePicture(*row) for row in db.session.execute(loose.order_by(StoredImage.created_at, StoredImage.id))]


def uploaded_at(owner_id: int, number: int) -> datetime | None:
    """Return when the person made their `number`-th newest upload; None if there are not so many.

    Pictures given up since count, too.
    """
    own = sa.select(StoredImage.created_at).where(StoredImage.owner_id == owner_id)
    return db.session.scalar(own.order_by(StoredImage.created_at.desc()).offset(number - 1).limit(1))


def path_of(image: StoredImage) -> Path:
    """Return the path of the picture's file."""
    return blob_store.path_of(folder(), image.key)


def folder() -> Path:
    """Return the application's folder of uploads."""
    config: Config = current_app.config["TSUDOI"]
    return config.files_dir
