"""A bus that may be locked, removed or spoilt, and goes on."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import time_machine

from community.config import ROOT
from community.realtime import table_bus
from community.realtime.table_bus import TableBus

# Threads of a busy machine come to their turn late; what is waited for takes milliseconds otherwise.
PATIENCE = 30
# What sqlite3.connect waits for a lock by default; the bus waits a fiftieth of it.
SQLITES_OWN_PATIENCE_SECONDS = 5


class _EndError(Exception):
    """Ends the endless listening."""


class Listener:
    """Listens in a thread until the test ends."""

    def __init__(self, bus: TableBus) -> None:
        self.heard: list[str] = []
        self.missed = 0
        self._end = threading.Event()
        self._looked = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=(bus,), daemon=True)
        self._thread.start()
        assert self._looked.wait(PATIENCE)

    def _listen(self, bus: TableBus) -> None:
        try:
            for message in bus.listen(self._sleep, self._miss):
                self.heard.append(message)
        except _EndError:
            pass

    def _sleep(self, seconds: float) -> None:
        self._looked.set()
        time.sleep(min(seconds, 0.01))
        if self._end.is_set():
            raise _EndError

    def _miss(self) -> None:
        self.missed += 1

    def hears(self, *messages: str) -> bool:
        return wait_until(lambda: self.heard == list(messages))

    def end(self) -> None:
        self._end.set()
        self._thread.join(PATIENCE)


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    return condition()


@pytest.fixture
def bus(tmp_path: Path) -> TableBus:
    return TableBus(tmp_path / "deep" / "bus.db")


@pytest.fixture
def listen(bus: TableBus) -> Iterator[Callable[[], Listener]]:
    started: list[Listener] = []

    def start() -> Listener:
        started.append(Listener(bus))
        return started[-1]

    yield start
    for listener in started:
        listener.end()


def test_every_listener_hears_what_is_published_in_order(bus: TableBus, listen: Callable[[], Listener]) -> None:
    first, second = listen(), listen()
    for number in range(50):
        bus.publish(f"{number}")
    everything = [str(number) for number in range(50)]
    assert first.hears(*everything)
    assert second.hears(*everything)
    assert (first.missed, second.missed) == (0, 0)


def test_listening_begins_now(bus: TableBus, listen: Callable[[], Listener]) -> None:
    bus.publish("history")
    listener = listen()
    bus.publish("news")
    assert listener.hears("news")


def test_another_process_is_heard(bus: TableBus, listen: Callable[[], Listener]) -> None:
    listener = listen()
    code = (
        "import sys; from pathlib import Path; from community.realtime.table_bus import TableBus;"
        "TableBus(Path(sys.argv[1])).publish('from afar')"
    )
    subprocess.run([sys.executable, "-c", code, str(bus.path)], cwd=ROOT, check=True, timeout=60)
    assert listener.hears("from afar")


def test_old_messages_are_purged(bus: TableBus, monkeypatch: pytest.MonkeyPatch) -> None:
    bus.publish("old")
    monkeypatch.setattr(table_bus, "KEEP_SECONDS", -1)
    bus.publish("new")
    with closing(sqlite3.connect(bus.path)) as connection:
        assert connection.execute("SELECT id, body FROM message").fetchall() == [(2, "new")]


def test_a_listener_that_slept_too_long_learns_that_it_missed_something(
    bus: TableBus, listen: Callable[[], Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = listen()
    bus.publish("1")
    assert listener.hears("1")
    with closing(sqlite3.connect(bus.path, isolation_level=None)) as connection:  # 2 comes and goes unseen
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("INSERT INTO message (at, body) VALUES (0, '2')")
        connection.execute("DELETE FROM message")
        connection.execute("INSERT INTO message (at, body) VALUES (9e9, '3')")
        connection.execute("COMMIT")
    assert wait_until(lambda: listener.heard[-1] == "3")
    assert listener.missed == 1


def test_a_removed_file_is_made_again_and_listeners_learn_of_it(bus: TableBus, listen: Callable[[], Listener]) -> None:
    listener = listen()
    bus.publish("before")
    assert listener.hears("before")
    bus.path.unlink()
    assert wait_until(lambda: listener.missed == 1)
    bus.publish("after")
    assert listener.hears("before", "after")
    assert listener.missed == 1


def test_a_spoilt_file_is_made_again_and_listeners_learn_of_it(bus: TableBus, listen: Callable[[], Listener]) -> None:
    listener = listen()
    bus.publish("before")
    assert listener.hears("before")
    bus.path.write_bytes(b"this is no database" * 500)
    bus.publish("after")
    assert wait_until(lambda: listener.missed >= 1)
    bus.publish("later")
    assert wait_until(lambda: "later" in listener.heard)


def test_a_locked_file_delays_nobody_for_long(bus: TableBus, listen: Callable[[], Listener]) -> None:
    listener = listen()
    with closing(sqlite3.connect(bus.path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            bus.publish("lost")
        assert time.monotonic() - began < SQLITES_OWN_PATIENCE_SECONDS
        holder.execute("COMMIT")
    bus.publish("heard")
    assert listener.hears("heard")
    assert listener.missed == 0


def test_listening_to_silence_costs_little(bus: TableBus) -> None:
    bus.publish("something")
    looks = 0

    def sleep(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks > 250:  # ten seconds' worth
            raise _EndError

    began = time.thread_time()
    with pytest.raises(_EndError):
        list(bus.listen(sleep, lambda: None))
    assert time.thread_time() - began < 0.1, "one per cent of a core"


@pytest.mark.parametrize("step", [7_200, -7_200])
def test_a_clock_that_is_set_neither_stops_the_bus_nor_lets_it_grow(
    bus: TableBus, listen: Callable[[], Listener], step: int
) -> None:
    listener = listen()
    for number in range(3):
        bus.publish(f"{number}")
    assert listener.hears("0", "1", "2")
    with time_machine.travel(time.time() + step, tick=True):
        bus.publish("after")
        assert wait_until(lambda: listener.heard[-1] == "after")
        bus.publish("later")
        assert wait_until(lambda: listener.heard[-1] == "later")
    with closing(sqlite3.connect(bus.path)) as connection:
        assert connection.execute("SELECT body FROM message").fetchall() == [("after",), ("later",)]
