"""What keeps an account its owner's: where they are signed in, codes for a lost telephone, a new address under way."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .accounts import Member
from .base import Base, now, pk, today


class KnownDevice(Base):
    """A browser in which a person has signed in before, recognised by a cookie. Only the cookie's SHA-256 is kept.

    People who share a browser share its cookie and have a row each. It opens nothing: it only keeps the wrong
    passwords of strangers from being counted against the owner (docs/decisions/0023-doors.md).
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
    """One browser in which a person is signed in; without its row the browser's cookies stand for nobody.

    Of the device only the words that its owner recognises it by; no network address (docs/decisions/0010).
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
    proved_at: Mapped[datetime | None]  # when its person last showed anew who they are, for acts that ask for it


class RecoveryCode(Base):
    """Stands in for the telephone, once. Only its SHA-256 is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("member_id", "code_hash"),)

    id: Mapped[pk]
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None]


class TryCount(Base):
    """How often something was tried within one window of time, for the limits of the doors. Gone within a day.

    The key is a keyed hash: neither an address of mail nor of a network can be read from it.
    """

    __tablename__ = "try_count"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    tries: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class EmailChange(Base):
    """A person wants another address: open until it is confirmed or stopped, and undone within a week at most."""

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
