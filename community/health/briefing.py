"""What customer success should know this morning: whom to talk to, who has left, which companies rise."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from community.health.counting import stored_days
from community.health.listing import AccountRow
from community.health.presence import LEAST_HELD, Departure, people_behind
from community.health.rules import behavior_of, points_of_days
from community.health.situations import load_customers
from models.accounts import Member, Membership, covers, full_name
from models.base import db, is_among
from models.health import AccountSnapshot, DailyCount

LEFT_DAYS = 180
"""Who left longer ago is history: their acts are worth half a point in ten, or less."""

LEAST_RISE = 5.0
RISE_DAYS, MORE_PEOPLE_DAYS = 30, 90
"""A company rises if it gained so many points in so many days; beside it stands who acts, against a quarter before."""

MOST_NAMED = 3


class Contact(NamedTuple):
    """Somebody to call: an administrator of the company, else who acted last."""

    member_id: int
    name: str
    headline: str
    is_company_admin: bool
    last_act: date | None


@dataclass(frozen=True)
class Leaver:
    """Somebody who has left, with what they still hold of the company's score."""

    row: AccountRow
    member_id: int
    departure: Departure
    held: float
    score: float
    """The company's score; of one that everybody has left, the last one."""
    score_of_present: float
    is_active_there: bool
    """Whether they have acted for the company to which they went."""


@dataclass(frozen=True)
class Rise:
    """A company that gained; `active_before`: how many people were active MORE_PEOPLE_DAYS before, if known."""

    row: AccountRow
    active_before: int | None


def find_contacts(account_ids: Collection[int], day: date) -> dict[int, Contact]:
    """Return whom to call, by account, with one query; companies without anybody are missing."""
    last_act = (
        sa.select(sa.func.max(DailyCount.day))
        .where(DailyCount.member_id == Member.id, DailyCount.account_id == Membership.account_id)
        .scalar_subquery()
    )
    chosen = (
        sa.select(
            Membership.account_id,
            Member.id,
            Member.family_name,
            Member.given_name,
            Member.headline,
            Membership.is_company_admin,
            last_act.label("last_act"),
        )
        .join(Member, Member.id == Membership.member_id)
        .where(is_among(Membership.account_id, account_ids), covers(day), Member.erased_at.is_(None))
    )
    found: dict[int, tuple[tuple[bool, date, int], Contact]] = {}
    for account_id, member_id, family, given, headline, is_admin, last in db.session.execute(chosen):
        rank = (is_admin, last or date.min, -member_id)
        if account_id not in found or found[account_id][0] < rank:
            contact = Contact(member_id, full_name(family, given), headline, is_admin, last)
            found[account_id] = (rank, contact)
    return {account_id: contact for account_id, (_, contact) in found.items()}


def list_leavers(rows: Iterable[AccountRow], day: date) -> list[Leaver]:
    """Return who left these companies in LEFT_DAYS and still holds points, who holds most first.

    The same few queries for any number of companies.
    """
    concerned = {row.account.id: row for row in rows if _may_have_leavers(row)}
    if not concerned:
        return []
    customers, counted = load_customers(list(concerned)), stored_days(list(concerned))
    found = []
    for account_id, row in concerned.items():
        roster, last = customers.rosters[account_id], customers.last_day(account_id, day)
        standing = customers.standing(account_id, roster.last_day_with_people(last))
        if standing is None:
            continue
        terms, scale = standing.policy.terms, standing.scale
        points = points_of_days(counted[account_id], terms)
        behavior = behavior_of(points, standing.day, terms, scale)
        present = 0.0
        if roster.present(last):
            present = people_behind(behavior, points, standing.day, terms, scale, roster).behavior_of_present or 0.0
        for member_id, departure in roster.departures(last).items():
            held = behavior.of_member.get(member_id, 0.0)
            if held >= LEAST_HELD and day - departure.day <= timedelta(days=LEFT_DAYS):
                found.append(Leaver(row, member_id, departure, held, behavior.score, present, is_active_there=False))
    active = _list_active(found)
    found = [replace(each, is_active_there=(each.member_id, each.departure) in active) for each in found]
    return sorted(found, key=lambda each: (-each.held, each.member_id))


def _may_have_leavers(row: AccountRow) -> bool:
    """Return whether those who left can hold LEAST_HELD, by what is stored: most companies need not be read."""
    score = row.score
    if score is None:
        return False
    return score.empty_since is not None or (score.behavior or 0.0) * score.leavers_share >= LEAST_HELD


def _list_active(leavers: Sequence[Leaver]) -> set[tuple[int, Departure]]:
    """Return the members with their departures who have acted since for the company to which they went."""
    if not leavers:
        return set()
    theirs = sa.select(DailyCount.member_id, DailyCount.account_id, sa.func.max(DailyCount.day)).group_by(
        DailyCount.member_id, DailyCount.account_id
    )
    among = is_among(DailyCount.member_id, [each.member_id for each in leavers])
    acted = {(member_id, account_id): last for member_id, account_id, last in db.session.execute(theirs.where(among))}
    return {
        (each.member_id, each.departure)
        for each in leavers
        if acted.get((each.member_id, each.departure.account_id or 0), date.min) >= each.departure.day
    }


def list_rises(rows: Iterable[AccountRow], day: date) -> list[Rise]:
    """Return the companies that gained most in thirty days, with one query; at most MOST_NAMED."""
    gained = [row for row in rows if row.change is not None and row.change >= LEAST_RISE]
    gained = sorted(gained, key=lambda row: (-(row.change or 0.0), row.account.id))[:MOST_NAMED]
    before = _active_before([row.account.id for row in gained], day - timedelta(days=MORE_PEOPLE_DAYS))
    return [Rise(row, before.get(row.account.id)) for row in gained]


def _active_before(account_ids: Collection[int], day: date) -> Mapping[int, int]:
    if not account_ids:
        return {}
    chosen = sa.select(AccountSnapshot.account_id, AccountSnapshot.active_members).where(
        is_among(AccountSnapshot.account_id, account_ids),
        AccountSnapshot.day == day,
    )
    rows = db.session.execute(chosen)
    return {account_id: active for account_id, active in rows if active is not None}


def scores_since(account_ids: Collection[int], day: date) -> dict[int, list[tuple[date, float]]]:
    """Return the recorded scores from a day on, by account, with one query."""
    if not account_ids:
        return {}
    chosen = sa.select(AccountSnapshot.account_id, AccountSnapshot.day, AccountSnapshot.behavior).where(
        is_among(AccountSnapshot.account_id, account_ids),
        AccountSnapshot.day >= day,
    )
    found: dict[int, list[tuple[date, float]]] = {account_id: [] for account_id in account_ids}
    for account_id, on, score in db.session.execute(chosen.order_by(AccountSnapshot.day)):
        if score is not None:
            found[account_id].append((on, score))
    return found
