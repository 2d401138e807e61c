"""What was known when about memberships, licences and parents: append-only records of rows that change in place.

A score of a past day must be computable again from what was known when it was taken. Each record is written by the
flush that writes the row itself, so no code can forget it.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from .accounts import Account, Membership
from .base import Base, BigId, pk
from .ledger import SignalSequence


class MembershipRecord(Base):
    """A membership as it was written: the newest record of a `membership_id` holds.

    `place`: the ledger's last sequence number at that moment.
    """

    __tablename__ = "membership_record"
    __table_args__ = (
        sa.Index("ix_membership_record_account_id", "account_id"),
        sa.Index("ix_membership_record_member_id", "member_id"),
    )

    id: Mapped[pk]
    place: Mapped[int] = mapped_column(BigId)
    # No foreign key: a membership that never covered a day is deleted, and its records stay.
    membership_id: Mapped[int] = mapped_column(BigId)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    is_deleted: Mapped[bool] = mapped_column(default=False)


class AccountRecord(Base):
    """A company's licences and parent as they were written: the newest record of an account holds."""

    __tablename__ = "account_record"
    __table_args__ = (sa.Index("ix_account_record_account_id", "account_id"),)

    id: Mapped[pk]
    place: Mapped[int] = mapped_column(BigId)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    licences: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


_LAST_PLACE = sa.select(sa.func.coalesce(sa.func.max(SignalSequence.seq), 0)).scalar_subquery()
_OF_MEMBERSHIP = ("member_id", "account_id", "from_day", "until_day")
_OF_ACCOUNT = ("licences", "parent_id")


def _write(connection: sa.Connection, record: type[Base], values: dict[str, Any]) -> None:
    connection.execute(sa.insert(record.__table__).values(place=_LAST_PLACE, **values))  # pyright: ignore[reportArgumentType]


def _have_changed(row: Base, names: tuple[str, ...]) -> bool:
    changes = sa.inspect(row).attrs
    return any(changes[name].history.has_changes() for name in names)


def _record_membership(connection: sa.Connection, row: Membership, *, is_deleted: bool = False) -> None:
    known = {name: getattr(row, name) for name in _OF_MEMBERSHIP}
    _write(connection, MembershipRecord, {"membership_id": row.id, "is_deleted": is_deleted, **known})


def _record_account(connection: sa.Connection, row: Account) -> None:
    _write(connection, AccountRecord, {"account_id": row.id, **{name: getattr(row, name) for name in _OF_ACCOUNT}})


@event.listens_for(Membership, "after_insert")
def _membership_added(mapper: Mapper[Membership], connection: sa.Connection, row: Membership) -> None:
    del mapper
    _record_membership(connection, row)


@event.listens_for(Membership, "after_update")
def _membership_changed(mapper: Mapper[Membership], connection: sa.Connection, row: Membership) -> None:
    del mapper
    if _have_changed(row, _OF_MEMBERSHIP):
        _record_membership(connection, row)


@event.listens_for(Membership, "after_delete")
def _membership_deleted(mapper: Mapper[Membership], connection: sa.Connection, row: Membership) -> None:
    del mapper
    _record_membership(connection, row, is_deleted=True)


@event.listens_for(Account, "after_insert")
def _account_added(mapper: Mapper[Account], connection: sa.Connection, row: Account) -> None:
    del mapper
    _record_account(connection, row)


@event.listens_for(Account, "after_update")
def _account_changed(mapper: Mapper[Account], connection: sa.Connection, row: Account) -> None:
    del mapper
    if _have_changed(row, _OF_ACCOUNT):
        _record_account(connection, row)
