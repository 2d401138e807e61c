"""Celery tasks: remove uploads that nobody uses, and files without a row."""

import logging

from celery import shared_task

from models.base import now, release, transaction

from . import actions

logger = logging.getLogger(__name__)


@shared_task(name="files.sweep_orphans")
def sweep_orphans() -> None:
    """Remove uploads of refused and unsent forms, and files of unfinished uploads."""
    sweep()


def sweep() -> None:
    """Delete unused uploads; then find the files without a row, and remove them outside a transaction."""
    unused = drop_unused()
    orphans = actions.list_orphans(now())
    release()
    removed = unused + actions.discard(orphans)
    if removed:
        logger.info("files that nobody uses removed", extra={"count": removed})


def drop_unused() -> int:
    """Delete unused uploads, one transaction per chunk, files after its commit. Return the number of files."""
    removed, last = 0, 0
    while last is not None:
        with transaction():
            last, paths = actions.drop_unused(now(), last)
        removed += actions.discard(paths)
    return removed
