"""A room's tasks for the worker: imported, scheduled, run at its start; without the room there are none of them."""

from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery

from community import jobs
from community.app import create_app
from community.room import Room, ScheduledTask, WorkerTasks
from community.rooms import ROOMS
from tests.conftest import make_config

NOTES = Room(
    name="notes",
    tasks=WorkerTasks(
        modules=("tests.notes.tasks",),
        schedule=(ScheduledTask("tidy notes", "notes.tidy", timedelta(minutes=3)),),
        at_start=("notes.tidy",),
    ),
)


def celery_with(*rooms: Room, folder: Path) -> Celery:
    made: Celery = create_app(make_config(folder, f"sqlite:///{folder}/notes.db"), rooms=rooms).extensions["celery"]
    return made


def test_a_rooms_tasks_are_known_to_worker_and_clock(tmp_path: Path) -> None:
    celery = celery_with(*ROOMS, NOTES, folder=tmp_path)
    assert "tests.notes.tasks" in celery.conf.imports
    assert celery.conf.beat_schedule["tidy notes"] == {"task": "notes.tidy", "schedule": timedelta(minutes=3)}
    assert "notes.tidy" in celery.conf.at_start


def test_what_a_worker_does_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    celery_with(*ROOMS, NOTES, folder=tmp_path)
    sent: list[str] = []
    monkeypatch.setattr(jobs, "_send_task", lambda task, _args: sent.append(task))

    class Timer:
        def call_repeatedly(self, *_: object) -> None: ...

    class Sender:
        timer, controller = Timer(), None

    jobs._catch_up(Sender())
    assert sent == [
        "health.take_snapshots", "health.rescore_accounts", "accounts.begin_day", "signin.forget_unseen",
        "forums.rerender_posts", "stories.remind_approvers", "stories.warn_of_ends", "stories.rerender",
        "notes.tidy", *jobs.HOUSE_AT_START,
    ]  # fmt: skip


def test_without_rooms_there_are_the_houses_tasks(tmp_path: Path) -> None:
    celery = celery_with(folder=tmp_path)
    assert celery.conf.imports == jobs.HOUSE_TASK_MODULES
    of_rooms = ("forums.", "health.")
    assert not [entry for entry in celery.conf.beat_schedule.values() if entry["task"].startswith(of_rooms)]
