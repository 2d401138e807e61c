"""Who has left, by company: what they still hold of its score, and whether they have begun anything where they went."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa

from community.health.counting import stored_days
from community.health.listing import AccountRow
from community.health.policies import PolicyVersion
from community.health.presence import LEAST_HELD, Departure, people_behind
from community.health.rules import Days, behavior_of, points_of_days
from community.health.silence import BEGUN_BY_OTHERS
from community.health.situations import Customers, load_customers
from models.base import db, is_among
from models.health import AccountSnapshot, DailyCount

LEFT_DAYS = 180
"""Who left longer ago is history: their acts are worth half a point in ten, or less."""


@dataclass(frozen=True)
class Leaver:
    """Somebody who has left a company, with the points that they still hold of its score."""

    member_id: int
    departure: Departure
    held: float
    is_active_there: bool = False
    """Whether they have begun something for the company to which they went."""


@dataclass(frozen=True)
class LeftCompany:
    """A company that people have left who still hold points of its score."""

    row: AccountRow
    leavers: tuple[Leaver, ...]
    """Who holds most first."""
    score: float
    scored_on: date
    """Today; of a company that everybody has left, the last day on which somebody was there."""
    score_of_present: float | None
    """None where nobody is there any more."""

    @property
    def held(self) -> float:
        """The points that all of them hold."""
        return sum(leaver.held for leaver in self.leavers)


def list_left_companies(rows: Iterable[AccountRow], day: date) -> list[LeftCompany]:
    """Return the companies that people left in LEFT_DAYS who still hold points, where they hold most first.

    The same few queries for any number of companies.
    """
    concerned = {row.account.id: row for row in rows if _may_have_leavers(row)}
    if not concerned:
        return []
    customers, counted = load_customers(list(concerned)), stored_days(list(concerned))
    found = [
        company
        for account_id, row in concerned.items()
        if (company := _find_leavers(row, customers, counted[account_id], day)) is not None
    ]
    active = _list_active([leaver for company in found for leaver in company.leavers], customers.policies.in_force(day))
    found = [replace(company, leavers=tuple(_mark(leaver, active) for leaver in company.leavers)) for company in found]
    recorded = _last_recorded([company for company in found if company.score_of_present is None])
    found = [replace(company, score=recorded.get(company.row.account.id, company.score)) for company in found]
    return sorted(found, key=lambda company: (-company.held, company.row.account.id))


def _may_have_leavers(row: AccountRow) -> bool:
    """Return whether those who left can hold LEAST_HELD, by what is stored: most companies need not be read."""
    score = row.score
    if score is None:
        return False
    return score.empty_since is not None or (score.behavior or 0.0) * score.leavers_share >= LEAST_HELD


def _find_leavers(row: AccountRow, customers: Customers, counted: Days, day: date) -> LeftCompany | None:
    """Return the company with those who left it; None if nobody who left of late holds LEAST_HELD."""
    account_id = row.account.id
    roster, last = customers.rosters[account_id], customers.last_day(account_id, day)
    standing = customers.standing(account_id, roster.last_day_with_people(last))
    if standing is None:
        return None
    terms, scale = standing.policy.terms, standing.scale
    points = points_of_days(counted, terms)
    behavior = behavior_of(points, standing.day, terms, scale)
    leavers = [
        Leaver(member_id, departure, behavior.of_member[member_id])
        for member_id, departure in roster.departures(last).items()
        if behavior.of_member.get(member_id, 0.0) >= LEAST_HELD and day - departure.day <= timedelta(days=LEFT_DAYS)
    ]
    if not leavers:
        return None
    present = None
    if roster.present(last):
        present = people_behind(behavior, points, standing.day, terms, scale, roster).behavior_of_present
    by_held = sorted(leavers, key=lambda leaver: (-leaver.held, leaver.member_id))
    return LeftCompany(row, tuple(by_held), behavior.score, standing.day, present)


def _last_recorded(emptied: Sequence[LeftCompany]) -> dict[int, float]:
    """Return the scores of the last days with people as they were recorded then, as the companies' pages have them."""
    if not emptied:
        return {}
    days = {company.row.account.id: company.scored_on for company in emptied}
    chosen = sa.select(AccountSnapshot.account_id, AccountSnapshot.day, AccountSnapshot.behavior).where(
        is_among(AccountSnapshot.account_id, days), AccountSnapshot.day.in_(set(days.values()))
    )
    rows = db.session.execute(chosen)
    return {account_id: score for account_id, day, score in rows if days[account_id] == day and score is not None}


def _list_active(leavers: Sequence[Leaver], policy: PolicyVersion) -> set[tuple[int, int]]:
    """Return the members, with the companies they went to, who have begun something there since they left.

    What others begin does not count (rule 13): a mail that reaches its reader anew says nothing of their work.
    """
    own = {kind for kind, _ in policy.terms.kinds} - BEGUN_BY_OTHERS
    acted = (
        sa.select(DailyCount.member_id, DailyCount.account_id, sa.func.max(DailyCount.day))
        .where(is_among(DailyCount.member_id, [leaver.member_id for leaver in leavers]), DailyCount.kind.in_(own))
        .group_by(DailyCount.member_id, DailyCount.account_id)
    )
    last_day = {(member_id, account_id): last for member_id, account_id, last in db.session.execute(acted)}
    return {
        (leaver.member_id, leaver.departure.account_id)
        for leaver in leavers
        if leaver.departure.account_id is not None
        # Who left the family went on from a company of it: they are not there any more.
        and not (leaver.departure.is_inside_family and leaver.departure.left_family_on)
        and last_day.get((leaver.member_id, leaver.departure.account_id), date.min) >= leaver.departure.day
    }


def _mark(leaver: Leaver, active: set[tuple[int, int]]) -> Leaver:
    return replace(leaver, is_active_there=(leaver.member_id, leaver.departure.account_id) in active)
