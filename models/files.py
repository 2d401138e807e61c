"""Uploaded pictures: re-encoded, without metadata, visible to those who may see the thing they are attached to."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, now, pk


class StoredImage(Base):
    """A picture on disk, named by a random key. Without a subject only its owner sees it."""

    __tablename__ = "stored_image"
    __table_args__ = (sa.Index("ix_stored_image_subject", "subject_kind", "subject_id"),)

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    subject_kind: Mapped[str | None] = mapped_column(sa.String(24))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    media_type: Mapped[str] = mapped_column(sa.String(32))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)
