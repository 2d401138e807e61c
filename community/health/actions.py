"""Writes scores: the present score of accounts whose acts changed, and a snapshot of each past day, once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from community import realtime
from community.health.counting import Grain, counts_on, ledger_counts, stored_days, table_of
from community.health.momentum import FALL_DAYS, Alert, activity, alerts, momentum, recently_active
from community.health.publishing import ensure_first_policy
from community.health.rules import Counts, Days, Points, behavior_of, points_of, points_of_days
from community.health.situations import (
    PROJECTION,
    Customers,
    Standing,
    get_projection_position,
    load_customers,
    recorded_before,
    version_floor,
)
from community.ledger.queries import last_seq
from models.base import db, is_among, now
from models.health import AccountScore, AccountSnapshot, DailyCount
from models.projections import Projection, ProjectionLease

BACKFILL_DAYS = 400
"""How many days back the first snapshots of an account reach: the year that its page draws, and a month."""

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}

SCORE_FIELDS = ("day", "policy_version", "behavior", "momentum", "behavior_30", "active_members", "falling", "silent")

_KNOWN = sa.select(
    AccountScore.account_id, AccountScore.version, *(getattr(AccountScore, name) for name in SCORE_FIELDS)
)


def recount(grains: Collection[Grain], up_to: int) -> None:
    """Count these anew from the ledger up to `up_to`, and overwrite the stored counts; no row leaves the database."""
    if not grains:
        return
    touched = table_of(grains)
    key = sa.tuple_(*(getattr(DailyCount, name) for name in Grain._fields))
    among = key.in_(sa.select(*(touched.c[name] for name in Grain._fields)))
    db.session.execute(sa.delete(DailyCount).where(among).execution_options(synchronize_session=False))
    db.session.execute(sa.insert(DailyCount).from_select([*Grain._fields, "n"], counts_on(grains, up_to)))


def score_accounts(account_ids: Collection[int], day: date, up_to: int) -> None:
    """Score the customers among these accounts as of `day` from the stored counts; other accounts get no row."""
    ensure_first_policy()
    customers = load_customers(account_ids)
    days = stored_days(customers.ids)
    before = recorded_before(customers, day, FALL_DAYS)
    known = {
        row.account_id: row
        for row in db.session.execute(_KNOWN.where(is_among(AccountScore.account_id, customers.ids)))
    }
    floor = 0 if len(known) == len(customers.ids) else version_floor()
    changed: list[dict[str, Any]] = []
    for account_id in customers.ids:
        values = _score_of(customers, account_id, days[account_id], day, before)
        row = known.get(account_id)
        if row is None or any(getattr(row, name) != values[name] for name in SCORE_FIELDS):
            version = (row.version if row is not None else floor) + 1
            changed.append({"account_id": account_id, "version": version, **values})
    _write_scores(changed, up_to)
    if unchanged := set(customers.ids) - {row["account_id"] for row in changed}:
        read_to = sa.update(AccountScore).where(is_among(AccountScore.account_id, unchanged)).values(read_to=up_to)
        db.session.execute(read_to.execution_options(synchronize_session=False))
    _push_scores(changed)


def _write_scores(changed: Sequence[Mapping[str, Any]], up_to: int) -> None:
    """Overwrite rows of scores. Objects that the session has loaded are not refreshed."""
    if not changed:
        return
    added = _INSERT[db.session.get_bind().dialect.name](AccountScore.__table__)
    written = (*SCORE_FIELDS, "read_to", "version", "scored_at")
    overwritten = added.on_conflict_do_update(
        index_elements=["account_id"], set_={name: added.excluded[name] for name in written}
    )
    at = now()
    db.session.connection().execute(overwritten, [{**row, "read_to": up_to, "scored_at": at} for row in changed])


def _score_of(
    customers: Customers, account_id: int, days: Days, day: date, before: Mapping[int, float | None]
) -> dict[str, Any]:
    last = customers.last_day(account_id, day)
    standing = customers.standing(account_id, last)
    if standing is None:
        policy = customers.policies.in_force(last)
        empty = {"behavior": None, "momentum": None, "active_members": 0, "falling": False, "silent": False}
        return {"day": last, "policy_version": policy.version, "behavior_30": None, **empty}
    points = points_of_days(days, standing.policy.terms)
    score = behavior_of(points, last, standing.policy.terms, standing.scale).score
    raised = alerts(score, before.get(account_id), activity(points, last))
    return {
        "day": last,
        "policy_version": standing.policy.version,
        "behavior": score,
        "momentum": momentum(points, last),
        "behavior_30": before.get(account_id),
        "active_members": recently_active(points, last),
        "falling": Alert.FELL in raised,
        "silent": Alert.SILENT in raised,
    }


def _push_scores(changed: Collection[Mapping[str, Any]]) -> None:
    """Push the ids and versions of changed scores to open pages, after the commit.

    The version of all scores is the last sequence number of the ledger, which a rebuild does not lower.
    """
    for row in changed:
        realtime.push(f"account:{row['account_id']}", "account", {"id": row["account_id"], "version": row["version"]})
    if changed:
        versions = {str(row["account_id"]): row["version"] for row in changed}
        realtime.push("accounts", "account_scores", {"version": last_seq(), "versions": versions})


def rescore(account_ids: Collection[int], day: date) -> None:
    """Score accounts again without new acts: time has passed, or their segment, members or policy changed."""
    lock_projections()
    score_accounts(account_ids, day, get_projection_position())


def take_snapshots(account_ids: Collection[int], through: date) -> int:
    """Write the missing snapshots up to and including `through`, a day that is over. Return how many were written.

    They are computed from the raw acts that the ledger holds now, so that the same day and sequence number always give
    the same score.
    """
    lock_projections()
    ensure_first_policy()
    customers = load_customers(account_ids)
    missing = {
        account_id: days
        for account_id, last in _last_snapshots(customers).items()
        if (days := _days_to_fill(customers, account_id, last, through))
    }
    place = last_seq()
    counts = ledger_counts(missing, place)
    rows = [
        row
        for account_id, days in missing.items()
        for row in _snapshot_rows(customers, account_id, days, counts[account_id], place)
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
    end = customers.last_day(account_id, through)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def _snapshot_rows(
    customers: Customers, account_id: int, days: Collection[date], counts: Counts, place: int
) -> Iterator[dict[str, Any]]:
    points: dict[int, Points] = {}
    for day in days:
        standing = customers.standing(account_id, day)
        if standing is not None:
            version = standing.policy.version
            if version not in points:
                points[version] = points_of(counts, standing.policy.terms)
            yield _snapshot_row(account_id, standing, points[version], place)


def _snapshot_row(account_id: int, standing: Standing, points: Points, place: int) -> dict[str, Any]:
    terms = standing.policy.terms
    return {
        "account_id": account_id,
        "day": standing.day,
        "read_to": place,
        "policy_version": standing.policy.version,
        "segment": standing.segment,
        "stage": standing.stage,
        "scale": standing.scale,
        "behavior": behavior_of(points, standing.day, terms, standing.scale).score,
        "momentum": momentum(points, standing.day),
    }


def lock_projections() -> None:
    """Lock the lease's row until this transaction ends, so that no projection runs while scores are computed."""
    db.session.execute(sa.select(ProjectionLease.id).with_for_update())


def forget_scores() -> None:
    """Delete scores and counts, and remember the highest version: open pages ignore lower ones.

    Snapshots stay: they hold what was known on their day.
    """
    highest = db.session.scalar(sa.select(sa.func.max(AccountScore.version))) or 0
    floor = max(highest, version_floor())
    db.session.execute(sa.update(Projection).where(Projection.name == PROJECTION).values(version_floor=floor))
    db.session.execute(sa.delete(AccountScore))
    db.session.execute(sa.delete(DailyCount))
