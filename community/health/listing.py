"""The accounts page: customers with their stored score of now, filtered, sorted and drawn in the matrix."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.health.policies import policy_in_force
from community.health.policy import PolicyTerms
from community.health.rules import Band, band
from models.accounts import Account, AccountKind, AccountPhase, Member, Segment, Stage
from models.base import db
from models.health import AccountScore

Query = TypeVar("Query", bound=sa.Select[*tuple[Any, ...]])


class Sort(StrEnum):
    """What the list is ordered by; accounts without that figure come last, whichever the direction."""

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
    """What the reader has narrowed the list to; None and empty mean everything."""

    text: str = ""
    segment: Segment | None = None
    stage: Stage | None = None
    csm_id: int | None = None
    industry: str = ""
    prefecture: int | None = None
    band: Band | None = None
    falling: bool = False
    silent: bool = False
    renews_within: int | None = None
    """Days until the renewal."""


@dataclass(frozen=True)
class AccountRow:
    """One customer in the list; also one mark in the matrix (behavior × momentum, size = licences)."""

    account: Account
    csm: Member | None
    segment: Segment | None
    stage: Stage | None
    score: AccountScore | None
    band: Band

    @property
    def behavior(self) -> float | None:
        """The behavior axis of now; None: 判定不能."""
        return self.score.behavior if self.score else None

    @property
    def change(self) -> float | None:
        """Points since thirty days before."""
        if self.score is None or self.score.behavior is None or self.score.behavior_30 is None:
            return None
        return self.score.behavior - self.score.behavior_30


def list_accounts(
    chosen: AccountFilter,
    day: date,
    *,
    sort: Sort = Sort.NAME,
    descending: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[AccountRow]:
    """Return customers with their score; one query, however many they are."""
    terms = policy_in_force(day).terms
    csm = aliased(Member)
    phase = _phase_on(day)
    query = (
        sa.select(Account, csm, phase.segment, phase.stage, AccountScore)
        .outerjoin(csm, csm.id == Account.csm_id)
        .order_by(*_order(sort, phase, descending=descending))
        .limit(limit)
        .offset(offset)
    )
    rows = db.session.execute(_narrowed(query, chosen, phase, day, terms)).all()
    return [
        AccountRow(account, manager, segment, stage, score, band(score.behavior if score else None, terms))
        for account, manager, segment, stage, score in rows
    ]


def count_accounts(chosen: AccountFilter, day: date) -> dict[Band, int]:
    """Return how many customers of the filter are in each band; their sum is the length of the list."""
    terms = policy_in_force(day).terms
    name = _band_name(terms)
    query = sa.select(name.label("band"), sa.func.count()).select_from(Account).group_by("band")
    counted = dict(db.session.execute(_narrowed(query, chosen, _phase_on(day), day, terms)).all())
    return {each: counted.get(each.value, 0) for each in Band}


def list_industries() -> Sequence[str]:
    """Return the industries to choose from."""
    chosen = sa.select(Account.industry).where(Account.kind == AccountKind.CUSTOMER, Account.industry != "").distinct()
    return db.session.scalars(chosen.order_by(Account.industry)).all()


def _phase_on(day: date) -> Any:  # noqa: ANN401 -- an alias of AccountPhase, typed by use
    """Segment and stage of each account on the day."""
    newest = (
        sa.select(AccountPhase.account_id, sa.func.max(AccountPhase.from_day).label("from_day"))
        .where(AccountPhase.from_day <= day)
        .group_by(AccountPhase.account_id)
        .subquery()
    )
    joined = sa.and_(newest.c.account_id == AccountPhase.account_id, newest.c.from_day == AccountPhase.from_day)
    return aliased(AccountPhase, sa.select(AccountPhase).join(newest, joined).subquery())


def _narrowed(query: Query, chosen: AccountFilter, phase: Any, day: date, terms: PolicyTerms) -> Query:  # noqa: ANN401 -- as above
    """Join what filters look at, and apply them."""
    wanted = {
        "segment": (phase.segment == chosen.segment, chosen.segment),
        "stage": (phase.stage == chosen.stage, chosen.stage),
        "csm": (Account.csm_id == chosen.csm_id, chosen.csm_id),
        "industry": (Account.industry == chosen.industry, chosen.industry),
        "prefecture": (Account.prefecture == chosen.prefecture, chosen.prefecture),
        "falling": (AccountScore.falling.is_(True), chosen.falling),
        "silent": (AccountScore.silent.is_(True), chosen.silent),
        "band": (_band_name(terms) == (chosen.band or ""), chosen.band),
        "text": (_contains(chosen.text), chosen.text),
    }
    query = query.outerjoin(phase, phase.account_id == Account.id)
    query = query.outerjoin(AccountScore, AccountScore.account_id == Account.id)
    query = query.where(Account.kind == AccountKind.CUSTOMER, *(test for test, value in wanted.values() if value))
    if chosen.renews_within is None:
        return query
    return query.where(Account.renews_on.between(day, day + timedelta(days=chosen.renews_within)))


def _contains(text: str) -> sa.ColumnElement[bool]:
    return sa.or_(Account.name.icontains(text, autoescape=True), Account.reading.icontains(text, autoescape=True))


def _band_name(terms: PolicyTerms) -> sa.Case[str]:
    """`rules.band`, said in SQL."""
    return sa.case(
        (AccountScore.behavior.is_(None), Band.UNJUDGED.value),
        (AccountScore.behavior >= terms.good_from, Band.GOOD.value),
        (AccountScore.behavior >= terms.watch_from, Band.WATCH.value),
        else_=Band.DANGER.value,
    )


def _order(sort: Sort, phase: Any, *, descending: bool) -> list[sa.ColumnElement[Any]]:  # noqa: ANN401 -- as above
    by_name = [Account.reading.asc(), Account.name.asc(), Account.id.asc()]
    figures: dict[Sort, sa.SQLColumnExpression[Any]] = {
        Sort.SEGMENT: _place(phase.segment, Segment),
        Sort.STAGE: _place(phase.stage, Stage),
        Sort.ACTIVE: AccountScore.active_members,
        Sort.ALERTS: sa.cast(AccountScore.falling, sa.Integer) + sa.cast(AccountScore.silent, sa.Integer),
        Sort.BEHAVIOR: AccountScore.behavior,
        Sort.CHANGE: AccountScore.behavior - AccountScore.behavior_30,
        Sort.MOMENTUM: AccountScore.momentum,
        Sort.RENEWAL: Account.renews_on,
    }
    if sort is Sort.NAME:
        return [Account.reading.desc(), Account.name.desc(), Account.id.desc()] if descending else by_name
    figure = figures[sort]
    return [figure.is_(None), figure.desc() if descending else figure.asc(), *by_name]


def _place(column: sa.SQLColumnExpression[Any], order: type[StrEnum]) -> sa.Case[int]:
    """Where a value stands in its enumeration: stages in the order in which companies pass through them."""
    return sa.case({each.value: place for place, each in enumerate(order)}, value=column)


def list_csms() -> Sequence[Member]:
    """Return who looks after customers, to choose from."""
    in_charge = sa.select(Account.csm_id).where(Account.kind == AccountKind.CUSTOMER)
    return db.session.scalars(
        sa.select(Member).where(Member.id.in_(in_charge)).order_by(Member.family_reading, Member.id)
    ).all()
