"""Answers never wait for their reader."""

import errno
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from community.serving import backlog
from community.serving.backlog import Reserve
from community.serving.outgoing import OutgoingSocket
from tests.serving.clients import connect

MUCH = bytes(range(256)) * 20_000
SHARE = 6_000_000
RESERVE = Reserve(8_000_000, SHARE)


@pytest.fixture
def pair() -> Iterator[tuple[OutgoingSocket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    outgoing = OutgoingSocket(ours, RESERVE, "here")
    yield outgoing, theirs
    outgoing.close()
    ours.close()
    theirs.close()


def read_all(outgoing: OutgoingSocket, theirs: socket.socket, length: int) -> bytes:
    read = bytearray()
    while len(read) < length:
        read += theirs.recv(100_000)
        outgoing.flush()
    return bytes(read)


def test_what_nobody_reads_is_kept_and_sent_in_order_later(pair: tuple[OutgoingSocket, socket.socket]) -> None:
    outgoing, theirs = pair
    outgoing.sendall(MUCH)
    assert outgoing.send(b"the end") == 7
    assert not outgoing.flush()
    assert 0 < outgoing.sent < len(MUCH)
    assert read_all(outgoing, theirs, len(MUCH) + 7) == MUCH + b"the end"
    assert outgoing.flush()
    outgoing.sendall(b"next")
    assert theirs.recv(10) == b"next"


def test_a_file_is_sent_from_where_and_as_far_as_was_said(
    pair: tuple[OutgoingSocket, socket.socket], tmp_path: Path
) -> None:
    outgoing, theirs = pair
    (tmp_path / "file").write_bytes(MUCH)
    with (tmp_path / "file").open("rb") as file:
        assert outgoing.sendfile(file, offset=10, count=100_000) == 100_000
        assert read_all(outgoing, theirs, 100_000) == MUCH[10:100_010]
        assert outgoing.sendfile(file, offset=len(MUCH) - 5) == 5


def test_a_reader_who_has_gone_is_noticed(pair: tuple[OutgoingSocket, socket.socket]) -> None:
    outgoing, theirs = pair
    outgoing.sendall(MUCH)
    theirs.close()
    with pytest.raises(OSError, match=r"Broken pipe|reset"):
        outgoing.flush()


# --- where no file can be written


@pytest.fixture(params=["no file at all", "a file that is soon full"])
def _full(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk for temporary files is full, from the beginning or after some more bytes."""
    left, write = 100_001, os.pwrite

    def refuse(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def write_what_fits(file: int, data: memoryview, at: int) -> int:
        if at >= left:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data[: left - at], at)

    if request.param == "no file at all":
        monkeypatch.setattr(backlog, "TemporaryFile", refuse)
    else:
        monkeypatch.setattr(os, "pwrite", write_what_fits)


@pytest.fixture
def connected() -> Iterator[Callable[[str], tuple[OutgoingSocket, socket.socket]]]:
    """Make a connection of the network whose kernel keeps hardly anything."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

        def connect_from(network: str) -> tuple[OutgoingSocket, socket.socket]:
            theirs = stack.enter_context(connect(server.getsockname()[1], buffer=4096))
            ours, _ = server.accept()
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            ours.setblocking(False)
            outgoing = OutgoingSocket(ours, RESERVE, network)
            stack.callback(outgoing.end)
            return outgoing, theirs

        yield connect_from


@pytest.mark.usefixtures("_full")
def test_with_a_full_disk_an_answer_for_a_slow_reader_is_whole(pair: tuple[OutgoingSocket, socket.socket]) -> None:
    outgoing, theirs = pair
    for start in range(0, len(MUCH), 70_000):
        outgoing.sendall(MUCH[start : start + 70_000])
    assert outgoing.send(b"the end") == 7
    assert read_all(outgoing, theirs, len(MUCH) + 7) == MUCH + b"the end"
    assert outgoing.flush()
    assert not outgoing.is_cut
    assert RESERVE.take("here", SHARE)  # all has been given back
    RESERVE.give_back("here", SHARE)


@pytest.mark.usefixtures("_full")
def test_what_finds_no_memory_either_is_reset_so_that_it_does_not_look_whole(
    connected: Callable[[str], tuple[OutgoingSocket, socket.socket]],
) -> None:
    first, first_reader = connected("here")
    second, second_reader = connected("here")
    other, other_reader = connected("elsewhere")
    first.sendall(MUCH)
    second.sendall(MUCH[:300_000])
    with pytest.raises(ConnectionResetError):
        second.sendall(MUCH)
    assert second.is_cut
    with pytest.raises(ConnectionResetError):
        second.flush()
    second.end()
    with pytest.raises(ConnectionResetError):
        while second_reader.recv(100_000):
            pass
    # Neither of those that go on is touched by it.
    other.sendall(MUCH[:1_500_000])
    assert read_all(other, other_reader, 1_500_000) == MUCH[:1_500_000]
    assert read_all(first, first_reader, len(MUCH)) == MUCH
    assert RESERVE.take("here", SHARE)
    RESERVE.give_back("here", SHARE)


def test_an_answer_that_is_given_up_half_way_is_reset(
    connected: Callable[[str], tuple[OutgoingSocket, socket.socket]],
) -> None:
    too_slow, reader = connected("here")
    too_slow.sendall(MUCH)
    too_slow.end()
    with pytest.raises(ConnectionResetError):
        while reader.recv(100_000):
            pass


def test_an_answer_that_is_whole_ends_in_order(
    connected: Callable[[str], tuple[OutgoingSocket, socket.socket]],
) -> None:
    outgoing, reader = connected("here")
    outgoing.sendall(b"whole")
    outgoing.end()
    assert (reader.recv(10), reader.recv(10)) == (b"whole", b"")
