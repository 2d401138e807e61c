"""The door from Celery: pictures that nobody uses, and files without a row, are removed."""

import logging

from celery import shared_task

from models.base import now, release, transaction

from . import actions

logger = logging.getLogger(__name__)


@shared_task(name="files.sweep_orphans")
def sweep_orphans() -> None:
    """Remove what refused and unsent forms, and uploads that never ended, left behind."""
    sweep()


def sweep() -> None:
    """Drop the pictures that nobody uses; then find the files without a row, and remove them outside a transaction."""
    unused = drop_unused()
    orphans = actions.list_orphans(now())
    release()
    removed = unused + actions.discard(orphans)
    if removed:
        logger.info("files that nobody uses removed", extra={"count": removed})


def drop_unused() -> int:
    """Each chunk in a transaction of its own, its files after the commit. Return how many files there were."""
    removed, last = 0, 0
    while last is not None:
        with transaction():
            last, paths = actions.drop_unused(now(), last)
        removed += actions.discard(paths)
    return removed
