"""What customer success should know this morning: whom to talk to, who has left, which companies rise."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from community.health.counting import stored_days
from community.health.listing import AccountRow
from community.health.presence import Departure
from community.health.rules import behavior_of, points_of_days
from community.health.situations import load_customers
from models.accounts import Member, Membership, covers, full_name
from models.base import db, is_among
from models.health import AccountSnapshot, DailyCount

LEFT_DAYS = 180
"""Who left longer ago is history: their acts are worth half a point in ten, or less."""

LEAST_HELD = 1.0
"""Points that somebody who left must still hold to be named."""

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
    is_active_there: bool
    """Whether they have acted for the company to which they went."""


@dataclass(frozen=True)
class Rise:
    """A company that gained, with how many people acted a quarter before and act now."""

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
    concerned = {
        row.account.id: row for row in rows if row.score and (row.score.leavers_share or row.score.empty_since)
    }
    if not concerned:
        return []
    customers, counted = load_customers(list(concerned)), stored_days(list(concerned))
    found = []
    for account_id, row in concerned.items():
        standing = customers.standing(account_id, customers.last_day(account_id, day))
        if standing is None:
            continue
        points = points_of_days(counted[account_id], standing.policy.terms)
        held = behavior_of(points, standing.day, standing.policy.terms, standing.scale).of_member
        for member_id, departure in customers.rosters[account_id].departures(standing.day).items():
            if held.get(member_id, 0.0) >= LEAST_HELD and day - departure.day <= timedelta(days=LEFT_DAYS):
                found.append(Leaver(row, member_id, departure, held[member_id], is_active_there=False))
    moved = _list_active(found)
    found = [
        Leaver(each.row, each.member_id, each.departure, each.held, is_active_there=_destination(each) in moved)
        for each in found
    ]
    return sorted(found, key=lambda each: (-each.held, each.member_id))


def _destination(leaver: Leaver) -> tuple[int, int | None]:
    return leaver.member_id, leaver.departure.account_id


def _list_active(leavers: Sequence[Leaver]) -> set[tuple[int, int | None]]:
    """Return the members and the companies to which they went, of those who have acted there."""
    if not leavers:
        return set()
    theirs = sa.select(DailyCount.member_id, DailyCount.account_id).distinct()
    acted = db.session.execute(theirs.where(is_among(DailyCount.member_id, [each.member_id for each in leavers])))
    return {(member_id, account_id) for member_id, account_id in acted}


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
