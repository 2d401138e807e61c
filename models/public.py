"""The versions of what guests can see."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class PublicVersion(Base):
    """The version of one scope: "topic:7", "category:3", "everything". A scope that never changed has no row.

    `version` is a new random word after each change, so that no roll-back or copy of the database restores an old one.
    There are at most as many rows as topics and categories (and other things of rooms), of some sixty bytes each.
    """

    __tablename__ = "public_version"

    scope: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    version: Mapped[str] = mapped_column(sa.String(32))
