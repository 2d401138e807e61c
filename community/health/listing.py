"""The accounts page: customers with their present score, filtered, sorted and placed in the matrix."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.health.alarms import RINGING_DAYS, Alarm
from community.health.rules import Band
from community.health.tenths import TENTHS, shown_change
from models.accounts import Account, AccountKind, AccountPhase, Member, Segment, Stage, full_name
from models.base import db
from models.health import AccountScore, AlarmNote

Query = TypeVar("Query", bound=sa.Select[*tuple[Any, ...]])


class Sort(StrEnum):
    """Columns to sort by; accounts without the figure come last in both directions."""

    NAME = "name"
    SEGMENT = "segment"
    STAGE = "stage"
    BEHAVIOR = "behavior"
    CHANGE = "change"
    MOMENTUM = "momentum"
    ACTIVE = "active"
    ALERTS = "alerts"
    RENEWAL = "renewal"


@dataclass(frozen=True)
class AccountFilter:
    """Filters of the list; None, False and "" do not filter."""

    text: str = ""
    segment: Segment | None = None
    stage: Stage | None = None
    csm_id: int | None = None
    industry: str = ""
    prefecture: int | None = None
    band: Band | None = None
    alarm: Alarm | None = None
    renews_within: int | None = None
    """Days until the renewal."""


class Customer(NamedTuple):
    """Columns of Account that the list needs."""

    id: int
    name: str
    plan: str
    licences: int | None
    prefecture: int | None
    industry: str
    renews_on: date | None
    contract_ended_on: date | None


class Scored(NamedTuple):
    """Columns of AccountScore that the list needs."""

    day: date
    policy_version: int
    behavior: float | None
    momentum: float | None
    behavior_30: float | None
    members: int
    active_members: int
    band: str
    band_reason: str | None
    leavers_share: float
    behavior_of_present: float | None
    lost_share: float
    behavior_without_lost: float | None
    falling: bool
    silent: bool
    silent_days: int | None
    longest_pause: int | None
    left_since: date | None
    empty_since: date | None
    scored_at: datetime


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One customer in the list; also one mark in the matrix (behavior × momentum, size = licences)."""

    account: Customer
    csm_name: str
    segment: Segment | None
    stage: Stage | None
    score: Scored | None
    alarms: tuple[Alarm, ...]
    """What rings today, the most urgent first; alarms that somebody has seen to do not."""

    @property
    def band(self) -> Band:
        """The band with rule 11; UNJUDGED without a score."""
        return Band(self.score.band) if self.score else Band.UNJUDGED

    @property
    def left_since(self) -> date | None:
        """Since when the people who carried the score have left, also where that rings no more."""
        return self.score.left_since if self.score else None

    @property
    def behavior(self) -> float | None:
        """The present behavior axis; None for 判定不能."""
        return self.score.behavior if self.score else None

    @property
    def change(self) -> float | None:
        """The change in points over thirty days, between the figures as shown; None without a score on both days."""
        if self.score is None or self.score.behavior is None or self.score.behavior_30 is None:
            return None
        return shown_change(self.score.behavior_30, self.score.behavior)


