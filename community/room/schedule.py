"""What a room has done by the worker: its tasks, when they run by themselves, and which run when a worker starts."""

from dataclasses import dataclass
from datetime import timedelta

from celery.schedules import crontab


@dataclass(frozen=True)
class ScheduledTask:
    """A task that runs again and again: every so often, or at the times of a crontab in the community's zone.

    `name` is the entry's own on the schedule; `task` is the Celery task's, "forums.count_views".
    """

    name: str
    task: str
    schedule: timedelta | crontab


@dataclass(frozen=True)
class WorkerTasks:
    """`modules`: where the tasks are, as they are imported by the worker. `at_start`: by their names."""

    modules: tuple[str, ...] = ()
    schedule: tuple[ScheduledTask, ...] = ()
    at_start: tuple[str, ...] = ()
