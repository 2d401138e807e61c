"""Uploaded files, visible to those who may see the thing they are attached to."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, now, pk

PICTURE = "picture"


class StoredFile(Base):
    """A file on disk, named by a random key. Without a subject only its owner sees it.

    A picture was drawn anew, without metadata, and has a size in pixels. Any other kind is kept as it came, with a
    harmless form of its name.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        sa.Index("ix_stored_file_subject", "subject_kind", "subject_id"),
        sa.CheckConstraint(
            "(kind = 'picture') = (width IS NOT NULL) AND (width IS NULL) = (height IS NULL)", name="pixels"
        ),
        sa.CheckConstraint("(kind = 'picture') = (name = '')", name="named"),
    )

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    subject_kind: Mapped[str | None] = mapped_column(sa.String(24))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    media_type: Mapped[str] = mapped_column(sa.String(32))
    kind: Mapped[str] = mapped_column(sa.String(16), default=PICTURE)
    name: Mapped[str] = mapped_column(sa.String(240), default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)
