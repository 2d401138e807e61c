"""Protection of the schedule, sessions and tokens against a wall clock that is set back or forward."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery.beat import Scheduler
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

# Clocks are corrected by less all the time, and by more only when somebody sets them.
STEP_SECONDS = 5.0
# Signatures that are more than a day in the future count as expired.
MOST_AHEAD_SECONDS = 24 * 60 * 60


class StepWatch:
    """Notices that the wall clock was set, by comparing it with the monotonic clock."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._steady = wall, steady
        self._offset = wall() - steady()

    def take_step(self) -> timedelta:
        """Return by how much the clock was set since the last call; negative if set back, zero if it was not set."""
        offset = self._wall() - self._steady()
        step = offset - self._offset
        if abs(step) < STEP_SECONDS:
            return timedelta()
        self._offset = offset
        return timedelta(seconds=step)


class SteadyScheduler(Scheduler):
    """Celery's schedule, planned anew whenever the wall clock was set.

    The schedule is kept in memory only. A file with each job's last run may be damaged, unwritable or written by a
    clock that ran ahead; jobs that a switched-off machine missed run when a worker starts (`jobs.HOUSE_AT_START` and
    the rooms').
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  as Celery calls it
        self._watch = StepWatch()
        super().__init__(*arguments, **options)

    def tick(self, *arguments: Any, **options: Any) -> float:  # noqa: ANN401  as Celery calls it
        """Send what is due, and return after how many seconds to look again."""
        if step := self._watch.take_step():
            self._move(step)
        return super().tick(*arguments, **options)

    def _move(self, step: timedelta) -> None:
        """Shift each job's last run by the step, so that its age stays; jobs due at an hour follow the new clock."""
        for entry in self.get_schedule().values():
            entry.last_run_at += step
        self.populate_heap()


class PatientSigner(TimestampSigner):
    """Accepts signatures up to a day in the future: the clock was set back since. itsdangerous refuses them."""

    def unsign(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401  as its serializers call it
        """Return what was signed. Raises BadSignature or SignatureExpired (too old, or too far in the future)."""
        try:
            return super().unsign(*arguments, **options)
        except SignatureExpired as expired:
            if expired.date_signed is None:
                raise
            ahead = expired.date_signed.timestamp() - self.get_timestamp()
            if not 0 < ahead <= MOST_AHEAD_SECONDS:
                raise
            return super().unsign(*arguments, **{**options, "max_age": None})


class PatientSerializer(URLSafeTimedSerializer):
    """Serializer of tokens that expire."""

    default_signer = PatientSigner
