"""Writes the records of memberships and of companies: in the flush that writes the row itself, so nobody forgets it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper

from models.accounts import Account, Membership
from models.base import Base
from models.ledger import SignalSequence
from models.records import AccountRecord, MembershipRecord

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


def _membership_added(mapper: Mapper[Membership], connection: sa.Connection, row: Membership) -> None:
    del mapper
    _record_membership(connection, row)


def _membership_changed(mapper: Mapper[Membership], connection: sa.Connection, row: Membership) -> None:
    del mapper
    if _have_changed(row, _OF_MEMBERSHIP):
        _record_membership(connection, row)


def _membership_deleted(mapper: Mapper[Membership], connection: sa.Connection, row: Membership) -> None:
    del mapper
    _record_membership(connection, row, is_deleted=True)


def _account_added(mapper: Mapper[Account], connection: sa.Connection, row: Account) -> None:
    del mapper
    _record_account(connection, row)


def _account_changed(mapper: Mapper[Account], connection: sa.Connection, row: Account) -> None:
    del mapper
    if _have_changed(row, _OF_ACCOUNT):
        _record_account(connection, row)


_LISTENERS = (
    (Membership, "after_insert", _membership_added),
    (Membership, "after_update", _membership_changed),
    (Membership, "after_delete", _membership_deleted),
    (Account, "after_insert", _account_added),
    (Account, "after_update", _account_changed),
)


def record_changes() -> None:
    """Have every change of a membership, of licences and of parents recorded from now on. Idempotent."""
    for model, when, write in _LISTENERS:
        if not event.contains(model, when, write):
            event.listen(model, when, write)
