"""Takes a snapshot of each day that is over, once. Who computes them again: `snapshot_checks.py`."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

import sqlalchemy as sa

from community.health.actions import lock_projections
from community.health.alarms import FALL_DAYS, RULES_VERSION, Assessment, assess, written
from community.health.counting import ledger_counts
from community.health.presence import Roster
from community.health.publishing import ensure_first_policy
from community.health.rosters import Known, get_known, lock_records
from community.health.rules import Counts, Points, points_of
from community.health.situations import Customers, Standing, load_customers
from community.ledger.queries import last_seq
from models.base import db, is_among
from models.health import AccountSnapshot

BACKFILL_DAYS = 400
"""How many days back the first snapshots of an account reach: the year that its page draws, and a month."""

Recorded: TypeAlias = dict[date, float | None]
"""Recorded scores by day, of one account: a fall is a fall against one of them."""


def take_snapshots(account_ids: Collection[int], through: date) -> int:
    """Write the missing snapshots up to and including `through`, a day that is over. Return how many were written.

    They are computed from the raw acts that the ledger holds now and the memberships that are recorded now, so that the
    same day, sequence number and records always give the same score.
    """
    lock_projections()
    lock_records()
    ensure_first_policy()
    known = get_known()
    customers = load_customers(account_ids)
    missing = {
        account_id: days
        for account_id, last in _last_snapshots(customers).items()
        if (days := _days_to_fill(customers, account_id, last, through))
    }
    place = last_seq()
    counts = ledger_counts(missing, place)
    recorded = _recorded_days(missing)
    rows = [
        row
        for account_id, days in missing.items()
        for row in _snapshot_rows(
            customers, account_id, days, counts[account_id], place, known, recorded.get(account_id, {})
        )
    ]
    if rows:
        db.session.execute(sa.insert(AccountSnapshot), rows)
    return len(rows)


def _last_snapshots(customers: Customers) -> dict[int, date | None]:
    chosen = sa.select(AccountSnapshot.account_id, sa.func.max(AccountSnapshot.day)).where(
        AccountSnapshot.account_id.in_(customers.ids)
    )
    taken = dict(db.session.execute(chosen.group_by(AccountSnapshot.account_id)).all())
    return {account_id: taken.get(account_id) for account_id in customers.ids}


def _days_to_fill(customers: Customers, account_id: int, last: date | None, through: date) -> list[date]:
    first = customers.first_day(account_id)
    if first is None:
        return []
    start = max(first, through - timedelta(days=BACKFILL_DAYS)) if last is None else last + timedelta(days=1)
    end = customers.last_told_day(account_id, through)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def _recorded_days(missing: Mapping[int, Sequence[date]]) -> dict[int, Recorded]:
    """Return the scores of the stored days against which the missing ones may have fallen, by account."""
    if not missing:
        return {}
    first = min(days[0] for days in missing.values()) - timedelta(days=FALL_DAYS)
    chosen = sa.select(AccountSnapshot.account_id, AccountSnapshot.day, AccountSnapshot.behavior).where(
        is_among(AccountSnapshot.account_id, missing), AccountSnapshot.day >= first
    )
    found: dict[int, Recorded] = {}
    for account_id, day, score in db.session.execute(chosen):
        found.setdefault(account_id, {})[day] = score
    return found


def _snapshot_rows(
    customers: Customers,
    account_id: int,
    days: Collection[date],
    counts: Counts,
    place: int,
    known: Known,
    recorded: Recorded,
) -> Iterator[dict[str, Any]]:
    """Yield the rows day by day; `recorded` grows with them, since a later day may have fallen against one of them."""
    points: dict[int, Points] = {}
    for day in days:
        standing = customers.standing(account_id, day)
        if standing is None:
            continue
        if standing.policy.version not in points:
            points[standing.policy.version] = points_of(counts, standing.policy.terms)
        seen = assess_day(standing, points[standing.policy.version], customers.rosters[account_id], recorded)
        recorded[day] = seen.behavior.score
        yield {
            "account_id": account_id,
            "read_to": place,
            "rules_version": RULES_VERSION,
            "memberships_to": known.memberships_to,
            "accounts_to": known.accounts_to,
            **standing_columns(standing),
            **snapshot_columns(seen),
        }


def standing_columns(standing: Standing) -> dict[str, Any]:
    """Return what a snapshot says of how the day was scored."""
    return {
        "day": standing.day,
        "policy_version": standing.policy.version,
        "segment": standing.segment,
        "stage": standing.stage,
        "scale": standing.scale,
    }


def snapshot_columns(seen: Assessment) -> dict[str, Any]:
    """Return what a snapshot says of the day itself."""
    return {
        "behavior": seen.behavior.score,
        "momentum": seen.momentum,
        "band": seen.people.band,
        "band_reason": seen.people.band_reason,
        "members": seen.people.members,
        "active_members": seen.people.active,
        "leavers_share": seen.people.leavers_share,
        "behavior_of_present": seen.people.behavior_of_present,
        "left_since": seen.people.left_since,
        "alarms": written(seen.alarms),
    }


def assess_day(standing: Standing, points: Points, roster: Roster, recorded: Recorded) -> Assessment:
    """Return what the present rules say of a day on which somebody is there."""
    return assess(
        points,
        standing.day,
        standing.policy.terms,
        standing.scale,
        roster,
        score_before=recorded.get(standing.day - timedelta(days=FALL_DAYS)),
    )
