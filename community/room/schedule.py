"""The tasks of a room for the worker: their modules, their schedule, and which run when a worker starts."""

from dataclasses import dataclass
from datetime import timedelta

from celery.schedules import crontab


@dataclass(frozen=True)
class ScheduledTask:
    """A task that runs at an interval, or at the times of a crontab in the community's time zone.

    `name`: of the entry on the schedule; `task`: of the Celery task, "forums.count_views".
    """

    name: str
    task: str
    schedule: timedelta | crontab


@dataclass(frozen=True)
class WorkerTasks:
    """Tasks of a room. `modules`: for the worker to import; `at_start`: names of tasks to run when it starts."""

    modules: tuple[str, ...] = ()
    schedule: tuple[ScheduledTask, ...] = ()
    at_start: tuple[str, ...] = ()
