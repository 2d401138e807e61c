"""Celery task: settle pending signals. Each step is a transaction of its own."""

import logging
from collections.abc import Callable, Iterator
from typing import NoReturn
from uuid import uuid4

from celery import shared_task

from models.base import now, transaction
from models.faults import find_fault

from . import actions, checking, queries
from .readers import READERS, LedgerReader
from .rules import READER_CHUNK, RETRY_CHUNK

logger = logging.getLogger(__name__)


@shared_task(name="settlement.settle")
def settle() -> None:
    """Sequence pending signals, then have every reader read as far as it can."""
    settle_waiting()


def settle_waiting(readers: tuple[LedgerReader, ...] = READERS) -> None:
    """Settle everything pending. If another settler is at work, do nothing."""
    holder = uuid4().hex
    try:
        with transaction():
            actions.take_lease(holder)
            placed = actions.sequence_waiting()
        while placed:
            placed = _as_settler(holder, actions.sequence_waiting)
        for reader in readers:
            _read_all(reader, holder)
            _retry_due(reader, holder)
        with transaction():
            actions.give_lease_back(holder)
    except actions.NotTheSettlerError:
        logger.debug("another settler is at work")


def rebuild(readers: tuple[LedgerReader, ...] = READERS) -> None:
    """Empty these readers and have them read the ledger from its start."""
    for reader in readers:
        with transaction():
            actions.forget(reader)
    settle_waiting(readers)


def _as_settler(holder: str, step: Callable[[], int]) -> int:
    with transaction():
        actions.keep_lease(holder)
        return step()


def _read_all(reader: LedgerReader, holder: str) -> None:
    """Read chunk after chunk. A chunk that fails is halved until the signal that cannot be read is alone."""
    most = READER_CHUNK
    while True:
        try:
            if not _as_settler(holder, lambda: actions.read_next(reader, most)):  # noqa: B023  called at once
                return
            most = min(most * 2, READER_CHUNK)
        except actions.NotTheSettlerError:
            raise
        except Exception as error:
            if find_fault(error) is not None:  # a fault of the disk, not of the signal: wait until it is mended
                raise
            if most > 1:
                most //= 2
                continue
            logger.exception("a signal is stuck", extra={"reader": reader.name})
            said = _say(error)
            _as_settler(holder, lambda: actions.set_aside_next(reader, said) or 0)  # noqa: B023  called at once


def _retry_due(reader: LedgerReader, holder: str) -> None:
    """Try stuck signals again: the list is read in one transaction, each signal is retried in its own."""
    with transaction():
        due = queries.list_due(reader.name, now(), RETRY_CHUNK)
    for seq in due:
        try:
            _as_settler(holder, lambda: actions.retry_stuck(reader, seq) or 0)  # noqa: B023  called at once
        except actions.NotTheSettlerError:
            raise
        except Exception as error:
            if find_fault(error) is not None:
                raise
            said = _say(error)
            _as_settler(holder, lambda: actions.postpone_stuck(reader, seq, said) or 0)  # noqa: B023  called at once


def _say(error: Exception) -> str:
    """Return the text for the page of stuck signals: the error's type and first line, without rows it may quote."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:500]


class _UndoneError(Exception):
    """Rolls back a comparison, which rebuilds inside a transaction."""

    def __init__(self, found: checking.Comparison) -> None:
        super().__init__(found.reader)
        self.found = found


def compare_readers() -> Iterator[str]:
    """Yield a sentence for each reader whose rows differ from those of a rebuild. Changes nothing."""
    for reader in READERS:
        found = _compare(reader)
        if not found.agrees:
            yield f"{reader.name}: {found.surplus} rows too many, {found.missing} missing, of {found.rows}"


def _compare(reader: LedgerReader) -> checking.Comparison:
    try:
        with transaction():
            _compare_in_vain(reader)
    except _UndoneError as undone:
        return undone.found


def _compare_in_vain(reader: LedgerReader) -> NoReturn:
    raise _UndoneError(checking.compare_with_rebuild(reader))
