"""The accounts page: customers with their present score, filtered, sorted and placed in the matrix."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.companies.readings import reading_order
from community.health.alarms import RINGING_DAYS, Alarm
from community.health.rules import Band
from community.health.tenths import TENTHS, shown_change
from models.accounts import Account, AccountKind, AccountPhase, Member, Segment, Stage, full_name
from models.base import db
from models.health import AccountScore

Query = TypeVar("Query", bound=sa.Select[*tuple[Any, ...]])
Phase: TypeAlias = type[AccountPhase]


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
    """Companies whose contract is over are in no band."""
    alarm: Alarm | None = None
    renews_within: int | None = None
    """Days until the renewal."""


_ALARMS = tuple(Alarm)
_BANDS = {band.value: band for band in Band}
"""By the stored word: calling the enumeration takes longer than the rest of a row."""


class Customer(NamedTuple):
    """Columns of Account that the list needs."""

    id: int
    name: str
    reading: str
    csm_id: int | None
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
    left_unnoted_since: date | None
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
        return _BANDS[self.score.band] if self.score else Band.UNJUDGED

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
    chosen: AccountFilter, day: date, *, sort: Sort = Sort.NAME, descending: bool = False
) -> list[AccountRow]:
    """Return customers with their scores and what rings, with one query.

    Those with the same figure stand in the order of their readings without legal forms, which no database knows.
    """
    query = _listing(chosen, sort, descending=descending)
    rows = [(figure, _account_row(row)) for figure, *row in db.session.execute(query, _days_of(chosen, day))]
    is_reversed = descending and sort is Sort.NAME
    return [
        row
        for _, tied in groupby(rows, key=itemgetter(0))
        for row in sorted((row for _, row in tied), key=_by_reading, reverse=is_reversed)
    ]


def _by_reading(row: AccountRow) -> tuple[str, str, int]:
    return (*reading_order(row.account.reading, row.account.name), row.account.id)


def _account_row(row: Sequence[Any]) -> AccountRow:
    """Return the list's row of a row of `_listing`."""
    start = 4 + len(_ALARMS)
    family_name, given_name, segment, stage, *ringing = row[:start]
    end = start + len(Customer._fields)
    return AccountRow(
        account=Customer._make(row[start:end]),
        csm_name=full_name(family_name or "", given_name or ""),
        segment=segment,
        stage=stage,
        score=Scored._make(row[end:]) if row[end] is not None else None,
        alarms=tuple(alarm for alarm, rings in zip(_ALARMS, ringing, strict=True) if rings) if any(ringing) else (),
    )


@lru_cache(maxsize=128)
def _listing(chosen: AccountFilter, sort: Sort, *, descending: bool) -> sa.Select[*tuple[Any, ...]]:
    """Return the query of the list; its first column is what it is sorted by, and its days are `_days_of`.

    Built once: building takes longer than running it.
    """
    csm, phase = aliased(Member), aliased(AccountPhase)
    figure = _figure(sort, phase)
    query = sa.select(
        figure,
        csm.family_name,
        csm.given_name,
        phase.segment,
        phase.stage,
        *(rings(alarm) for alarm in Alarm),
        *(getattr(Account, name) for name in Customer._fields),
        *(getattr(AccountScore, name) for name in Scored._fields),
    ).outerjoin(csm, csm.id == Account.csm_id)
    query = query.order_by(figure.is_(None), figure.desc() if descending else figure.asc())
    return _narrowed(query, chosen, phase)


def rings(alarm: Alarm) -> sa.ColumnElement[bool]:
    """Return whether the alarm of the joined score rings on the day of the parameter, as SQL."""
    if alarm is Alarm.FELL:
        return AccountScore.falling.is_(True)
    if alarm is Alarm.SILENT:
        return AccountScore.silent.is_(True)
    after = sa.bindparam("ringing_after", type_=sa.Date)
    since = AccountScore.left_unnoted_since if alarm is Alarm.LEFT else AccountScore.empty_unnoted_since
    return sa.and_(since.is_not(None), since > after)


