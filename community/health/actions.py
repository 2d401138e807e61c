"""Writes the present score of accounts whose acts changed, or for whom a day has passed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from community import realtime
from community.health.alarms import FALL_DAYS, Alarm, assess
from community.health.counting import Grain, counts_on, stored_days, table_of
from community.health.noted_leavers import (
    NOTHING_NOTED,
    Noted,
    find_unnoted_empty,
    find_unnoted_since,
    list_noted,
)
from community.health.presence import ACTIVE_DAYS, BandReason, seen
from community.health.publishing import ensure_first_policy
from community.health.rosters import get_known, lock_records
from community.health.rules import Band, Days, points_of_days
from community.health.situations import (
    PROJECTION,
    Customers,
    get_projection_position,
    load_customers,
    recorded_before,
    version_floor,
)
from community.ledger.queries import last_seq
from models.base import db, is_among, now
from models.health import AccountScore, DailyCount
from models.projections import Projection, ProjectionLease

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}

SCORE_FIELDS = (
    "day",
    "policy_version",
    "behavior",
    "momentum",
    "behavior_30",
    "members",
    "active_members",
    "band",
    "band_reason",
    "leavers_share",
    "behavior_of_present",
    "lost_share",
    "behavior_without_lost",
    "falling",
    "silent",
    "silent_days",
    "longest_pause",
    "left_since",
    "left_unnoted_since",
    "empty_since",
    "empty_unnoted_since",
)

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
    lock_records()
    known_to = get_known()._asdict()  # before the reading: what is recorded meanwhile makes the scores stale
    customers = load_customers(account_ids)
    days = stored_days(customers.ids)
    before = recorded_before(customers, day, FALL_DAYS)
    noted = list_noted(customers.ids)
    known = {
        row.account_id: row
        for row in db.session.execute(_KNOWN.where(is_among(AccountScore.account_id, customers.ids)))
    }
    floor = 0 if len(known) == len(customers.ids) else version_floor()
    changed: list[dict[str, Any]] = []
    for account_id in customers.ids:
        values = score_of(customers, account_id, days[account_id], day, before, noted.get(account_id, NOTHING_NOTED))
        row = known.get(account_id)
        if row is None or any(getattr(row, name) != values[name] for name in SCORE_FIELDS):
            version = (row.version if row is not None else floor) + 1
            changed.append({"account_id": account_id, "version": version, **values})
    read_to = {"read_to": up_to, **known_to}
    _write_scores(changed, read_to)
    if unchanged := set(customers.ids) - {row["account_id"] for row in changed}:
        same = sa.update(AccountScore).where(is_among(AccountScore.account_id, unchanged)).values(**read_to)
        db.session.execute(same.execution_options(synchronize_session=False))
    _push_scores(changed)


def _write_scores(changed: Sequence[Mapping[str, Any]], read_to: Mapping[str, int]) -> None:
    """Overwrite rows of scores. Objects that the session has loaded are not refreshed."""
    if not changed:
        return
    added = _INSERT[db.session.get_bind().dialect.name](AccountScore.__table__)
    written = (*SCORE_FIELDS, *read_to, "version", "scored_at")
    overwritten = added.on_conflict_do_update(
        index_elements=["account_id"], set_={name: added.excluded[name] for name in written}
    )
    at = now()
    db.session.connection().execute(overwritten, [{**row, **read_to, "scored_at": at} for row in changed])


def score_of(
    customers: Customers,
    account_id: int,
    days: Days,
    day: date,
    before: Mapping[int, float | None],
    noted: Noted,
) -> dict[str, Any]:
    """Return the SCORE_FIELDS of a customer as of a day, or of the last day of the contract if that was earlier.

    `days`: the counts; `before`: the recorded scores FALL_DAYS earlier, by account; `noted`: what the notes of the
    account are about.
    """
    last = customers.last_day(account_id, day)
    standing = customers.standing(account_id, last)
    if standing is None:
        return _no_score(customers, account_id, days, last, noted)
    points = points_of_days(days, standing.policy.terms)
    assessed = assess(
        points,
        last,
        standing.policy.terms,
        standing.scale,
        customers.rosters[account_id],
        score_before=before.get(account_id),
    )
    return {
        "day": last,
        "policy_version": standing.policy.version,
        "behavior": assessed.behavior.score,
        "momentum": assessed.momentum,
        "behavior_30": before.get(account_id),
        "members": assessed.people.members,
        "active_members": assessed.people.active,
        "band": assessed.people.band,
        "band_reason": assessed.people.band_reason,
        "leavers_share": assessed.people.leavers_share,
        "behavior_of_present": assessed.people.behavior_of_present,
        "lost_share": assessed.people.lost_share,
        "behavior_without_lost": assessed.people.behavior_without_lost,
        "falling": Alarm.FELL in assessed.alarms,
        "silent": Alarm.SILENT in assessed.alarms,
        "silent_days": assessed.silence.days if assessed.silence else None,
        "longest_pause": assessed.silence.longest_pause if assessed.silence else None,
        "left_since": assessed.people.left_since,
        "left_unnoted_since": find_unnoted_since(
            assessed.people.core, noted.leavers, customers.rosters[account_id], last
        ),
        "empty_since": None,
        "empty_unnoted_since": None,
    }


def _no_score(customers: Customers, account_id: int, days: Days, day: date, noted: Noted) -> dict[str, Any]:
    """Return the row of a company without a reading (判定不能), which is not 0: it may have members, but no phase."""
    roster, policy = customers.rosters[account_id], customers.policies.in_force(day)
    here, empty_since = roster.present(day), roster.empty_since(day)
    acting = seen(points_of_days(days, policy.terms), day, ACTIVE_DAYS) if here else set()
    return {
        **dict.fromkeys(SCORE_FIELDS),
        "day": day,
        "policy_version": policy.version,
        "members": len(here),
        "active_members": len(here & acting),
        "band": Band.UNJUDGED,
        "band_reason": BandReason.NOBODY if empty_since else None,
        "leavers_share": 0.0,
        "lost_share": 0.0,
        "falling": False,
        "silent": False,
        "empty_since": empty_since,
        "empty_unnoted_since": find_unnoted_empty(noted.empty_since, roster, day),
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
