"""Reads who belonged to which company when, as it was known at some moment: from the records, which never change."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.companies.families import find_topmost
from community.health.presence import Period, Roster
from models.accounts import Account
from models.base import db, dialect_name, is_among, is_among_parameter, written_numbers
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
    """Return the people of these companies as far as they were `known`, by company; with two queries at most.

    `known` None: all that is known now.
    """
    records = _read_memberships(account_ids, known)
    licences = {record.account_id: record.licences for record in records}  # without any record, of no meaning
    with_company: dict[int, set[int]] = {account_id: set() for account_id in account_ids}
    by_member: dict[int, list[Period]] = {}
    for period in _newest_periods(records):
        by_member.setdefault(period.member_id, []).append(period)
        if period.account_id in with_company:
            with_company[period.account_id].add(period.member_id)
    topmost = _load_topmost(_where_people_moved(by_member.values()), known)
    return {
        account_id: Roster(
            account_id,
            tuple(period for member in sorted(members) for period in by_member[member]),
            topmost,
            licences.get(account_id),
        )
        for account_id, members in with_company.items()
    }


def _read_memberships(account_ids: Collection[int], known: Known | None) -> Sequence[Any]:
    """Return the membership records of all who ever belonged to these companies, oldest first.

    Each comes with the licences of its company.
    """
    asked = {"account_ids": written_numbers(account_ids), **(known._asdict() if known else {})}
    return db.session.execute(_memberships(dialect_name(), are_all_known=known is None), asked).all()


@cache
def _memberships(dialect: str, *, are_all_known: bool) -> sa.Select[*tuple[Any, ...]]:
    record = MembershipRecord
    known = [] if are_all_known else [record.id <= sa.bindparam("memberships_to")]
    theirs = sa.select(record.member_id).where(is_among_parameter(record.account_id, "account_ids", dialect), *known)
    chosen = sa.select(
        record.membership_id,
        record.member_id,
        record.account_id,
        record.from_day,
        record.until_day,
        record.is_deleted,
        _newest_licences(are_all_known=are_all_known).label("licences"),
    )
    return chosen.where(record.member_id.in_(theirs), *known).order_by(record.id)


def _newest_licences(*, are_all_known: bool) -> sa.ScalarSelect[int | None]:
    """Return the licences of a membership's company, as SQL; by the index of both columns."""
    record = AccountRecord
    known = [] if are_all_known else [record.id <= sa.bindparam("accounts_to")]
    theirs = sa.select(record.licences).where(record.account_id == MembershipRecord.account_id, *known)
    return theirs.order_by(record.id.desc()).limit(1).scalar_subquery()


def _newest_periods(records: Sequence[Any]) -> list[Period]:
    """Return what the newest record of each membership says, by member and day."""
    newest = {record.membership_id: record for record in records}
    periods = [
        Period(record.member_id, record.account_id, record.from_day, record.until_day)
        for record in newest.values()
        if not record.is_deleted
    ]
    return sorted(periods, key=lambda period: (period.member_id, period.from_day))


def _where_people_moved(periods_of_members: Iterable[Sequence[Period]]) -> set[int]:
    """Return the companies of all who have been with several: only between these does a family matter."""
    companies = ({period.account_id for period in periods} for periods in periods_of_members)
    return set().union(*(each for each in companies if len(each) > 1))


def _load_topmost(account_ids: Collection[int], known: Known | None) -> dict[int, int]:
    """Return the topmost parent of those of these companies that have a parent; no query for no companies.

    Read are these companies and what stands above them: of other families there may be thousands.
    """
    if not account_ids:
        return {}
    up_to = known.accounts_to if known else None
    asked = sa.select(Account.id, _newest_record(Account.id, up_to).label("record"))
    above = asked.where(is_among(Account.id, account_ids)).cte("above", recursive=True)
    parent = AccountRecord.parent_id
    parents_of_those = sa.select(parent, _newest_record(parent, up_to)).join(above, AccountRecord.id == above.c.record)
    # UNION, not UNION ALL: a ring of parents ends where it began.
    above = above.union(parents_of_those.where(parent.is_not(None)))
    chosen = sa.select(AccountRecord.account_id, parent).join(above, AccountRecord.id == above.c.record)
    parents = {account_id: parent_id for account_id, parent_id in db.session.execute(chosen) if parent_id is not None}
    return {account_id: find_topmost(account_id, parents) for account_id in parents}


def _newest_record(account_id: sa.SQLColumnExpression[Any], up_to: int | None) -> sa.ScalarSelect[int]:
    """Return the id of the newest record known of this account, as SQL; by the index of both columns."""
    other = aliased(AccountRecord)
    theirs = sa.select(sa.func.max(other.id)).where(other.account_id == account_id)
    if up_to is not None:
        theirs = theirs.where(other.id <= up_to)
    return theirs.scalar_subquery()
