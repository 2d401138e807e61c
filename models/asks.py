"""Who was asked for a talk, an interview or a quotation, and when: nobody is asked too often."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, now, pk


class AskKind(StrEnum):
    """What somebody was asked for. All of them count alike: it is one person's time."""

    TALK = "talk"
    INTERVIEW = "interview"
    QUOTE = "quote"


class Ask(Base):
    """Somebody was asked. Never deleted: it counts from its day on, whatever the answer.

    `account_id`: the person's company on that day. `subject_kind`, `subject_id`: for what, once for each.
    `taken_back_at`: nobody has answered yet, and it counts no more. `is_override`: it went beyond a limit; why stands
    in the audit log.
    """

    __tablename__ = "ask"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "kind", "subject_kind", "subject_id"),
        sa.Index("ix_ask_account_id_asked_on", "account_id", "asked_on"),
        sa.Index("ix_ask_asked_on", "asked_on"),
    )

    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    kind: Mapped[AskKind] = mapped_column(sa.String(16))
    subject_kind: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int] = mapped_column(BigId)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    asked_on: Mapped[date]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    is_override: Mapped[bool] = mapped_column(default=False)
    taken_back_at: Mapped[datetime | None]
