"""When which job is due: in memory. A schedule in a file dies with a full disk, and takes the clock with it."""

from datetime import timedelta

from celery.beat import Scheduler
from celery.schedules import crontab


class Clock(Scheduler):
    """Celery's scheduler with the application's schedule, and nothing kept.

    Jobs of a certain hour are due once when it starts: the machine may have been off at theirs. Each of them finds by
    itself whether there is anything to do.
    """

    def setup_schedule(self) -> None:
        self.merge_inplace(self.app.conf.beat_schedule)
        self.install_default_entries(self.data)
        for entry in self.data.values():
            if isinstance(entry.schedule, crontab):
                entry.last_run_at = entry.default_now() - timedelta(days=1)
