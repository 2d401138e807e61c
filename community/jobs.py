"""The Celery application, and `hurry`: a job after the commit runs at once what the sweep would find later anyway."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from celery import Celery, Task, current_app
from celery.platforms import EX_FAILURE
from celery.schedules import crontab
from celery.signals import worker_ready
from celery.worker import state
from flask import Flask
from kombu.pools import producers
from kombu.transport import TRANSPORT_ALIASES

from community.room import Room, check_names, rooms_of
from models.base import after_commit, db, set_reading

if TYPE_CHECKING:
    from .config import Config

logger = logging.getLogger(__name__)

# Modules of tasks that belong to no room; rooms hand over theirs. A `@shared_task` exists only once its module is
# imported; a test compares both with the folders.
HOUSE_TASK_MODULES = (
    "community.projections.tasks",
    "community.mail.tasks",
    "community.mailings.tasks",
    "community.files.tasks",
)
# A request waits no longer than this for a broker that does not answer.
HURRY_TIMEOUT_SECONDS = 0.1
# Worker and beat give a silent broker up after so long; kombu itself asks it every second.
ANSWER_SECONDS = 5.0
# Looking into an empty folder is cheap; with kombu's own second, most of the time until a score changes would be this.
FOLDER_LOOK_SECONDS = 0.05
CLOCK_LOOK_SECONDS = 5.0


# Tasks that run when a worker starts, after those of the rooms: they catch up on what a stopped worker left undone.
HOUSE_AT_START = (
    "mailings.write_mails",
    "mailings.send_waiting",
    "mailings.forget_old",
    "files.sweep_orphans",
)


@worker_ready.connect
def _catch_up(sender: Any, **_: object) -> None:  # noqa: ANN401  Celery's consumer
    for task in cast("Celery", current_app).conf.at_start:
        _send_task(task, ())
    sender.timer.call_repeatedly(CLOCK_LOOK_SECONDS, end_without_clock, (sender.controller,))


def end_without_clock(worker: Any) -> None:  # noqa: ANN401  Celery's worker
    """End a worker whose beat process was killed; the supervisor then starts both again."""
    if worker.beat is not None and not worker.beat.is_alive() and state.should_stop is None:
        logger.error("the clock has ended, and the worker with it")
        state.should_stop = EX_FAILURE


def make_celery(app: Flask, config: "Config") -> Celery:
    """Make and return the Celery application of `app`: by Redis if configured, else by a folder of the data folder."""

    class InAppContext(Task):
        """Runs a task in an application context of its own, and removes its session."""

        abstract = True

        def __call__(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401  whatever the task returns
            with app.app_context():
                set_reading(False)
                try:
                    return self.run(*args, **kwargs)
                finally:
                    db.session.remove()

    rooms = rooms_of(app).rooms
    celery = Celery(app.name, task_cls=InAppContext, set_as_current=True)
    celery.conf.update(_broker_settings(config))
    celery.conf.update(
        imports=(*HOUSE_TASK_MODULES, *(module for room in rooms for module in room.tasks.modules)),
        at_start=(*(task for room in rooms for task in room.tasks.at_start), *HOUSE_AT_START),  # a setting of our own
        task_ignore_result=True,
        task_publish_retry=False,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
        timezone=config.time_zone,
        enable_utc=True,
        beat_schedule=_schedule(config, rooms),
        beat_scheduler="community.clock:SteadyScheduler",
    )
    celery.set_default()
    app.extensions["celery"] = celery
    return celery


def _broker_settings(config: "Config") -> dict[str, Any]:
    if config.redis_url:
        return {
            "broker_url": config.redis_url,
            # Redis delivers a lost job again only after the visibility timeout and a scan. The sweep is faster, but an
            # unacknowledged job must not come back days later either.
            "broker_transport_options": {
                "visibility_timeout": 600,
                "unacked_restore_interval": 1,
                "socket_connect_timeout": HURRY_TIMEOUT_SECONDS,
                "socket_timeout": ANSWER_SECONDS,
                "max_retries": 0,
            },
        }
    TRANSPORT_ALIASES["folder"] = "community.job_folder:Transport"
    return {
        "broker_url": "folder://localhost",  # without a host kombu warns
        "broker_transport_options": {
            "folder": str(config.data_dir.resolve() / "jobs" / "queue"),
            "polling_interval": FOLDER_LOOK_SECONDS,
        },
        # A folder has no fan-out, which remote control needs.
        "worker_enable_remote_control": False,
    }


def _schedule(config: "Config", rooms: Iterable[Room]) -> dict[str, Any]:
    own = {entry.name: room.name for room in rooms for entry in room.tasks.schedule}
    house = {
        "process_pending": {
            "task": "projections.process_pending",
            "schedule": timedelta(seconds=config.settle_seconds),
        },
        "send mail": {"task": "mail.send_waiting", "schedule": timedelta(seconds=15)},
        "write mail": {"task": "mailings.write_mails", "schedule": timedelta(seconds=30)},
        "send mail that can wait": {"task": "mailings.send_waiting", "schedule": timedelta(seconds=15)},
        "forget mail": {"task": "mailings.forget_old", "schedule": crontab(hour="4", minute="30")},
        "sweep files": {"task": "files.sweep_orphans", "schedule": crontab(minute="40")},
    }
    check_names("scheduled tasks", [*((name, "the house") for name in house), *own.items()])
    return house | {
        entry.name: {"task": entry.task, "schedule": entry.schedule} for room in rooms for entry in room.tasks.schedule
    }


def hurry(task: str, *args: object) -> None:
    """Enqueue `task` after the commit. If the broker does not answer, the next sweep does the work instead.

    Tasks are named, not imported: the ledger hurries the projections, which stand above it (the house's one exception).
    """
    after_commit(_QueuedTask(task, args))


@dataclass(frozen=True)
class _QueuedTask:
    """A task to enqueue. Equal ones are enqueued once, so a transaction of a thousand signals enqueues one task."""

    task: str
    args: tuple[object, ...]

    def __call__(self) -> None:
        _send_task(self.task, self.args)


def _send_task(task: str, args: tuple[object, ...]) -> None:
    celery = cast("Celery", current_app)
    # Connections of their own, with a time limit for the answer: Redis may take a message and never answer.
    broker = celery.connection_for_write(transport_options={"socket_timeout": HURRY_TIMEOUT_SECONDS})
    try:
        with producers[broker].acquire(block=True, timeout=HURRY_TIMEOUT_SECONDS) as producer:
            celery.send_task(task, args=args, retry=False, expires=600, producer=producer)
    except Exception as error:  # noqa: BLE001  brokers fail in many ways; the sweep finds the row
        logger.warning("job not hurried", extra={"task": task, "error": type(error).__name__})
