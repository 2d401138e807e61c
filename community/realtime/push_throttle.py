"""Sends pushes to the sockets in a thread of its own, so that no request waits, and limits how often."""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

logger = logging.getLogger(__name__)

# The same event of the same channel is sent at most four times a second; in between only the newest waits (stack.md).
PAUSE_SECONDS = 0.25
# A push lets the response of its own request go first: a thousand pages need the same cores (benchmarks/sockets.py).
HEAD_START_SECONDS = 0.05
# A cut that could not be delivered is retried this often, for this long, since rights must not outlast it.
RETRY_SECONDS = 1.0
RETRY_FOR_SECONDS = 300.0

Send = Callable[[dict[str, Any]], object]


@dataclass
class _Parcel:
    """The newest state of one event of one channel, and how it is sent."""

    send: Send
    payload: dict[str, Any]
    due: float


@dataclass
class _Cut:
    """An order to cut a channel: never merged, retried until it succeeds."""

    cut: Callable[[], object]
    due: float
    until: float


@dataclass
class _Queue:
    """What waits to be sent; accessed only under its lock."""

    lock: threading.Condition = field(default_factory=threading.Condition)
    parcels: dict[tuple[int, str, str], _Parcel] = field(default_factory=dict)
    left_at: dict[tuple[int, str, str], float] = field(default_factory=dict)
    cuts: list[_Cut] = field(default_factory=list)
    busy: bool = False


class PushThrottle:
    """The queue and the thread of one process. The thread starts with the first push, after servers have forked."""

    def __init__(self) -> None:
        self._queue = _Queue()
        self._thread: threading.Thread | None = None
        os.register_at_fork(after_in_child=self._start_anew)

    def _start_anew(self) -> None:
        """Forget thread and queue in a child process: it has no such thread, and its parent sends what waits."""
        self._queue, self._thread = _Queue(), None

    def deliver(self, carrier: int, channel: str, event: str, payload: dict[str, Any], send: Send) -> None:
        """Call `send(payload)` soon, merged with a payload that still waits; `carrier` identifies the manager."""
        queue = self._queue
        key = (carrier, channel, event)
        with queue.lock:
            waiting = queue.parcels.get(key)
            soonest = waiting.due if waiting else time.monotonic() + HEAD_START_SECONDS
            due = max(soonest, queue.left_at.get(key, 0.0) + PAUSE_SECONDS)
            queue.parcels[key] = _Parcel(send, merge(waiting.payload, payload) if waiting else payload, due)
            self._wake(queue)

    def cut(self, cut: Callable[[], object]) -> None:
        """Call `cut()` before anything else is sent, and again until it does not fail."""
        queue, at = self._queue, time.monotonic()
        with queue.lock:
            queue.cuts.append(_Cut(cut, at, at + RETRY_FOR_SECONDS))
            self._wake(queue)

    def flush(self, seconds: float = 5.0) -> bool:
        """Wait at most so long until the queue is empty, for tests and commands that end. Return whether it is."""
        queue, deadline = self._queue, time.monotonic() + seconds
        with queue.lock:
            return queue.lock.wait_for(
                lambda: not (queue.parcels or queue.cuts or queue.busy), timeout=deadline - time.monotonic()
            )

    def _wake(self, queue: _Queue) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(
                target=_send_queued, args=(queue,), name="realtime-push-throttle", daemon=True
            )
            self._thread.start()
        queue.lock.notify_all()


def merge(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return two states of one thing merged: the newer one by version; mappings (id → version) are united."""
    first, second = (new, old) if old.get("version", 0) > new.get("version", 0) else (old, new)
    merged = {**first, **second}
    for key, value in merged.items():
        if isinstance(value, dict) and isinstance(first.get(key), dict):
            merged[key] = {**first[key], **value}
    return merged


def _send_queued(queue: _Queue) -> None:
    while True:
        with queue.lock:
            queue.busy = False
            queue.lock.notify_all()
            job = _take_due_job(queue)
            while job is None:
                queue.lock.wait(_seconds_to_next(queue))
                job = _take_due_job(queue)
            queue.busy = True
        _run_job(queue, job)


def _take_due_job(queue: _Queue) -> _Cut | _Parcel | None:
    """Take what is due off the queue, cuts first. Return None if nothing is."""
    at = time.monotonic()
    for cut in queue.cuts:
        if cut.due <= at:
            queue.cuts.remove(cut)
            return cut
    for key, parcel in queue.parcels.items():
        if parcel.due <= at:
            del queue.parcels[key]
            queue.left_at = {k: left for k, left in queue.left_at.items() if left > at - PAUSE_SECONDS}
            queue.left_at[key] = at
            return parcel
    return None


def _seconds_to_next(queue: _Queue) -> float | None:
    dues = [*(cut.due for cut in queue.cuts), *(parcel.due for parcel in queue.parcels.values())]
    return max(0.0, min(dues) - time.monotonic()) if dues else None


def _run_job(queue: _Queue, job: _Cut | _Parcel) -> None:
    try:
        if isinstance(job, _Parcel):
            job.send(job.payload)
        else:
            job.cut()
    except Exception as error:  # noqa: BLE001  whatever keeps it from leaving, the act is done and the page polls
        logger.warning("live update not delivered", extra={"error": type(error).__name__})
        at = time.monotonic()
        if isinstance(job, _Cut) and at < job.until:
            job.due = at + RETRY_SECONDS
            with queue.lock:
                queue.cuts.append(job)


push_throttle = PushThrottle()
