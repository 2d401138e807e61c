"""What customer success should know this morning: whom to talk to, and which companies rise."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from community.health.listing import AccountRow
from models.accounts import Member, Membership, covers, full_name
from models.base import db, is_among
from models.health import AccountSnapshot, DailyCount

LEAST_RISE = 5.0
RISE_DAYS, MORE_PEOPLE_DAYS = 30, 90
"""A company rises if it gained so many points in so many days; beside it stands who acts, against a quarter before."""


class Contact(NamedTuple):
    """Somebody to call: an administrator of the company, else who acted last."""

    member_id: int
    name: str
    headline: str
    is_company_admin: bool
    last_act: date | None


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


def list_rises(rows: Iterable[AccountRow], day: date) -> list[Rise]:
    """Return the companies that gained LEAST_RISE in thirty days, the greatest gain first, with one query."""
    gained = [row for row in rows if row.change is not None and row.change >= LEAST_RISE]
    gained = sorted(gained, key=lambda row: (-(row.change or 0.0), row.account.id))
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