def list_accounts(
    chosen: AccountFilter,
    day: date,
    *,
    sort: Sort = Sort.NAME,
    descending: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[AccountRow]:
    """Return customers with their scores and what rings, with one query."""
    query = _listing(chosen, sort, descending=descending)
    return [_account_row(row) for row in db.session.execute(query.limit(limit).offset(offset), _days_of(chosen, day))]


def _account_row(row: Sequence[Any]) -> AccountRow:
    """Return the list's row of a row of `_listing`."""
    family_name, given_name, segment, stage, *ringing = row[: 4 + len(Alarm)]
    start = 4 + len(Alarm)
    end = start + len(Customer._fields)
    return AccountRow(
        account=Customer._make(row[start:end]),
        csm_name=full_name(family_name or "", given_name or ""),
        segment=segment,
        stage=stage,
        score=Scored._make(row[end:]) if row[end] is not None else None,
        alarms=tuple(alarm for alarm, rings in zip(Alarm, ringing, strict=True) if rings),
    )


@lru_cache(maxsize=128)
def _listing(chosen: AccountFilter, sort: Sort, *, descending: bool) -> sa.Select[*tuple[Any, ...]]:
    """Return the query of one page. Built once: building takes longer than running it. Its days are `_days_of`."""
    csm, phase = aliased(Member), _phase()
    query = sa.select(
        csm.family_name,
        csm.given_name,
        phase.c.segment,
        phase.c.stage,
        *(rings(alarm) for alarm in Alarm),
        *(getattr(Account, name) for name in Customer._fields),
        *(getattr(AccountScore, name) for name in Scored._fields),
    ).outerjoin(csm, csm.id == Account.csm_id)
    query = query.order_by(*_order(sort, phase, descending=descending))
    return _narrowed(query, chosen, phase)


def rings(alarm: Alarm) -> sa.ColumnElement[bool]:
    """Return whether the alarm of the joined score rings on the day of the parameter, as SQL."""
    if alarm is Alarm.FELL:
        return AccountScore.falling.is_(True)
    if alarm is Alarm.SILENT:
        return AccountScore.silent.is_(True)
    after = sa.bindparam("ringing_after", type_=sa.Date)
    if alarm is Alarm.LEFT:
        return sa.and_(AccountScore.left_unnoted_since.is_not(None), AccountScore.left_unnoted_since > after)
    since = AccountScore.empty_since
    seen_to = sa.exists().where(
        AlarmNote.account_id == AccountScore.account_id, AlarmNote.alarm == alarm.value, AlarmNote.since == since
    )
    return sa.and_(since > after, sa.not_(seen_to))


def _days_of(chosen: AccountFilter, day: date) -> dict[str, date]:
    return {
        "day": day,
        "until": day + timedelta(days=chosen.renews_within or 0),
        "ringing_after": day - timedelta(days=RINGING_DAYS),
    }


def count_accounts(chosen: AccountFilter, day: date) -> dict[Band, int]:
    """Return the number of matching customers by band, zeros included; their sum is the length of the list."""
    name = _band_name()
    query = sa.select(name.label("band"), sa.func.count()).select_from(Account).group_by("band")
    counted = dict(db.session.execute(_narrowed(query, chosen, _phase()), _days_of(chosen, day)).all())
    return {each: counted.get(each.value, 0) for each in Band}


def list_industries() -> Sequence[str]:
    """Return all industries of customers, sorted."""
    chosen = sa.select(Account.industry).where(Account.kind == AccountKind.CUSTOMER, Account.industry != "").distinct()
    return db.session.scalars(chosen.order_by(Account.industry)).all()


def _phase() -> sa.Subquery:
    """Return a subquery of each account's segment and stage on the day of the parameter."""
    newest = (
        sa.select(AccountPhase.account_id, sa.func.max(AccountPhase.from_day).label("from_day"))
        .where(AccountPhase.from_day <= sa.bindparam("day", type_=sa.Date))
        .group_by(AccountPhase.account_id)
        .subquery()
    )
    joined = sa.and_(newest.c.account_id == AccountPhase.account_id, newest.c.from_day == AccountPhase.from_day)
    columns = AccountPhase.account_id, AccountPhase.segment, AccountPhase.stage
    return sa.select(*columns).join(newest, joined).subquery()


def _narrowed(query: Query, chosen: AccountFilter, phase: sa.Subquery) -> Query:
    """Return the query with the tables that the filters need, and the filters."""
    wanted = {
        "segment": (phase.c.segment == chosen.segment, chosen.segment),
        "stage": (phase.c.stage == chosen.stage, chosen.stage),
        "csm": (Account.csm_id == chosen.csm_id, chosen.csm_id),
        "industry": (Account.industry == chosen.industry, chosen.industry),
        "prefecture": (Account.prefecture == chosen.prefecture, chosen.prefecture),
        "alarm": (rings(chosen.alarm or Alarm.FELL), chosen.alarm),
        "band": (_band_name() == (chosen.band or ""), chosen.band),
        "text": (_contains(chosen.text), chosen.text),
    }
    query = query.outerjoin(phase, phase.c.account_id == Account.id)
    query = query.outerjoin(AccountScore, AccountScore.account_id == Account.id)
    query = query.where(Account.kind == AccountKind.CUSTOMER, *(test for test, value in wanted.values() if value))
    if chosen.renews_within is None:
        return query
    day, until = (sa.bindparam(name, type_=sa.Date) for name in ("day", "until"))
    return query.where(Account.renews_on.between(day, until))


def _contains(text: str) -> sa.ColumnElement[bool]:
    return sa.or_(Account.name.icontains(text, autoescape=True), Account.reading.icontains(text, autoescape=True))


def _band_name() -> sa.SQLColumnExpression[str]:
    """Return a customer's band as SQL."""
    return sa.func.coalesce(AccountScore.band, Band.UNJUDGED.value)


def _urgency() -> sa.ColumnElement[int]:
    """Return how urgent a company's alarms are: with a higher number for an earlier one of `Alarm`."""
    weights = [(rings(alarm), 2 ** (len(Alarm) - place)) for place, alarm in enumerate(Alarm)]
    urgency = sum((sa.case((ringing, weight), else_=0) for ringing, weight in weights), sa.literal(0))
    is_over = Account.contract_ended_on < sa.bindparam("day", type_=sa.Date)
    return sa.case((is_over, 0), else_=urgency)


def _order(sort: Sort, phase: sa.Subquery, *, descending: bool) -> list[sa.ColumnElement[Any]]:
    by_name = [Account.reading.asc(), Account.name.asc(), Account.id.asc()]
    figures: dict[Sort, sa.SQLColumnExpression[Any]] = {
        Sort.SEGMENT: _position_in(phase.c.segment, Segment),
        Sort.STAGE: _position_in(phase.c.stage, Stage),
        Sort.ACTIVE: AccountScore.active_members,
        Sort.ALERTS: _urgency(),
        Sort.BEHAVIOR: AccountScore.behavior,
        Sort.CHANGE: _in_tenths(AccountScore.behavior) - _in_tenths(AccountScore.behavior_30),
        Sort.MOMENTUM: AccountScore.momentum,
        Sort.RENEWAL: Account.renews_on,
    }
    if sort is Sort.NAME:
        return [Account.reading.desc(), Account.name.desc(), Account.id.desc()] if descending else by_name
    figure = figures[sort]
    return [figure.is_(None), figure.desc() if descending else figure.asc(), *by_name]


def _in_tenths(points: sa.SQLColumnExpression[float | None]) -> sa.ColumnElement[float]:
    """Return a column as it is shown, so that the list is sorted by the figures that it shows."""
    return sa.func.round(points * TENTHS)


def _position_in(column: sa.SQLColumnExpression[Any], order: type[StrEnum]) -> sa.Case[int]:
    """Return a value's place in its enumeration: stages in the order in which companies pass through them."""
    return sa.case({each.value: place for place, each in enumerate(order)}, value=column)


def list_csms() -> list[tuple[int, str]]:
    """Return the ids and names of the members in charge of any customer, sorted by reading."""
    in_charge = sa.select(Account.csm_id).where(Account.kind == AccountKind.CUSTOMER)
    chosen = sa.select(Member.id, Member.family_name, Member.given_name).where(Member.id.in_(in_charge))
    rows = db.session.execute(chosen.order_by(Member.family_reading, Member.id))
    return [(member_id, full_name(family_name, given_name)) for member_id, family_name, given_name in rows]
