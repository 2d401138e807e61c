"""The outbox, whose mails are sent after the commit, and what members want to be mailed."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, now, pk


class Mail(Base):
    """One mail to one person about one event. `sent_at` is set once the server has accepted it."""

    __tablename__ = "mail"
    __table_args__ = (sa.Index("ix_mail_member_id_created_at", "member_id", "created_at"),)

    id: Mapped[pk]
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(32))
    # Mail that can wait is sent in working hours, is counted, and contains an unsubscribe link.
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
    """Whether, when and by which mail a member is mailed about one notification. Written with the notification.

    It belongs to an act (`signal_id`: its first record, whichever record counts now) or to a notice (`notice_id`). A
    finished row stays (`due_at` None), with the mail or with the reason why there was none, so that nobody is mailed
    twice.
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
    """How a member wants a kind of notification mailed."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NONE = "none"


class MailChoice(Base):
    """A member's choice for one kind of notification; without a row, the kind's default applies."""

    __tablename__ = "mail_choice"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    delivery: Mapped[Delivery] = mapped_column(sa.String(16))


class MailRhythm(Base):
    """When a member wants mail that can wait; without a row, in working hours."""

    __tablename__ = "mail_rhythm"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    at_any_hour: Mapped[bool] = mapped_column(default=False)


class MailBounce(Base):
    """A mail that bounced. By address, so that a member with a new address starts without bounces."""

    __tablename__ = "mail_bounce"

    mail_id: Mapped[int] = mapped_column(sa.ForeignKey("mail.id"), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(254), index=True)
    status: Mapped[str] = mapped_column(sa.String(16))  # RFC 3463: "5.1.1"
    is_hard: Mapped[bool]
    at: Mapped[datetime] = mapped_column(default=now)
