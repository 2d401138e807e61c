"""Who watches what, and what each member was notified of. The kinds are the rooms' (community/room)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, now, pk


class Watch(Base):
    """A member watches something from an instant until another. Dated, so that a rebuild notifies the same members."""

    __tablename__ = "watch"
    __table_args__ = (
        sa.Index("ix_watch_subject", "subject_kind", "subject_id"),
        sa.Index(
            "uq_watch_open",
            "member_id",
            "subject_kind",
            "subject_id",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )

    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    subject_kind: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int] = mapped_column(BigId)
    since: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime | None]
    # The newest signals when it began and ended: clocks may be set back, the ledger's ids are not. NULL if it began
    # or ended before these columns existed: then the instants are compared.
    after_signal_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    until_signal_id: Mapped[int | None] = mapped_column(sa.BigInteger)


class Bell(Base):
    """The version of the number on a member's bell: raised with every push, whatever the clock says."""

    __tablename__ = "bell"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    version: Mapped[int] = mapped_column(sa.BigInteger)


class Mention(Base):
    """A member is mentioned in something; written with it."""

    __tablename__ = "mention"

    subject_kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)


class Notification(Base):
    """A notification of one member of one act. Written by the projection only: a rebuild gives the same rows."""

    __tablename__ = "notification"
    # The key is for the member's page; this is for the projection, which overwrites an act's notifications.
    __table_args__ = (sa.Index("ix_notification_signal_id", "signal_id"),)

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    signal_id: Mapped[int] = mapped_column(sa.ForeignKey("signal.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    subject_kind: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int] = mapped_column(BigId)
    parent_kind: Mapped[str | None] = mapped_column(sa.String(24))
    parent_id: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime]


class NotificationKindPeriod(Base):
    """When a room had a kind, in sequence numbers of the ledger. Stored, so that a rebuild notifies the same people.

    Acts of before and between notify nobody of that kind: they were projected in silence.
    """

    __tablename__ = "notification_kind_period"
    __table_args__ = (
        sa.Index(
            "uq_notification_kind_period_open",
            "kind",
            unique=True,
            sqlite_where=sa.text("until_seq IS NULL"),
            postgresql_where=sa.text("until_seq IS NULL"),
        ),
    )

    id: Mapped[pk]
    kind: Mapped[str] = mapped_column(sa.String(16))
    after_seq: Mapped[int] = mapped_column(sa.BigInteger)
    until_seq: Mapped[int | None] = mapped_column(sa.BigInteger)


class NotificationRead(Base):
    """A member has seen a notification. Not part of it, so that a rebuild keeps what was read."""

    __tablename__ = "notification_read"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    signal_id: Mapped[int] = mapped_column(sa.ForeignKey("signal.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)


class Notice(Base):
    """A notification of one member without an act of the ledger: written by a room, in its own transaction.

    `key` names the event within its kind: for each member it is written once, for good; only `withdraw_all_but` gives
    it back. Visible from `due_at` until `expires_at`, unless it is withdrawn.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("kind", "key", "member_id"),
        sa.Index("ix_notice_member_id_due_at", "member_id", "due_at"),
        sa.Index(
            "ix_notice_unread",
            "member_id",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        ),
    )

    id: Mapped[pk]
    kind: Mapped[str] = mapped_column(sa.String(16))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    thing_kind: Mapped[str] = mapped_column(sa.String(24))
    thing_id: Mapped[int] = mapped_column(BigId)
    key: Mapped[str] = mapped_column(sa.String(120))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
