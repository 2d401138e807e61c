"""Jobs after the commit. Rows are the truth; a job only hurries along what the sweep would find anyway."""

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

# Where the tasks are that are there whichever rooms there are; the rooms hand over theirs. A `@shared_task` exists only
# once its module is imported; a test holds both against the folders.
HOUSE_TASK_MODULES = (
    "community.projections.tasks",
    "community.health.tasks",
    "community.mail.tasks",
    "community.mailings.tasks",
    "community.files.tasks",
)
# A request waits no longer than this for a broker that is gone.
HURRY_TIMEOUT_SECONDS = 0.1
# Worker and clock take a broker that says nothing for so long for gone; kombu itself asks every second.
ANSWER_SECONDS = 5.0
# Looking into an empty folder is cheap; kombu's own second would be most of the time until a score has moved.
FOLDER_LOOK_SECONDS = 0.05
CLOCK_LOOK_SECONDS = 5.0


# Done when a worker starts: days that nobody was there for are written down, scores are of today, mails that a killed
# one left behind go on their way, and what nights were for is made up for; then what the rooms want done.
HOUSE_AT_START = (
    "health.take_snapshots",
    "health.rescore_accounts",
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
    """End a worker whose clock, a process of its own, was killed: whoever keeps the worker running starts both anew."""
    if worker.beat is not None and not worker.beat.is_alive() and state.should_stop is None:
        logger.error("the clock has ended, and the worker with it")
        state.should_stop = EX_FAILURE


def make_celery(app: Flask, config: "Config") -> Celery:
    """The Celery application of `app`: Redis if configured, else folders below the data directory."""

    class InAppContext(Task):
        """A task runs inside an application context of its own, and leaves no session behind."""

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
    celery.conf.update(_broker(config))
    celery.conf.update(
        imports=(*HOUSE_TASK_MODULES, *(module for room in rooms for module in room.tasks.modules)),
        at_start=(*HOUSE_AT_START, *(task for room in rooms for task in room.tasks.at_start)),  # a setting of our own
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


def _broker(config: "Config") -> dict[str, Any]:
    if config.redis_url:
        return {
            "broker_url": config.redis_url,
            # Redis hands a lost job out again only after the visibility timeout and a scan; the sweep is faster, but a
            # job that nobody acknowledged must not come back days later either.
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
        "broker_url": "folder://localhost",  # a host, or kombu warns that it takes this one
        "broker_transport_options": {
            "folder": str(config.data_dir.resolve() / "jobs" / "queue"),
            "polling_interval": FOLDER_LOOK_SECONDS,
        },
        # A folder has no fan-out; nobody asks this worker questions.
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
        "snapshots": {"task": "health.take_snapshots", "schedule": crontab(minute="10")},
        # Every hour, since both skip what is done: a night on which the machine was off is made up for.
        "re-score": {"task": "health.rescore_accounts", "schedule": crontab(minute="20")},
        "sweep files": {"task": "files.sweep_orphans", "schedule": crontab(minute="40")},
    }
    check_names("scheduled tasks", [*((name, "the house") for name in house), *own.items()])
    return house | {
        entry.name: {"task": entry.task, "schedule": entry.schedule} for room in rooms for entry in room.tasks.schedule
    }


def hurry(task: str, *args: object) -> None:
    """After the commit, send `task` on its way. A broker that is gone delays it until the next sweep, and no more.

    Tasks are named, not imported: the ledger hurries the projections, which stand above it (the house's one exception).
    """
    after_commit(_Errand(task, args))


@dataclass(frozen=True)
class _Errand:
    """Equal to another of the same task, so that a transaction of a thousand signals hurries the projections once."""

    task: str
    args: tuple[object, ...]

    def __call__(self) -> None:
        _send_task(self.task, self.args)


def _send_task(task: str, args: tuple[object, ...]) -> None:
    celery = cast("Celery", current_app)
    # Connections of their own: a Redis that takes what it is sent and does not answer is a Redis that is gone.
    broker = celery.connection_for_write(transport_options={"socket_timeout": HURRY_TIMEOUT_SECONDS})
    try:
        with producers[broker].acquire(block=True, timeout=HURRY_TIMEOUT_SECONDS) as producer:
            celery.send_task(task, args=args, retry=False, expires=600, producer=producer)
    except Exception as error:  # noqa: BLE001  any broker's way of being gone; the sweep finds the row
        logger.warning("job not hurried", extra={"task": task, "error": type(error).__name__})
