"""What protects a login: known devices, sign-ins, recovery codes, changes of address, counts of tries."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .accounts import Member
from .base import Base, now, pk, today


class KnownDevice(Base):
    """A browser in which a member has signed in before, recognised by a cookie. Only the cookie's SHA-256 is stored.

    Members who share a browser share its cookie and have a row each. It gives no access: it only keeps strangers' wrong
    passwords from counting against the owner (docs/decisions/0023-doors.md).
    """

    __tablename__ = "known_device"
    __table_args__ = (sa.UniqueConstraint("token_hash", "member_id"),)

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    browser: Mapped[str] = mapped_column(sa.String(24), default="")  # a product's name; empty: unknown
    system: Mapped[str] = mapped_column(sa.String(24), default="")
    made_on: Mapped[date] = mapped_column(default=today)
    seen_on: Mapped[date] = mapped_column(default=today, index=True)


class SignIn(Base):
    """One browser in which a member is signed in; without this row, the browser's cookies are worth nothing.

    Of the device it holds only the words by which its owner recognises it; no network address (docs/decisions/0010).
    """

    __tablename__ = "sign_in"

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)  # in the signed cookies
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    browser: Mapped[str] = mapped_column(sa.String(24), default="")  # a product's name; empty: unknown
    system: Mapped[str] = mapped_column(sa.String(24), default="")
    device_id: Mapped[int | None] = mapped_column(sa.ForeignKey("known_device.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now, index=True)
    proved_at: Mapped[datetime | None]  # when the member last proved again who they are, for acts that need it


class RecoveryCode(Base):
    """A code that replaces the telephone, once. Only its SHA-256 is stored."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("member_id", "code_hash"),)

    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None]


class TryCount(Base):
    """How often something was tried within one window of time, for limits. Deleted within a day.

    The key is a keyed hash, from which neither a mail address nor a network address can be read.
    """

    __tablename__ = "try_count"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    tries: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class EmailChange(Base):
    """A change of a member's address: open until it is confirmed or stopped, and reversible for a week at most."""

    __tablename__ = "email_change"
    __table_args__ = (
        sa.Index(
            "uq_email_change_open",
            "member_id",
            unique=True,
            sqlite_where=sa.text("confirmed_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    old_email: Mapped[str] = mapped_column(sa.String(254))
    new_email: Mapped[str] = mapped_column(sa.String(254))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # replaced, stopped or undone

    member: Mapped[Member] = relationship(lazy="joined")
