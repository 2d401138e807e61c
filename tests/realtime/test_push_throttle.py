"""Nobody waits for the push throttle, and he does not come too often."""

import subprocess
import sys
import threading
import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.config import ROOT
from community.realtime import push_throttle as module
from community.realtime.push_throttle import PAUSE_SECONDS, PushThrottle, merge

# Threads of a busy machine come to their turn late.
PATIENCE = 60


@pytest.fixture
def push_throttle() -> PushThrottle:
    return PushThrottle()


def test_a_push_leaves_soon_and_in_another_thread(push_throttle: PushThrottle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_SECONDS", 3600)  # whoever waits for it is not through at the end
    sent: list[tuple[dict[str, Any], str]] = []
    push_throttle.deliver(
        1, "topic:7", "topic", {"version": 1}, lambda p: sent.append((p, threading.current_thread().name))
    )
    assert push_throttle.flush(PATIENCE)
    assert sent == [({"version": 1}, "realtime-push-throttle")]


def test_a_push_lets_the_acts_answer_go_first(push_throttle: PushThrottle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEAD_START_SECONDS", 2.0)  # in which a busy machine comes from here to the flush
    sent: list[dict[str, Any]] = []
    push_throttle.deliver(1, "topic:7", "topic", {"version": 1}, sent.append)
    push_throttle.deliver(1, "topic:7", "topic", {"version": 2}, sent.append)
    assert not sent
    assert push_throttle.flush(PATIENCE)
    assert sent == [{"version": 2}]


def test_who_pushes_does_not_wait_for_a_slow_bus(push_throttle: PushThrottle) -> None:
    through = threading.Event()
    released: list[bool] = []
    push_throttle.deliver(1, "topic:7", "topic", {}, lambda _: released.append(through.wait(PATIENCE)))
    push_throttle.deliver(1, "topic:8", "topic", {}, lambda _: None)
    through.set()
    assert push_throttle.flush(PATIENCE)
    assert released == [True]  # the bus was still at it when both had been handed over


def test_of_many_pushes_at_most_four_a_second_leave_and_the_newest_is_last(push_throttle: PushThrottle) -> None:
    key = (1, "topic:7", "topic")
    sent: list[tuple[float, int]] = []

    def send(payload: dict[str, Any]) -> None:
        sent.append((push_throttle._queue.left_at[key], payload["version"]))  # when it left, however late it is here

    began = time.monotonic()
    version = 0
    while len(sent) < 4 and time.monotonic() - began < PATIENCE:
        version += 1
        push_throttle.deliver(*key, {"version": version}, send)
        time.sleep(0.002)
    assert push_throttle.flush(PATIENCE)
    pauses = [later - sooner for (sooner, _), (later, _) in pairwise(sent)]
    assert len(pauses) >= 2
    assert min(pauses) >= PAUSE_SECONDS
    assert sent[-1][1] == version
    assert [v for _, v in sent] == sorted(v for _, v in sent)


def test_other_rooms_events_and_managers_do_not_wait_for_one_another(
    push_throttle: PushThrottle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSE_SECONDS", 3600)
    sent: list[str] = []
    keys = [(1, "topic:7", "topic"), (1, "topic:8", "topic"), (1, "topic:7", "typing"), (2, "topic:7", "topic")]
    for carrier, room, event in keys:
        push_throttle.deliver(carrier, room, event, {}, lambda _, key=f"{carrier} {room} {event}": sent.append(key))
    assert push_throttle.flush(PATIENCE)
    assert sent == [f"{carrier} {room} {event}" for carrier, room, event in keys]


def test_a_push_that_fails_does_not_stop_the_next(push_throttle: PushThrottle) -> None:
    sent: list[dict[str, Any]] = []

    def fail(_: dict[str, Any]) -> None:
        raise ConnectionError("no bus")

    push_throttle.deliver(1, "a:1", "x", {}, fail)
    push_throttle.deliver(1, "a:2", "x", {"n": 1}, sent.append)
    assert push_throttle.flush(PATIENCE)
    assert sent == [{"n": 1}]


def test_a_cut_goes_before_what_waits_and_is_tried_until_it_is_done(
    push_throttle: PushThrottle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.5)  # what waits has left by then
    monkeypatch.setattr(module, "HEAD_START_SECONDS", 0.0)
    done: list[str] = []

    def cut() -> None:
        done.append("cut")
        if done.count("cut") < 3:
            raise ConnectionError("no bus")

    taken, block = threading.Event(), threading.Event()

    def hold(_: dict[str, Any]) -> None:
        taken.set()
        block.wait(PATIENCE)

    push_throttle.deliver(1, "a:1", "x", {}, hold)
    assert taken.wait(PATIENCE)
    push_throttle.deliver(1, "a:2", "x", {}, lambda _: done.append("push"))
    push_throttle.cut(cut)
    block.set()
    assert push_throttle.flush(PATIENCE)
    assert done == ["cut", "push", "cut", "cut"]


def test_a_cut_is_given_up_in_the_end(push_throttle: PushThrottle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(module, "RETRY_FOR_SECONDS", 1.0)
    tries: list[int] = []

    def cut() -> None:
        tries.append(1)
        raise ConnectionError("no bus")

    push_throttle.cut(cut)
    assert push_throttle.flush(PATIENCE)
    assert 2 <= len(tries) <= 12


FORKING = """
import os, threading
from community.realtime.push_throttle import PushThrottle
throttle, block = PushThrottle(), threading.Event()
throttle.deliver(1, "a:1", "x", {}, lambda _: block.wait(60))
throttle.deliver(1, "a:2", "x", {}, lambda _: os.write(1, b"parent's "))
pid = os.fork()
if pid == 0:
    throttle.deliver(1, "a:3", "x", {}, lambda _: os.write(1, b"child's "))
    os._exit(not throttle.flush(30))
assert os.waitpid(pid, 0)[1] == 0
block.set()
assert throttle.flush(30)
"""


def test_a_forked_child_starts_with_an_empty_queue_and_a_thread_of_its_own() -> None:
    command = [sys.executable, "-W", "ignore", "-c", FORKING]
    said = subprocess.run(command, cwd=ROOT, check=True, timeout=60, stdout=subprocess.PIPE)
    assert said.stdout == b"child's parent's "


STATES = st.dictionaries(st.sampled_from(["version", "unread"]), st.integers(0, 9))


@given(STATES, STATES)
def test_merging_keeps_the_newer_version(old: dict[str, int], new: dict[str, int]) -> None:
    merged = merge(old, new)
    assert merged.get("version", 0) == max(old.get("version", 0), new.get("version", 0))
    newest = new if new.get("version", 0) >= old.get("version", 0) else old
    assert newest.items() <= merged.items()


def test_merging_loses_no_row_of_a_table() -> None:
    old, new = {"versions": {1: 4, 2: 7}}, {"versions": {2: 8, 3: 1}}
    assert merge(old, new) == {"versions": {1: 4, 2: 8, 3: 1}}
