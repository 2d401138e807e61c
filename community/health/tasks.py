"""Celery tasks: today's score of every account, and snapshots of past days."""

from datetime import timedelta

from celery import shared_task

from community.health import actions, queries, snapshots
from community.health.situations import today
from models.base import transaction

ACCOUNTS_AT_ONCE = 20
"""Accounts per transaction: the first backfill of a year for so many blocks other writers for a second or two."""

SCORES_AT_ONCE = 200
"""Accounts per transaction for one day: so many take less than a second, smaller transactions longer in total."""


@shared_task(name="health.rescore_accounts")
def rescore_accounts() -> None:
    """Score every account whose score is of another day: decay changes all of them."""
    day = today()
    with transaction():
        ids = queries.list_stale_ids(day)
    for start in range(0, len(ids), SCORES_AT_ONCE):
        with transaction():
            actions.rescore(ids[start : start + SCORES_AT_ONCE], day)


@shared_task(name="health.take_snapshots")
def take_snapshots() -> None:
    """Write snapshots of past days, missed ones included."""
    yesterday = today() - timedelta(days=1)
    with transaction():
        ids = queries.list_ids_without_snapshot(yesterday)
    for start in range(0, len(ids), ACCOUNTS_AT_ONCE):
        with transaction():
            some = ids[start : start + ACCOUNTS_AT_ONCE]
            snapshots.take_snapshots(some, yesterday)
            # Lists show the change over thirty days: the snapshot of that day may be new.
            actions.rescore(some, today())
