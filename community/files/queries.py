"""Reading what is known of pictures, and where they lie."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from flask import current_app

from community.config import Config
from models.base import db
from models.files import StoredImage

from . import shelf
from .rules import is_key


def get_image(key: str) -> StoredImage | None:
    """The picture of this key. Who may see it, its subject's room says."""
    return db.session.scalar(sa.select(StoredImage).where(StoredImage.key == key)) if is_key(key) else None


def list_images_of(owner_id: int) -> Sequence[StoredImage]:
    """What the person uploaded, newest first."""
    own = sa.select(StoredImage).where(StoredImage.owner_id == owner_id, StoredImage.size > 0)
    return db.session.scalars(own.order_by(StoredImage.id.desc())).all()


def list_keys_among(keys: Collection[str]) -> set[str]:
    """Those of the keys that have a row."""
    return set(db.session.scalars(sa.select(StoredImage.key).where(StoredImage.key.in_(keys))))


class LoosePicture(NamedTuple):
    """What is asked of a picture that hangs on nothing."""

    id: int
    key: str
    created_at: datetime


def list_loose(owner_id: int) -> list[LoosePicture]:
    """The person's pictures that hang on nothing, the oldest first, without those that were given up."""
    asked = sa.select(StoredImage.id, StoredImage.key, StoredImage.created_at)
    loose = asked.where(StoredImage.owner_id == owner_id, StoredImage.subject_kind.is_(None), StoredImage.size > 0)
    return [LoosePicture(*row) for row in db.session.execute(loose.order_by(StoredImage.created_at, StoredImage.id))]


def uploaded_at(owner_id: int, number: int) -> datetime | None:
    """When the person uploaded the picture of this number, counted from the newest; None if there are not so many.

    What was given up since counts too.
    """
    own = sa.select(StoredImage.created_at).where(StoredImage.owner_id == owner_id)
    return db.session.scalar(own.order_by(StoredImage.created_at.desc()).offset(number - 1).limit(1))


def path_of(image: StoredImage) -> Path:
    """Where its bytes lie."""
    return shelf.path_of(folder(), image.key)


def folder() -> Path:
    """The folder of files of this application."""
    config: Config = current_app.config["TSUDOI"]
    return config.files_dir
