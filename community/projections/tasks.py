"""Processing pending signals (a Celery task), rebuilding projections, comparing them. Each step is a transaction."""

import logging
from collections.abc import Callable, Iterator
from typing import NoReturn
from uuid import uuid4

from celery import shared_task

from models.base import now, transaction
from models.faults import find_fault

from . import actions, checking, queries
from .projectors import PROJECTORS, Projector
from .rules import PROJECTION_CHUNK, RETRY_CHUNK

logger = logging.getLogger(__name__)


@shared_task(name="projections.process_pending")
def process_pending_job() -> None:
    """Sequence pending signals, then run every projection as far as possible."""
    process_pending()


def process_pending(projectors: tuple[Projector, ...] = PROJECTORS) -> None:
    """Process everything pending. If another process holds the lease, do nothing."""
    holder = uuid4().hex
    try:
        with transaction():
            actions.acquire_lease(holder)
            sequenced = actions.sequence_signals()
        while sequenced:
            sequenced = _holding_lease(holder, actions.sequence_signals)
        for projector in projectors:
            _run_projector(projector, holder)
            _retry_due(projector, holder)
        with transaction():
            actions.release_lease(holder)
    except actions.LeaseHeldElsewhereError:
        logger.debug("another process holds the lease")


def rebuild(projectors: tuple[Projector, ...] = PROJECTORS) -> None:
    """Empty these projections and run them from the ledger's start."""
    for projector in projectors:
        with transaction():
            actions.reset(projector)
    process_pending(projectors)


def _holding_lease(holder: str, step: Callable[[], int]) -> int:
    with transaction():
        actions.renew_lease(holder)
        return step()


def _run_projector(projector: Projector, holder: str) -> None:
    """Project chunk after chunk. A chunk that fails is halved until the signal that cannot be read is alone."""
    most = PROJECTION_CHUNK
    while True:
        try:
            if not _holding_lease(holder, lambda: actions.project_next(projector, most)):  # noqa: B023  called at once
                return
            most = min(most * 2, PROJECTION_CHUNK)
        except actions.LeaseHeldElsewhereError:
            raise
        except Exception as error:
            if find_fault(error) is not None:  # a fault of the disk, not of the signal: wait until it is mended
                raise
            if most > 1:
                most //= 2
                continue
            logger.exception("a signal is stuck", extra={"projection": projector.name})
            said = _describe_error(error)
            _holding_lease(holder, lambda: actions.set_aside_next(projector, said) or 0)  # noqa: B023  called at once


def _retry_due(projector: Projector, holder: str) -> None:
    """Try stuck signals again: the list is read in one transaction, each signal is retried in its own."""
    with transaction():
        due = queries.list_due(projector.name, now(), RETRY_CHUNK)
    for seq in due:
        try:
            _holding_lease(holder, lambda: actions.retry_stuck(projector, seq) or 0)  # noqa: B023  called at once
        except actions.LeaseHeldElsewhereError:
            raise
        except Exception as error:
            if find_fault(error) is not None:
                raise
            said = _describe_error(error)
            _holding_lease(holder, lambda: actions.postpone_stuck(projector, seq, said) or 0)  # noqa: B023  called at once


def _describe_error(error: Exception) -> str:
    """Return the text for the page of stuck signals: the error's type and first line, without rows it may quote."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:500]


class _UndoneError(Exception):
    """Rolls back a comparison, which rebuilds inside a transaction."""

    def __init__(self, found: checking.Comparison) -> None:
        super().__init__(found.projection)
        self.found = found


def compare_projections() -> Iterator[str]:
    """Yield a sentence for each projection whose rows differ from those of a rebuild. Changes nothing."""
    for projector in PROJECTORS:
        found = _compare(projector)
        if not found.agrees:
            yield f"{projector.name}: {found.surplus} rows too many, {found.missing} missing, of {found.rows}"


def _compare(projector: Projector) -> checking.Comparison:
    try:
        with transaction():
            _compare_and_undo(projector)
    except _UndoneError as undone:
        return undone.found


def _compare_and_undo(projector: Projector) -> NoReturn:
    raise _UndoneError(checking.compare_with_rebuild(projector))
