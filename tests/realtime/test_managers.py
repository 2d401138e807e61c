"""Between processes: what is sent here is heard there; what is cut here is cut there; nobody waits for a lost Redis."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
import redis
from socketio import Server

from community.config import Config
from community.realtime import managers
from community.realtime.managers import (
    NAMESPACE,
    CutsRooms,
    RedisManager,
    TableManager,
    UndeliveredError,
    make_manager,
)
from community.realtime.table_bus import TableBus
from tests.processes import free_port, own_redis
from tests.realtime.test_table_bus import wait_until

Make = Callable[..., CutsRooms]


class Process:
    """A web process in small: a socket server with two sockets, one of them in a room."""

    def __init__(self, manager: CutsRooms) -> None:
        self.manager = manager
        self.sent: list[str] = []
        self.server = Server(client_manager=manager, async_mode="threading")
        self.server._send_eio_packet = lambda eio_sid, eio_pkt: self.sent.append(f"{eio_sid} {eio_pkt.data}")
        self.server._send_packet = lambda eio_sid, pkt: None  # noqa: ARG005  the names are part of the type
        manager.initialize()
        for name in ("inside", "outside"):
            sid = manager.connect(name, NAMESPACE)
            if name == "inside":
                manager.enter_room(sid, NAMESPACE, "topic:7")

    def heard(self, event: str) -> set[str]:
        return {line for line in self.sent if f'["{event}"' in line}

    @property
    def connected(self) -> set[str]:
        return {eio_sid for _, eio_sid in self.manager.get_participants(NAMESPACE, None)}


@pytest.fixture(params=["table", "redis"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Makes managers that share one bus."""
    if request.param == "table":
        bus = TableBus(tmp_path / "bus.db")
        return lambda *, write_only=False: TableManager(bus, write_only=write_only)
    # Not one database for all: this module's tests run in several workers at once, and one of them kills listeners.
    url = own_redis()
    return lambda *, write_only=False: RedisManager(url, write_only=write_only)


def hear_one_another(writer: CutsRooms, *processes: Process) -> bool:
    """Wait until everybody listens."""

    def all_heard() -> bool:
        writer.emit("ping", 1, namespace=NAMESPACE, room=None)
        return all(any("ping" in line for line in process.sent) for process in processes)

    return wait_until(all_heard)


def test_what_any_process_sends_is_heard_in_the_room_on_all(make: Make) -> None:
    worker, one, two = make(write_only=True), Process(make()), Process(make())
    assert hear_one_another(worker, one, two)
    worker.emit("topic", {"version": 3}, namespace=NAMESPACE, room="topic:7")
    one.manager.emit("topic", {"version": 4}, namespace=NAMESPACE, room="topic:7")
    expected = {'inside 2["topic",{"version":3}]', 'inside 2["topic",{"version":4}]'}
    assert wait_until(lambda: one.heard("topic") == two.heard("topic") == expected)


def test_a_room_is_cut_on_all_processes_and_only_that_room(make: Make) -> None:
    worker, one, two = make(write_only=True), Process(make()), Process(make())
    assert hear_one_another(worker, one, two)
    worker.cut("topic:7")
    worker.announce_cut("topic:7")
    assert wait_until(lambda: one.connected == two.connected == {"outside"})
    assert (one.manager.cuts, two.manager.cuts) == (1, 1)


def test_who_cuts_does_not_cut_again_when_the_order_comes_back(make: Make) -> None:
    one, two = Process(make()), Process(make())
    assert hear_one_another(two.manager, one)
    assert hear_one_another(one.manager, two)
    one.manager.cut("topic:7")
    one.manager.announce_cut("topic:7")
    assert wait_until(lambda: two.connected == {"outside"})
    one.manager.connect("late", NAMESPACE)
    two.manager.emit("ping", 2, namespace=NAMESPACE, room=None)
    assert wait_until(lambda: any("late" in line for line in one.sent))
    assert one.manager.cuts == 1


def test_after_a_lost_redis_everybody_comes_back_and_is_asked_anew() -> None:
    url = own_redis()
    writer, one = RedisManager(url, write_only=True), Process(RedisManager(url, write_only=False))
    assert hear_one_another(writer, one)
    with redis.Redis.from_url(url) as operator:
        channel = writer.channel.encode()
        subscribed = [c for c in operator.client_list(_type="pubsub") if c["db"] == url.rpartition("/")[2]]
        assert operator.pubsub_numsub(channel)[0][1] >= 1
        for client in subscribed:
            operator.client_kill_filter(_id=client["id"])
    assert wait_until(lambda: one.connected == set())
    one.sent.clear()
    one.manager.connect("back", NAMESPACE)
    assert hear_one_another(writer, one)


@contextmanager
def silent_server() -> Iterator[str]:
    """Accepts connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(60)
        for connection in held:
            connection.close()


@contextmanager
def closed_port() -> Iterator[str]:
    yield f"redis://127.0.0.1:{free_port()}/0"


@pytest.mark.parametrize("gone", [silent_server, closed_port])
def test_a_redis_that_is_gone_is_given_up_soon_and_then_left_alone(
    gone: Callable[[], AbstractContextManager[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(managers, "PUBLISH_SECONDS", 1.0)  # of a tenth a busy machine would not leave much
    with gone() as url:
        manager = RedisManager(url, write_only=True)
        began = time.monotonic()
        with pytest.raises(UndeliveredError):
            manager.emit("topic", {}, namespace=NAMESPACE, room="topic:7")
        first = time.monotonic() - began
        with pytest.raises(UndeliveredError):
            manager.emit("topic", {}, namespace=NAMESPACE, room="topic:7")
        second = time.monotonic() - began - first
    assert first < managers.PUBLISH_SECONDS * 4
    assert second < managers.PUBLISH_SECONDS / 2


def test_own_sockets_hear_even_without_a_redis() -> None:
    with closed_port() as url:
        manager = RedisManager(url, write_only=True)  # it holds sockets here, but does not listen
        process = Process(manager)
        with pytest.raises(UndeliveredError):
            manager.emit("topic", {}, namespace=NAMESPACE, room="topic:7")
    assert process.sent == ['inside 2["topic",{}]']


def test_installations_on_one_redis_do_not_hear_one_another() -> None:
    channels = {RedisManager(f"redis://127.0.0.1:1/{n}", write_only=True).channel for n in (0, 1)}
    assert len(channels) == 2


def test_the_configuration_chooses(tmp_path: Path) -> None:
    def manager(redis_url: str) -> CutsRooms:
        config = Config(_env_file=None, data_dir=tmp_path, redis_url=redis_url)  # pyright: ignore[reportCallIssue]
        return make_manager(config, write_only=True)

    assert isinstance(manager(""), TableManager)
    assert isinstance(manager("redis://127.0.0.1:1/3"), RedisManager)
