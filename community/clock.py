"""What a wall clock that is set back or forward must not stop: the schedule, sessions, and tokens."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery.beat import Scheduler
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

# Clocks are nudged by less all the time, and by more only when somebody sets them.
STEP_SECONDS = 5.0
# Signatures of a clock that ran ahead by more than a day are worth no more than expired ones.
MOST_AHEAD_SECONDS = 24 * 60 * 60


class StepWatch:
    """Notices that the wall clock was set, by the clock that only counts the seconds since the machine's start."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._steady = wall, steady
        self._offset = wall() - steady()

    def take_step(self) -> timedelta:
        """Return by how much the clock was set forward (or back: negative) since the last call; zero: it was not."""
        offset = self._wall() - self._steady()
        step = offset - self._offset
        if abs(step) < STEP_SECONDS:
            return timedelta()
        self._offset = offset
        return timedelta(seconds=step)


class SteadyScheduler(Scheduler):
    """Celery's schedule, planned anew whenever the wall clock was set.

    It is kept in memory only. A file with each job's last run may be spoilt, unwritable or written by a clock that ran
    ahead; what a machine that was off has missed is done when a worker starts (`jobs.HOUSE_AT_START` and the rooms').
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
        """Let each job's last run have been as long ago as before; what is due at an hour is so by the new clock."""
        for entry in self.get_schedule().values():
            entry.last_run_at += step
        self._heap = None


class PatientSigner(TimestampSigner):
    """Takes what was signed a little later than it is now: the clock was set back since. itsdangerous refuses it."""

    def unsign(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401  as its serializers call it
        """Return what was signed. Raises BadSignature, and SignatureExpired where it is too old or of a far future."""
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
    """For tokens that are good for a time."""

    default_signer = PatientSigner
