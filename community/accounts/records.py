"""Writes the records of memberships and of companies: in the flush that writes the row itself, so nobody forgets it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper

from models.accounts import Account, Membership
from models.base import Base, db
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


def record_what_is_missing() -> int:
    """Record what was written past the listeners: by a process of an older version while an upgrade was under way.

    Return how many records were added. Idempotent.
    """
    connection = db.session.connection()
    newest = sa.select(sa.func.max(MembershipRecord.id)).group_by(MembershipRecord.membership_id)
    known = sa.select(MembershipRecord).where(MembershipRecord.id.in_(newest))
    known = {record.membership_id: record for record in db.session.scalars(known)}
    there = {row.id: row for row in db.session.scalars(sa.select(Membership))}
    changed = [row for row in there.values() if _is_unrecorded(row, known.get(row.id), _OF_MEMBERSHIP)]
    gone = [record for key, record in known.items() if key not in there and not record.is_deleted]
    for row in changed:
        _record_membership(connection, row)
    for record in gone:
        values = {name: getattr(record, name) for name in _OF_MEMBERSHIP}
        _write(connection, MembershipRecord, {"membership_id": record.membership_id, "is_deleted": True, **values})
    newest = sa.select(sa.func.max(AccountRecord.id)).group_by(AccountRecord.account_id)
    companies = sa.select(AccountRecord).where(AccountRecord.id.in_(newest))
    recorded = {record.account_id: record for record in db.session.scalars(companies)}
    accounts = [
        row for row in db.session.scalars(sa.select(Account)) if _is_unrecorded(row, recorded.get(row.id), _OF_ACCOUNT)
    ]
    for account in accounts:
        _record_account(connection, account)
    return len(changed) + len(gone) + len(accounts)


def _is_unrecorded(row: Base, record: Base | None, names: tuple[str, ...]) -> bool:
    return record is None or any(getattr(row, name) != getattr(record, name) for name in names)
