"""The outbox: a mail is a row first, and leaves when the row is committed. And what people want of it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, now, pk


class Mail(Base):
    """One mail to one person about one event. `sent_at` is set once the server has taken it."""

    __tablename__ = "mail"
    __table_args__ = (sa.Index("ix_mail_member_id_created_at", "member_id", "created_at"),)

    id: Mapped[pk]
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(32))
    # What can wait is sent in working hours, is counted, and has a way out in it.
    can_wait: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    to_address: Mapped[str] = mapped_column(sa.String(254), index=True)
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


class NotificationMail(Base):
    """Whether, when and by which mail a person is mailed of one notification. Written with the notification.

    It is of an act (`signal_id`: its first record, whichever record of it counts now) or of a notice (`notice_id`).
    It stays when it is done (`due_at` None), with the mail or with why there was none: nobody is mailed twice.
    """

    __tablename__ = "notification_mail"
    __table_args__ = (
        sa.UniqueConstraint("signal_id", "member_id"),
        sa.CheckConstraint("(signal_id IS NULL) <> (notice_id IS NULL)", name="one_source"),
    )

    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    signal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("signal.id"))
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id"), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(default=now, index=True)
    in_digest: Mapped[bool] = mapped_column(default=False)
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id"), index=True)
    obstacle: Mapped[str] = mapped_column(sa.String(16), default="")


class Delivery(StrEnum):
    """How a person wants to be mailed of something."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NONE = "none"


class MailChoice(Base):
    """How a person wants to be mailed of one kind of notification; without a row, as the kind suggests."""

    __tablename__ = "mail_choice"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    delivery: Mapped[Delivery] = mapped_column(sa.String(16))


class MailRhythm(Base):
    """When a person wants mail that can wait; without a row, in working hours."""

    __tablename__ = "mail_rhythm"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    at_any_hour: Mapped[bool] = mapped_column(default=False)


class MailBounce(Base):
    """A mail came back. By address, so that somebody who changes theirs begins anew."""

    __tablename__ = "mail_bounce"

    mail_id: Mapped[int] = mapped_column(sa.ForeignKey("mail.id"), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(254), index=True)
    status: Mapped[str] = mapped_column(sa.String(16))  # RFC 3463: "5.1.1"
    is_hard: Mapped[bool]
    at: Mapped[datetime] = mapped_column(default=now)
