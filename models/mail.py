"""The outbox: a mail is a row first, and leaves when the row is committed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, now, pk


class Mail(Base):
    """One mail to one person about one event. `sent_at` is set once the server has taken it."""

    __tablename__ = "mail"

    id: Mapped[pk]
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(32))
    to_address: Mapped[str] = mapped_column(sa.String(254))
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    subject: Mapped[str] = mapped_column(sa.String(255))
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    drop_after: Mapped[datetime | None]  # an overdue mail (an expired link) is dropped, not sent late
    next_try: Mapped[datetime | None] = mapped_column(default=now, index=True)  # None: nothing left to do
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(sa.Text, default="")
