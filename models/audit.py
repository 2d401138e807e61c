"""Who did what with a privilege."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, BigId, now, pk


class AuditEntry(Base):
    """One privileged act.

    Append-only, like the ledger: ids, numbers, days and words of the code, nothing that was typed.

    What was typed is in its `AuditText`; the entry keeps SHA-256 of salt and text, which proves that the text is
    unchanged.
    """

    __tablename__ = "audit_entry"

    id: Mapped[pk]
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    actor_id: Mapped[int | None] = mapped_column(BigId)  # None: the operator at the command line
    action: Mapped[str] = mapped_column(sa.String(64))
    subject_kind: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    text_hash: Mapped[str | None] = mapped_column(sa.String(64))  # None: nothing was typed
    # Written by the code of the release before, while an upgrade goes on; the next release moves it and drops this.
    old_reason: Mapped[str] = mapped_column("reason", sa.Text, server_default="")

    text: Mapped["AuditText | None"] = relationship(lazy="joined")

    @property
    def reason(self) -> str:
        """The reason as it was typed; "" if none was, or if it has been erased."""
        return self.text.reason if self.text else self.old_reason or ""


class AuditText(Base):
    """What was typed with a privileged act: it may name people, and can therefore be erased, with its salt."""

    __tablename__ = "audit_text"

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_entry.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(32))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    details: Mapped[str] = mapped_column(sa.Text, default="")  # JSON: the values that the entry names only
    erased_at: Mapped[datetime | None]
