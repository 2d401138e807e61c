"""The clock keeps nothing on the disk, and makes up for the hours at which it was off."""

from datetime import timedelta

from celery import Celery
from celery.apps.beat import Beat
from celery.schedules import crontab
from celery.utils.imports import symbol_by_name
from flask import Flask

from community.clock import Clock


def test_the_clock_has_the_whole_schedule_and_no_file(app: Flask) -> None:
    celery: Celery = app.extensions["celery"]
    chosen = Beat(app=celery).scheduler_cls
    assert symbol_by_name(chosen) is Clock
    clock = Clock(app=celery)
    clock.sync()
    clock.close()
    assert clock.data.keys() >= celery.conf.beat_schedule.keys()
    assert not list(app.config["TSUDOI"].data_dir.glob("beat-schedule*"))


def test_jobs_of_a_certain_hour_are_due_when_it_starts_and_not_again(app: Flask) -> None:
    clock = Clock(app=app.extensions["celery"])
    daily = [entry for entry in clock.data.values() if isinstance(entry.schedule, crontab)]
    assert len(daily) > 3
    assert all(entry.is_due().is_due for entry in daily)
    for entry in daily:
        entry.last_run_at = entry.default_now()
        assert not entry.is_due().is_due
        assert entry.schedule.remaining_estimate(entry.last_run_at) <= timedelta(days=1)
