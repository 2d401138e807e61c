"""The embedded queue under load and among rubbish: no process ends, and every act is scored."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import pytest

from community.app import create_app
from models.base import db
from tests.crash.load import Load
from tests.crash.test_crash import check_acts, wait_until_caught_up
from tests.databases import make_config
from tests.processes import UP_SECONDS, Installation

Found = TypeVar("Found")
ACTS_A_SECOND = 12
# Rubbish of every kind comes twice in this time.
SHORT_SECONDS = 15
NAME_LENGTH = 32  # of the file of a job, without its ending
# Ten minutes; shorter for who tries the test itself.
LONG_SECONDS = int(os.environ.get("LOAD_SECONDS", "600"))
# A busy machine may be slower than asked; far slower, the test would show nothing.
LEAST_SHARE = 0.25


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation("embedded", tmp_path_factory.mktemp("queue"), demo=True) as running:
        yield running


@pytest.mark.timeout(600)
def test_rubbish_in_the_queue_under_load_ends_no_process(installation: Installation) -> None:
    send_wrong_jobs(installation)
    with rubbish(installation.data / "jobs" / "queue"):
        act(installation, SHORT_SECONDS)
    assert "not a job, thrown away" in installation.logs()


@pytest.mark.long
@pytest.mark.timeout(3_000)
def test_ten_minutes_of_load_end_no_process_and_everything_is_scored(
    installation: Installation, record_property: Callable[[str, object], None]
) -> None:
    record_property("acts a second", f"{act(installation, LONG_SECONDS):.1f} of {ACTS_A_SECOND} asked for")


def act(installation: Installation, seconds: int) -> float:
    """Act for so long and look at everything afterwards; return how many acts a second were acknowledged."""
    deaths = installation.count_deaths()
    with Load(installation, ACTS_A_SECOND) as load:
        time.sleep(seconds)
    assert load.failed == []
    assert len(load.keys) >= seconds * ACTS_A_SECOND * LEAST_SHARE
    wait_until_caught_up(installation)
    check_acts(installation, load.keys)
    assert installation.count_deaths() == deaths, installation.logs()
    # The distinct jobs there are, at most; rubbish that was thrown in last may lie there still, under other names.
    assert sum(len(path.stem) == NAME_LENGTH for path in (installation.data / "jobs").rglob("*.job")) < 20
    assert "agree" in installation.command("verify")
    return len(load.keys) / load.seconds


def send_wrong_jobs(installation: Installation) -> None:
    """Jobs that were written whole and are wrong: a task that nobody knows, arguments that it does not take."""
    app = create_app(make_config(installation.data, installation.database_url))
    with app.app_context():
        celery = app.extensions["celery"]
        celery.send_task("nobody.knows")
        celery.send_task("projections.process_pending", args=(1, "two"), kwargs={"three": None})
        celery.send_task("health.take_snapshots", expires=-1)
        celery.send_task("forums.rerender_posts", args=("not a number",))
        celery.send_task("mail.send_waiting", headers={"task": None})
        db.engine.dispose()


@contextmanager
def rubbish(folder: Path) -> Iterator[None]:
    """While inside, somebody throws in whatever there is, and takes the folder away now and then."""
    end = threading.Event()
    thread = threading.Thread(target=_litter, args=(folder, end))
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def _litter(folder: Path, end: threading.Event) -> None:
    number = 0
    while not end.wait(0.1):
        number += 1
        with suppress(OSError):  # the folder is gone just now
            (folder / f"{number}_x.celery.msg").touch()
            (folder / f"{number}.job").write_bytes(b'{"body": "' * (number % 50))
            (folder / f"{number}.new").write_bytes(os.urandom(100))
            for job in [path for path in folder.glob("*.job") if path.is_file()][:1]:
                job.write_bytes(job.read_bytes()[:200])  # one that waits, cut off
            if number % 20 == 1:
                (folder / f"{number}.folder.job").mkdir()
                os.mkfifo(folder / f"{number}.pipe.job")
                (folder / f"{number}.closed.job").touch(mode=0)
            if number % 50 == 25:
                for each in range(2_000):
                    (folder / f"many{each}.job").touch()
            if number % 60 == 30:
                shutil.rmtree(folder)


@pytest.mark.timeout(600)
def test_a_killed_clock_comes_back(installation: Installation) -> None:
    """The process that sends the sweep on its way, alone: the worker ends, and both are there again."""
    deaths = installation.count_deaths()
    [clock] = children_of(find_ready_worker(installation))
    os.kill(clock, signal.SIGKILL)
    wait_for(lambda: installation.count_deaths() > deaths)
    assert len(children_of(find_ready_worker(installation))) == 1


def find_ready_worker(installation: Installation) -> int:
    """Return the worker's process id once it takes jobs: while it starts, it has other children than its clock."""
    job = installation.data / "jobs" / "queue" / "wrong.job"
    job.parent.mkdir(parents=True, exist_ok=True)
    job.write_bytes(b"not a job")
    wait_for(lambda: not job.exists())
    return int((installation.data / "log" / "worker.pid").read_text())


def children_of(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []


def wait_for(found: Callable[[], Found]) -> Found:
    deadline = time.monotonic() + UP_SECONDS
    while True:
        with suppress(FileNotFoundError, ValueError):
            if value := found():
                return value
        assert time.monotonic() < deadline
        time.sleep(0.2)
