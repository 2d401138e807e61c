"""Answers never wait for their reader."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from community.serving.outgoing import OutgoingSocket

MUCH = bytes(range(256)) * 20_000


@pytest.fixture
def pair() -> Iterator[tuple[OutgoingSocket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    outgoing = OutgoingSocket(ours)
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
