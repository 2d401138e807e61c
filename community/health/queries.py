"""Reads scores: of one account on a day, and what scheduled tasks have to do. Lists of accounts: `listing.py`."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple, TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.health import snapshots
from community.health.alarms import RINGING_DAYS, Alarm
from community.health.counting import ledger_counts
from community.health.listing import rings
from community.health.policies import PolicyVersion
from community.health.rules import Behavior, behavior
from community.health.situations import load_customers
from models.accounts import Account, AccountKind, AccountPhase, Membership
from models.base import db, is_among
from models.health import AccountScore, AccountSnapshot, AlarmNote
from models.records import AccountRecord, MembershipRecord

Columns = TypeVarTuple("Columns")
A_DAY = timedelta(days=1)


class AccountWithScore(NamedTuple):
    """An account and its present score, or None without one; `is_parent`: the account has subsidiaries."""

    account: Account
    score: AccountScore | None
    is_parent: bool
    has_notes: bool
    """Whether somebody has ever seen to one of its alarms."""
    alarms: tuple[Alarm, ...]
    """What rings today, the most urgent first."""


def get_account_with_score(account_id: int, day: date) -> AccountWithScore | None:
    """Return the account, its present score, whether it has subsidiaries, and what rings on the day, with one query.

    None: there is no such account.
    """
    days = {"ringing_after": day - timedelta(days=RINGING_DAYS)}
    row = db.session.execute(_account_with_score(), {"account_id": account_id, **days}).one_or_none()
    if row is None:
        return None
    account, score, is_parent, has_notes, *ringing = row
    alarms = tuple(alarm for alarm, is_on in zip(Alarm, ringing, strict=True) if is_on)
    return AccountWithScore(account, score, is_parent, has_notes, alarms)


@cache
def _account_with_score() -> sa.Select[*tuple[Any, ...]]:
    below = aliased(Account)
    is_parent = sa.exists().where(below.parent_id == Account.id)
    has_notes = sa.exists().where(AlarmNote.account_id == Account.id)
    joined = sa.select(Account, AccountScore, is_parent, has_notes, *map(rings, Alarm)).outerjoin(
        AccountScore, AccountScore.account_id == Account.id
    )
    return joined.where(Account.id == sa.bindparam("account_id"))


def get_score(account_id: int) -> AccountScore | None:
    """Return the stored present score of a customer; None for any other account, also for one that was a customer."""
    return db.session.scalar(_of_customers(sa.select(AccountScore)).where(AccountScore.account_id == account_id))


def behaviors_of(account_ids: Collection[int]) -> dict[int, float | None]:
    """Return the stored present behavior of the customers among these accounts; those without a score are missing."""
    chosen = _of_customers(sa.select(AccountScore.account_id, AccountScore.behavior))
    return dict(db.session.execute(chosen.where(AccountScore.account_id.in_(account_ids))).all())


def _of_customers(chosen: sa.Select[*Columns]) -> sa.Select[*Columns]:
    """Return the query of scores without those of accounts that were customers once: their rows stay."""
    is_customer = Account.kind == AccountKind.CUSTOMER
    return chosen.join(Account, Account.id == AccountScore.account_id).where(is_customer)


def score(account_id: int, as_of: date, read_to: int, policy: PolicyVersion | None = None) -> Behavior | None:
    """Return the score from the raw ledger: acts up to a day that stand as of a sequence number; None: no reading.

    `policy` scores the day under other terms, published or not, instead of those in force.
    """
    standing = load_customers([account_id]).standing(account_id, as_of) if _is_customer(account_id) else None
    if standing is None:
        return None
    terms = policy.terms if policy else standing.policy.terms
    counts = ledger_counts([account_id], read_to)[account_id]
    return behavior(counts, as_of, terms, terms.scale_of(standing.segment))


def _is_customer(account_id: int) -> bool:
    return db.session.scalar(sa.select(Account.kind).where(Account.id == account_id)) == AccountKind.CUSTOMER


def list_stale_ids(day: date) -> Sequence[int]:
    """Return the customers whose score is of another day, or whose people, licences or parent have changed since.

    Contracts that had ended by then are left out. A score of a later day comes from a clock that ran ahead.
    """
    chosen = (
        sa.select(Account.id)
        .outerjoin(AccountScore, AccountScore.account_id == Account.id)
        .where(
            Account.kind == AccountKind.CUSTOMER,
            sa.or_(
                AccountScore.account_id.is_(None),
                AccountScore.day > day,
                sa.and_(AccountScore.day < day, _is_open_after(AccountScore.day)),
                _has_newer_records(),
            ),
        )
    )
    return db.session.scalars(chosen.order_by(Account.id)).all()


def _has_newer_records() -> sa.ColumnElement[bool]:
    memberships = sa.exists().where(
        MembershipRecord.account_id == Account.id, MembershipRecord.id > AccountScore.memberships_to
    )
    accounts = sa.exists().where(AccountRecord.account_id == Account.id, AccountRecord.id > AccountScore.accounts_to)
    return sa.or_(memberships, accounts)


def list_ids_without_snapshot(day: date) -> Sequence[int]:
    """Return the customers without a snapshot of this day, or of the last day of their contract and with a member.

    Left out are those without a phase and those who never had a member: they have no day to write down.
    """
    newest = (
        sa.select(sa.func.max(AccountSnapshot.day))
        .where(AccountSnapshot.account_id == Account.id)
        .correlate(Account)
        .scalar_subquery()
    )
    first_phase = (
        sa.select(sa.func.min(AccountPhase.from_day)).where(AccountPhase.account_id == Account.id).scalar_subquery()
    )
    chosen = sa.select(Account.id, Account.contract_ended_on, newest.label("newest"), first_phase.label("first")).where(
        Account.kind == AccountKind.CUSTOMER,
        first_phase <= day,
        sa.or_(newest.is_(None), sa.and_(newest < day, _is_open_after(newest))),
    )
    found = db.session.execute(chosen.order_by(Account.id)).all()
    with_people = _last_days_with_people([row.id for row in found], day)
    reach = day - timedelta(days=snapshots.BACKFILL_DAYS)
    ids = []
    for row in found:
        last = min(with_people.get(row.id, date.min), row.contract_ended_on or day)
        if last >= (max(row.first, reach) if row.newest is None else row.newest + A_DAY):
            ids.append(row.id)
    return ids


def _last_days_with_people(account_ids: Collection[int], day: date) -> dict[int, date]:
    """Return the last day up to this one on which somebody was there, by account, of those that had members by then."""
    until = sa.func.max(sa.func.coalesce(Membership.until_day, date.max))
    chosen = sa.select(Membership.account_id, until).where(
        is_among(Membership.account_id, account_ids), Membership.from_day <= day
    )
    rows = db.session.execute(chosen.group_by(Membership.account_id))
    return {account_id: min(day, until - A_DAY) for account_id, until in rows}


def _is_open_after(day: sa.SQLColumnExpression[date] | sa.ScalarSelect[date | None]) -> sa.ColumnElement[bool]:
    return sa.or_(Account.contract_ended_on.is_(None), Account.contract_ended_on > day)
