"""Reads who belonged to which company when, as it was known at some moment: from the records, which never change."""

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.companies.families import find_topmost
from community.health.presence import Period, Roster
from models.accounts import Account
from models.base import db, is_among
from models.records import AccountRecord, MembershipRecord


class Known(NamedTuple):
    """The newest records that are known: what is written later does not change what was read up to here."""

    memberships_to: int
    accounts_to: int


def lock_records() -> None:
    """Wait for those who are writing records, and hold up others until this transaction ends.

    Ids are given before a commit. Without the lock, a record could appear later with a lower id than one that was
    read. SQLite has one writer anyway.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.text("LOCK TABLE membership_record, account_record IN SHARE MODE"))


def get_known() -> Known:
    """Return the newest records of this moment."""
    newest = (sa.select(sa.func.coalesce(sa.func.max(table.id), 0)).scalar_subquery() for table in _TABLES)
    return Known(*db.session.execute(sa.select(*newest)).one())


_TABLES = (MembershipRecord, AccountRecord)


def load_rosters(account_ids: Collection[int], known: Known | None = None) -> dict[int, Roster]:
    """Return the people of these companies as far as they were `known`, by company; with two queries.

    `known` None: all that is known now.
    """
    memberships = _newest_memberships(account_ids, known.memberships_to if known else None)
    elsewhere = {period.account_id for period in memberships}.difference(account_ids)
    up_to = known.accounts_to if known else None
    # Families matter only where somebody has been elsewhere, too; of most companies nobody has.
    load = _load_companies if elsewhere or len(account_ids) > 1 else _load_licences
    licences, topmost = load({*account_ids, *elsewhere}, up_to)
    with_company: dict[int, set[int]] = {account_id: set() for account_id in account_ids}
    by_member: dict[int, list[Period]] = {}
    for period in memberships:
        by_member.setdefault(period.member_id, []).append(period)
        if period.account_id in with_company:
            with_company[period.account_id].add(period.member_id)
    return {
        account_id: Roster(
            account_id,
            tuple(period for member in sorted(members) for period in by_member[member]),
            topmost,
            licences.get(account_id),
        )
        for account_id, members in with_company.items()
    }


def _newest_memberships(account_ids: Collection[int], up_to: int | None) -> list[Period]:
    """Return every period of all who ever belonged to these companies, by member and day."""
    record = MembershipRecord
    known = [record.id <= up_to] if up_to is not None else []
    theirs = sa.select(record.member_id).where(is_among(record.account_id, account_ids), *known)
    chosen = sa.select(
        record.membership_id, record.member_id, record.account_id, record.from_day, record.until_day, record.is_deleted
    ).where(record.member_id.in_(theirs), *known)
    newest = {row.membership_id: row for row in db.session.execute(chosen.order_by(record.id))}
    periods = [
        Period(row.member_id, row.account_id, row.from_day, row.until_day)
        for row in newest.values()
        if not row.is_deleted
    ]
    return sorted(periods, key=lambda period: (period.member_id, period.from_day))


def _load_licences(account_ids: Collection[int], up_to: int | None) -> tuple[dict[int, int | None], dict[int, int]]:
    """Return the licences of these companies, and no families."""
    record = AccountRecord
    known = [record.id <= up_to] if up_to is not None else []
    chosen = sa.select(record.account_id, record.licences).where(is_among(record.account_id, account_ids), *known)
    return dict(db.session.execute(chosen.order_by(record.id)).all()), {}


def _load_companies(account_ids: Collection[int], up_to: int | None) -> tuple[dict[int, int | None], dict[int, int]]:
    """Return the licences of these companies, and the topmost parent of those of them that have a parent.

    Read are these companies and what stands above them: of other families there may be thousands.
    """
    asked = sa.select(Account.id, _newest_record(Account.id, up_to).label("record"))
    above = asked.where(is_among(Account.id, account_ids)).cte("above", recursive=True)
    parent = AccountRecord.parent_id
    parents_of_those = sa.select(parent, _newest_record(parent, up_to)).join(above, AccountRecord.id == above.c.record)
    # UNION, not UNION ALL: a ring of parents ends where it began.
    above = above.union(parents_of_those.where(parent.is_not(None)))
    chosen = sa.select(AccountRecord.account_id, AccountRecord.licences, parent)
    newest = {
        account_id: (licences, parent_id)
        for account_id, licences, parent_id in db.session.execute(
            chosen.join(above, AccountRecord.id == above.c.record)
        )
    }
    parents = {account_id: parent_id for account_id, (_, parent_id) in newest.items() if parent_id is not None}
    licences = {account_id: licences for account_id, (licences, _) in newest.items()}
    return licences, {account_id: find_topmost(account_id, parents) for account_id in parents}


def _newest_record(account_id: sa.SQLColumnExpression[Any], up_to: int | None) -> sa.ScalarSelect[int]:
    """Return the id of the newest record known of this account, as SQL; by the index of both columns."""
    other = aliased(AccountRecord)
    theirs = sa.select(sa.func.max(other.id)).where(other.account_id == account_id)
    if up_to is not None:
        theirs = theirs.where(other.id <= up_to)
    return theirs.scalar_subquery()
