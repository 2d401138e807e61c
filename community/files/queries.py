"""Reading what is known of pictures, and where they lie."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

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
    own = sa.select(StoredImage).where(StoredImage.owner_id == owner_id)
    return db.session.scalars(own.order_by(StoredImage.id.desc())).all()


def list_keys_among(keys: Collection[str]) -> set[str]:
    """Those of the keys that have a row."""
    return set(db.session.scalars(sa.select(StoredImage.key).where(StoredImage.key.in_(keys))))


def count_loose(owner_id: int) -> int:
    """How many of the person's pictures hang on nothing."""
    loose = sa.select(sa.func.count()).select_from(StoredImage)
    return db.session.scalar(loose.where(StoredImage.owner_id == owner_id, StoredImage.subject_kind.is_(None))) or 0


def uploaded_at(owner_id: int, number: int) -> datetime | None:
    """When the person uploaded the picture of this number, counted from the newest; None if there are not so many."""
    own = sa.select(StoredImage.created_at).where(StoredImage.owner_id == owner_id)
    return db.session.scalar(own.order_by(StoredImage.created_at.desc()).offset(number - 1).limit(1))


def path_of(image: StoredImage) -> Path:
    """Where its bytes lie."""
    return shelf.path_of(folder(), image.key)


def folder() -> Path:
    """The folder of files of this application."""
    config: Config = current_app.config["TSUDOI"]
    return config.files_dir
