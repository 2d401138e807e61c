"""Celery tasks: today's score of every account, and snapshots of past days."""

from datetime import timedelta

from celery import shared_task

from community.accounts.records import record_what_is_missing
from community.health import actions, queries, snapshots
from community.health.situations import today
from models.base import transaction

ACCOUNT_CHUNK = 20
"""Accounts per transaction: the first backfill of a year for so many blocks other writers for a second or two."""

SCORE_CHUNK = 200
"""Accounts per transaction for one day: so many take less than a second, smaller transactions longer in total."""


@shared_task(name="health.rescore_accounts")
def rescore_accounts() -> None:
    """Score every account whose score is of another day: decay changes all of them."""
    day = today()
    with transaction():
        ids = queries.list_stale_ids(day)
    for start in range(0, len(ids), SCORE_CHUNK):
        with transaction():
            actions.rescore(ids[start : start + SCORE_CHUNK], day)


@shared_task(name="health.take_snapshots")
def take_snapshots() -> None:
    """Write snapshots of past days, missed ones included.

    First what is not recorded yet of people and companies: a snapshot is never rewritten, and an older version that
    runs until an upgrade is done knows no records.
    """
    yesterday = today() - timedelta(days=1)
    with transaction():
        ids = queries.list_ids_without_snapshot(yesterday)
        if ids:
            record_what_is_missing()
    for start in range(0, len(ids), ACCOUNT_CHUNK):
        with transaction():
            some = ids[start : start + ACCOUNT_CHUNK]
            snapshots.take_snapshots(some, yesterday)
            # Lists show the change over thirty days: the snapshot of that day may be new.
            actions.rescore(some, today())
