"""The doors from Celery: every account's score of today, and the days that are over written down."""

from datetime import timedelta

from celery import shared_task

from community.health import actions, queries
from community.health.situations import today
from models.base import transaction

ACCOUNTS_AT_ONCE = 20
"""Accounts per transaction: the first backfill of a year for so many holds up other writers for a second or two."""

SCORES_AT_ONCE = 200
"""Scores of one day alone are quick: so many take less than a second, and the rounds between them more than that."""


@shared_task(name="health.rescore_accounts")
def rescore_accounts() -> None:
    """Score every account whose score is of an earlier day: decay moves all of them."""
    day = today()
    with transaction():
        ids = queries.list_stale_ids(day)
    for start in range(0, len(ids), SCORES_AT_ONCE):
        with transaction():
            actions.rescore(ids[start : start + SCORES_AT_ONCE], day)


@shared_task(name="health.take_snapshots")
def take_snapshots() -> None:
    """Write down the days that are over, also those that were missed."""
    yesterday = today() - timedelta(days=1)
    with transaction():
        ids = queries.list_ids_without_snapshot(yesterday)
    for start in range(0, len(ids), ACCOUNTS_AT_ONCE):
        with transaction():
            some = ids[start : start + ACCOUNTS_AT_ONCE]
            actions.take_snapshots(some, yesterday)
            # Lists show the move since thirty days ago: that day may have been written down only now.
            actions.rescore(some, today())
