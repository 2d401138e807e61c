"""The door from Celery: files without a row are removed at night."""

import logging

from celery import shared_task

from models.base import now, release

from . import actions

logger = logging.getLogger(__name__)


@shared_task(name="files.sweep_orphans")
def sweep_orphans() -> None:
    """Remove what uploads that never ended left behind."""
    sweep()


def sweep() -> None:
    """Find the files without a row, let go of the database, then remove them."""
    orphans = actions.list_orphans(now())
    release()
    removed = actions.discard(orphans)
    if removed:
        logger.info("files without a row removed", extra={"count": removed})