def _days_of(chosen: AccountFilter, day: date) -> dict[str, date]:
    return {
        "day": day,
        "until": day + timedelta(days=chosen.renews_within or 0),
        "ringing_after": day - timedelta(days=RINGING_DAYS),
    }


def _is_newest(phase: Phase) -> sa.ColumnElement[bool]:
    """Return whether a phase is the company's on the day of the parameter, as SQL. Each company's is looked up."""
    earlier = aliased(AccountPhase)
    newest = sa.select(sa.func.max(earlier.from_day)).where(
        earlier.account_id == Account.id, earlier.from_day <= sa.bindparam("day", type_=sa.Date)
    )
    return sa.and_(phase.account_id == Account.id, phase.from_day == newest.correlate(Account).scalar_subquery())


def _narrowed(query: Query, chosen: AccountFilter, phase: Phase) -> Query:
    """Return the query with the tables that the filters need, and the filters."""
    wanted = {
        "segment": (phase.segment == chosen.segment, chosen.segment),
        "stage": (phase.stage == chosen.stage, chosen.stage),
        "csm": (Account.csm_id == chosen.csm_id, chosen.csm_id),
        "industry": (Account.industry == chosen.industry, chosen.industry),
        "prefecture": (Account.prefecture == chosen.prefecture, chosen.prefecture),
        "alarm": (rings(chosen.alarm or Alarm.FELL), chosen.alarm),
        "band": (sa.and_(_band_name() == (chosen.band or ""), sa.not_(_is_over())), chosen.band),
        "text": (_contains(chosen.text), chosen.text),
    }
    query = query.outerjoin(phase, _is_newest(phase))
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


def _is_over() -> sa.ColumnElement[bool]:
    """Return whether the contract is over on the day of the parameter, as SQL; False where it has no end."""
    return sa.func.coalesce(Account.contract_ended_on < sa.bindparam("day", type_=sa.Date), sa.false())


def _urgency() -> sa.ColumnElement[int]:
    """Return how urgent a company's alarms are: with a higher number for an earlier one of `Alarm`."""
    weights = [(rings(alarm), 2 ** (len(Alarm) - place)) for place, alarm in enumerate(Alarm)]
    urgency = sum((sa.case((ringing, weight), else_=0) for ringing, weight in weights), sa.literal(0))
    return sa.case((_is_over(), 0), else_=urgency)


def _figure(sort: Sort, phase: Phase) -> sa.SQLColumnExpression[Any]:
    """Return what the list is sorted by; the same for all where it is sorted by name."""
    figures: dict[Sort, sa.SQLColumnExpression[Any]] = {
        Sort.NAME: sa.literal(0),
        Sort.SEGMENT: _position_in(phase.segment, Segment),
        Sort.STAGE: _position_in(phase.stage, Stage),
        Sort.ACTIVE: AccountScore.active_members,
        Sort.ALERTS: _urgency(),
        Sort.BEHAVIOR: AccountScore.behavior,
        Sort.CHANGE: _in_tenths(AccountScore.behavior) - _in_tenths(AccountScore.behavior_30),
        Sort.MOMENTUM: AccountScore.momentum,
        Sort.RENEWAL: Account.renews_on,
    }
    return figures[sort]


def _in_tenths(points: sa.SQLColumnExpression[float | None]) -> sa.ColumnElement[float]:
    """Return a column as it is shown, so that the list is sorted by the figures that it shows."""
    return sa.func.round(points * TENTHS)


def _position_in(column: sa.SQLColumnExpression[Any], order: type[StrEnum]) -> sa.Case[int]:
    """Return a value's place in its enumeration: stages in the order in which companies pass through them."""
    return sa.case({each.value: place for place, each in enumerate(order)}, value=column)
