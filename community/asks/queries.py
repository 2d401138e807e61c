"""Reads who was asked how often, and who may be asked today."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import sqlalchemy as sa
from flask import current_app

from community.config import Config
from models.asks import Ask, AskKind
from models.base import db, is_among, today

from .rules import Limits, Refusal, judge, share_of_top_tenth


@dataclass(frozen=True)
class Fatigue:
    """How asks of the last days are spread. `share`: what the tenth that was asked most carries; None without asks."""

    asks: int
    people: int
    share: Fraction | None


def get_limits() -> Limits:
    """Return the limits that the installation has set."""
    config: Config = current_app.config["TSUDOI"]
    return Limits(config.asks_per_person, config.asks_per_company, config.ask_days)


def find_ask(member_id: int, kind: AskKind, subject: tuple[str, int]) -> Ask | None:
    """Return the ask of this person for this, taken back or not, or None."""
    chosen = sa.select(Ask).where(
        Ask.member_id == member_id, Ask.kind == kind, Ask.subject_kind == subject[0], Ask.subject_id == subject[1]
    )
    return db.session.scalar(chosen.execution_options(populate_existing=True))


def list_days(member_id: int, account_id: int | None, on: date) -> tuple[list[date], list[date]]:
    """Return the days that may count on this day: of the person, and of everybody asked in the company. One query."""
    is_theirs = Ask.member_id == member_id
    chosen = _counting(on).where(sa.or_(is_theirs, Ask.account_id == account_id) if account_id else is_theirs)
    rows = db.session.execute(chosen).all()
    person = [row.asked_on for row in rows if row.member_id == member_id]
    return person, [row.asked_on for row in rows if account_id is not None and row.account_id == account_id]


def list_refusals(people: Mapping[int, int | None], on: date | None = None) -> Mapping[int, Refusal | None]:
    """Return for each person (by id, with the id of the company) why they may not be asked, or None. One query.

    `on` None: today.
    """
    on = on or today()
    companies = {account_id for account_id in people.values() if account_id is not None}
    theirs = sa.or_(is_among(Ask.member_id, list(people)), is_among(Ask.account_id, list(companies)))
    by_person, by_company = defaultdict[int, list[date]](list), defaultdict[int, list[date]](list)
    for row in db.session.execute(_counting(on).where(theirs)):
        by_person[row.member_id].append(row.asked_on)
        if row.account_id is not None:
            by_company[row.account_id].append(row.asked_on)
    limits = get_limits()
    return {
        member_id: judge(by_person[member_id], by_company[account_id] if account_id is not None else (), limits, on)
        for member_id, account_id in people.items()
    }


def measure_fatigue(on: date | None = None) -> Fatigue:
    """Return how the asks that count on this day (None: today) are spread over people. One query."""
    counts = Counter(row.member_id for row in db.session.execute(_counting(on or today())))
    return Fatigue(sum(counts.values()), len(counts), share_of_top_tenth(counts.values()))


def list_asks_of(member_ids: Collection[int]) -> list[Ask]:
    """Return the asks of these people that were not taken back, the newest first."""
    chosen = sa.select(Ask).where(is_among(Ask.member_id, member_ids), Ask.taken_back_at.is_(None))
    return list(db.session.scalars(chosen.order_by(Ask.asked_on.desc(), Ask.id.desc())))


def _counting(on: date) -> sa.Select[int, int | None, date]:
    """Return the select of asks that may count on this day."""
    since = on - timedelta(days=get_limits().days)
    return sa.select(Ask.member_id, Ask.account_id, Ask.asked_on).where(
        Ask.taken_back_at.is_(None), Ask.asked_on > since, Ask.asked_on <= on
    )
