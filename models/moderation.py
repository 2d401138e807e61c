"""Content that was hidden or restored: by whom, and why."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, now, pk


class RemovalReason(StrEnum):
    """The kinds of reason for a removal; the author reads it."""

    SPAM = "spam"
    HARASSMENT = "harassment"
    PERSONAL_DATA = "personal_data"
    CONFIDENTIAL = "confidential"
    OFF_TOPIC = "off_topic"
    AUTHOR = "author"  # taken back by the author
    OTHER = "other"


class Moderated:
    """Mixin for content that can be hidden and restored. Everything else (lists, counts) is derived at read."""

    hidden_at: Mapped[datetime | None]


def visible(content: type[Moderated]) -> sa.ColumnElement[bool]:
    """Return the condition that a row of this model (or of its alias) is not hidden; `~visible(…)`: that it is.

    Partial indexes say the same in words: `hidden_at IS NULL`.
    """
    return content.hidden_at.is_(None)


class Removal(Base):
    """One hiding of one item: open while `restored_at` is NULL."""

    __tablename__ = "removal"
    __table_args__ = (
        sa.Index(
            "uq_removal_open",
            "item_kind",
            "item_id",
            unique=True,
            sqlite_where=sa.text("restored_at IS NULL"),
            postgresql_where=sa.text("restored_at IS NULL"),
        ),
    )

    id: Mapped[pk]
    item_kind: Mapped[str] = mapped_column(sa.String(24))
    item_id: Mapped[int] = mapped_column(BigId)
    reason: Mapped[RemovalReason] = mapped_column(sa.String(24))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    removed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    removed_at: Mapped[datetime] = mapped_column(default=now)
    restored_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    restored_at: Mapped[datetime | None]
    restore_note: Mapped[str] = mapped_column(sa.Text, default="")
