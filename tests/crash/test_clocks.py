"""A clock that is set under the running processes, and processes that stand still while the clock runs."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa

from community.signin.passwords import SAMPLE_PASSWORD
from models.notifications import Bell
from models.projections import ProjectionLease
from tests.crash.load import PEOPLE, Load
from tests.crash.test_crash import check_acts, wait_until_caught_up
from tests.crash.visitor import Visitor
from tests.processes import Installation

pytestmark = pytest.mark.needs("faketime")

LIBRARIES = Path("/usr/lib")
TWO_HOURS = 7_200
STOPPED_SECONDS = 60
A_WHILE_SECONDS = 8


class SettableClock:
    """The wall clock of an installation, kept by Debian's faketime. The clock that only counts runs on."""

    def __init__(self, folder: Path) -> None:
        library = next(LIBRARIES.glob("*/faketime/libfaketimeMT.so.1"))
        self.file = folder / "clock"
        self.file.write_text("+0\n")
        self.settings = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_NO_CACHE": "1",
            "NO_FAKE_STAT": "1",
            "PYTHONPATH": str(Path(__file__).parent / "faketime"),
        }

    def set_by(self, seconds: int) -> None:
        """So far off the real time from now on."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.replace(self.file)


@pytest.fixture
def clock(tmp_path: Path) -> SettableClock:
    return SettableClock(tmp_path)


@pytest.fixture
def embedded(tmp_path: Path, clock: SettableClock) -> Iterator[Installation]:
    with Installation("embedded", tmp_path, demo=True, settings=clock.settings) as running:
        yield running


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "steps",
    [
        pytest.param((-TWO_HOURS,), id="back"),
        pytest.param((TWO_HOURS, 0, -TWO_HOURS, 0), id="forward-and-back", marks=pytest.mark.long),
        # Further ahead than a day, signatures are refused: who was signed in signs in again (clock.MOST_AHEAD_SECONDS).
        pytest.param((-23 * 3_600, 0, 86_400, 0), id="a-day", marks=pytest.mark.long),
    ],
)
def test_a_clock_that_is_set_stops_nothing(
    embedded: Installation, clock: SettableClock, steps: tuple[int, ...]
) -> None:
    """Who is signed in goes on, acts are scored within seconds, nobody ends, bells go up."""
    with Load(embedded, a_second=4) as load:
        time.sleep(A_WHILE_SECONDS)
        bells = bell_versions(embedded)
        for step in steps:
            clock.set_by(step)
            time.sleep(A_WHILE_SECONDS)
    assert load.failed == []
    wait_until_caught_up(embedded)
    check_acts(embedded, load.keys)
    later = bell_versions(embedded)
    assert bells
    assert {member_id for member_id, version in bells.items() if later[member_id] < version} == set()
    assert any(later[member_id] > version for member_id, version in bells.items()), "somebody was told something"
    assert embedded.count_deaths() == 0, embedded.logs()
    assert "agree" in embedded.command("verify")


@pytest.mark.timeout(900)
def test_a_process_that_died_before_the_clock_was_set_back_keeps_nobody_waiting(
    embedded: Installation, clock: SettableClock
) -> None:
    wait_until_caught_up(embedded)
    clock.set_by(TWO_HOURS)
    time.sleep(5)
    embedded.kill("worker")
    with embedded.database() as database:
        database.execute(sa.update(ProjectionLease).values(holder="dead"))
    clock.set_by(0)
    person = Visitor(embedded.url(), PEOPLE[0], SAMPLE_PASSWORD)
    with Load(embedded, a_second=4) as load:
        time.sleep(3)
    assert person.send("/sign-out", {})
    wait_until_caught_up(embedded)
    check_acts(embedded, load.keys)
    assert "agree" in embedded.command("verify")


def bell_versions(installation: Installation) -> dict[int, int]:
    with installation.database() as database:
        return dict(database.execute(sa.select(Bell.member_id, Bell.version)).all())


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("kind", "several"), [("production", 2), ("embedded", 1)])
def test_a_worker_that_was_stopped_for_a_minute_does_nothing_twice(
    kind: Literal["production", "embedded"], several: int, tmp_path: Path
) -> None:
    """SIGSTOP, at whatever it was doing; in production another worker has done everything meanwhile."""
    with Installation(kind, tmp_path, demo=True, webs=several, workers=several) as installation:
        wait_until_caught_up(installation)
        if kind == "embedded":  # stopped in mid-transaction it would keep SQLite's one lock, and acts be refused
            go_on = installation.freeze("worker")
            with Load(installation, a_second=2) as load:
                time.sleep(STOPPED_SECONDS)
            go_on()
        else:
            with Load(installation, a_second=12) as load:
                time.sleep(3)
                go_on = installation.freeze("worker", 0)
                time.sleep(STOPPED_SECONDS)
                go_on()
                time.sleep(5)
        assert load.failed == []
        wait_until_caught_up(installation)
        check_acts(installation, load.keys)
        assert installation.count_deaths() == 0, installation.logs()
        assert "agree" in installation.command("verify")
