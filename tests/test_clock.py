"""The schedule of tasks while the wall clock is set back, forward and back again."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from celery import Celery
from celery.beat import ScheduleEntry
from celery.schedules import crontab
from flask import Flask

from community import clock
from community.clock import STEP_SECONDS, SteadyScheduler, StepWatch
from models.base import now

TWO_HOURS = timedelta(hours=2)


class Clocks:
    """A wall clock that can be set, and a monotonic one."""

    def __init__(self, wall: time_machine.Traveller) -> None:
        self.wall = wall
        self.steady = 1_000.0

    def pass_by(self, seconds: float) -> None:
        self.steady += seconds
        self.wall.shift(seconds)

    def set_by(self, step: timedelta) -> None:
        self.wall.shift(step)


@pytest.fixture
def clocks() -> Iterator[Clocks]:
    with time_machine.travel("2026-11-29T03:00:00Z", tick=False) as wall:
        yield Clocks(wall)


def watch(clocks: Clocks) -> StepWatch:
    return StepWatch(lambda: now().timestamp(), lambda: clocks.steady)


@pytest.mark.parametrize("step", [-TWO_HOURS, TWO_HOURS, timedelta(days=-400), timedelta(seconds=2 * STEP_SECONDS)])
def test_a_step_is_noticed_once_and_exactly(clocks: Clocks, step: timedelta) -> None:
    watching = watch(clocks)
    clocks.pass_by(30)
    clocks.set_by(step)
    clocks.pass_by(1)
    assert watching.take_step() == step
    clocks.pass_by(1)
    assert watching.take_step() == timedelta()


def test_passing_time_and_a_time_services_nudges_are_no_step(clocks: Clocks) -> None:
    watching = watch(clocks)
    for _ in range(100):
        clocks.pass_by(3_600)
        clocks.set_by(timedelta(milliseconds=-20))
        assert watching.take_step() == timedelta()


class Sent(SteadyScheduler):
    """A scheduler that notes what it would send."""

    def __init__(self, clocks: Clocks, app: Celery) -> None:
        self.clocks = clocks
        self.sent: list[str] = []
        super().__init__(app, schedule={})
        self._watch = watch(clocks)

    def apply_async(self, entry: ScheduleEntry, *_: object, **__: object) -> None:
        self.sent.append(str(entry.name))

    @property
    def producer(self) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]  cached there
        """None: nothing is sent."""

    def run(self, seconds: int) -> list[str]:
        """Run for so many seconds, with a tick in each; return the names of the tasks sent."""
        before = len(self.sent)
        for _ in range(seconds):
            while not self.tick():
                pass
            self.clocks.pass_by(1)
        return self.sent[before:]


@pytest.fixture
def scheduler(clocks: Clocks) -> Sent:
    app = Celery("schedule", set_as_current=False)
    app.conf.update(
        timezone="Asia/Tokyo",
        beat_schedule={
            "often": {"task": "often", "schedule": timedelta(seconds=2)},
            "hourly": {"task": "hourly", "schedule": crontab(minute="20")},
        },
    )
    return Sent(clocks, app)


@pytest.mark.parametrize("step", [-TWO_HOURS, TWO_HOURS, timedelta(days=-400), timedelta(days=400)])
def test_the_sweep_goes_on_when_the_clock_is_set(scheduler: Sent, clocks: Clocks, step: timedelta) -> None:
    assert scheduler.run(20).count("often") in {9, 10}
    clocks.set_by(step)
    assert scheduler.run(20).count("often") in {9, 10, 11}


def test_a_step_forward_and_back_leaves_the_sweep_as_it_was(scheduler: Sent, clocks: Clocks) -> None:
    for step in (TWO_HOURS, -TWO_HOURS, TWO_HOURS, -TWO_HOURS):
        clocks.set_by(step)
        assert scheduler.run(10).count("often") in {4, 5, 6}


def test_what_is_due_at_an_hour_is_so_by_the_new_clock(scheduler: Sent, clocks: Clocks) -> None:
    assert scheduler.run(10).count("hourly") == 0
    clocks.set_by(-TWO_HOURS)
    assert scheduler.run(19 * 60).count("hourly") == 0
    assert scheduler.run(2 * 60).count("hourly") == 1


def test_the_installations_own_schedule_is_the_steady_one_and_needs_no_file(app: Flask, tmp_path: Path) -> None:
    celery = app.extensions["celery"]
    assert celery.conf.beat_scheduler == f"{clock.__name__}:{SteadyScheduler.__name__}"
    scheduler = SteadyScheduler(celery, schedule_filename=str(tmp_path / "no" / "such" / "folder"))
    assert set(scheduler.get_schedule()) >= set(celery.conf.beat_schedule)


def test_a_job_that_cannot_be_sent_does_not_end_the_clock(
    scheduler: Sent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(scheduler, "apply_async", fail)
    with caplog.at_level(logging.CRITICAL, "celery.beat"):
        assert scheduler.run(5) == []
    monkeypatch.undo()
