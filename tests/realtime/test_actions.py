"""When a push leaves: after the commit, and only then."""

from typing import Any

import pytest
from flask import Flask

from community import realtime
from community.realtime import actions
from community.realtime.managers import CutsRooms, TableManager, UndeliveredError
from community.realtime.push_throttle import push_throttle
from models.base import transaction


class Manager(CutsRooms):
    """Remembers what it is asked to do."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[Any] = []

    def emit(self, event: str, data: Any, namespace: str, room: Any = None, *_: Any, **__: Any) -> None:  # noqa: ANN401
        self.done.append((room, event, data))

    def cut(self, room: str | None) -> None:
        self.done.append(f"cut {room}")

    def announce_cut(self, room: str) -> None:
        self.done.append(f"announce {room}")


@pytest.fixture
def manager(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Manager:
    made = Manager()
    monkeypatch.setitem(app.extensions, actions.EXTENSION, made)
    return made


def test_within_a_transaction_a_push_waits_for_the_commit(manager: Manager) -> None:
    with transaction():
        realtime.push("topic:7", "topic", {"version": 2})
        realtime.reauthorise("member:5")
        assert push_throttle.flush()
        assert manager.done == []
    assert push_throttle.flush()
    assert manager.done[0] == "cut member:5"
    assert sorted(map(str, manager.done[1:])) == ["('topic:7', 'topic', {'version': 2})", "announce member:5"]


def test_what_is_rolled_back_is_not_pushed(manager: Manager) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        realtime.push("topic:7", "topic", {"version": 2})
        realtime.reauthorise("member:5")
        _ = 1 / 0
    assert push_throttle.flush()
    assert manager.done == []


def test_outside_a_transaction_a_push_leaves_at_once(manager: Manager) -> None:
    realtime.push("topic:8", "topic", {"version": 2})
    assert push_throttle.flush()
    assert manager.done == [("topic:8", "topic", {"version": 2})]


def test_an_action_succeeds_even_if_nothing_can_be_pushed(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise UndeliveredError

    monkeypatch.setattr(manager, "emit", fail)
    with transaction():
        realtime.push("topic:9", "topic", {"version": 2})
    assert push_throttle.flush()


def test_a_process_without_sockets_writes_to_the_bus_by_itself(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(app.extensions, actions.EXTENSION, raising=False)
    realtime.push("topic:10", "topic", {"version": 2})
    made = app.extensions[actions.EXTENSION]
    assert isinstance(made, TableManager)
    assert made.write_only
    assert push_throttle.flush()


def test_outside_an_application_nothing_is_pushed_and_nothing_breaks() -> None:
    realtime.push("topic:11", "topic", {})
    realtime.reauthorise("topic:11")
