"""What one client can make the process hold by talking to its websocket: hardly anything, in both kinds of process."""

import os
import socket
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from community.config import ROOT
from community.processes import WEB_SERVER
from community.realtime.bounded import MESSAGE_BYTES
from community.supervisor import die_with_parent
from tests.processes import UP_SECONDS, free_port
from tests.serving.clients import PATIENCE, connect, get, handshake, status_of

SOCKET = "/socket.io/?EIO=4&transport=websocket"
TEXT, BINARY, CLOSES = 1, 2, 0x88
# What a process may grow by while it learns that somebody says too much.
GROWTH_KB = 20_000
KINDS = {"threading": WEB_SERVER, "gevent": ("-k", "gevent", "--workers", "1")}
COMPRESSED = b"Sec-WebSocket-Extensions: permessage-deflate\r\n"


@dataclass
class Talking:
    port: int
    process: "subprocess.Popen[bytes]"

    def memory(self) -> int:
        """Resident memory of the process that serves, in kB."""
        own = self.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return sum(
            int(line.split()[1])
            for pid in children
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith("VmRSS")
        )

    def threads(self) -> int:
        """How many threads it has."""
        own = self.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in children)

    def open(self, extra: bytes = b"") -> socket.socket:
        """Return a socket whose client has been greeted by the server and has said that it is there."""
        asks = handshake(self.port, SOCKET).replace(b"Upgrade: websocket", extra + b"Upgrade: websocket")
        client = connect(self.port, asks)
        answer = b""
        while b'"sid"' not in answer:
            piece = client.recv(4096)
            assert piece, answer
            answer += piece
        assert b"permessage" not in answer
        client.sendall(frame(TEXT, b"40"))
        answer = b""
        while b'40{"sid"' not in answer:
            piece = client.recv(4096)
            assert piece, answer
            answer += piece
        return client


def frame(kind: int, said: bytes, *, ends: bool = True, compressed: bool = False) -> bytes:
    """A client's frame; its mask is zeros."""
    first = (0x80 if ends else 0) | (0x40 if compressed else 0) | kind
    size = len(said)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 65536:
        length = b"\xfe" + struct.pack(">H", size)
    else:
        length = b"\xff" + struct.pack(">Q", size)
    return bytes([first]) + length + bytes(4) + said


@pytest.fixture(scope="module", params=KINDS)
def talking(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talking]:
    folder = tmp_path_factory.mktemp(request.param)
    port, log = free_port(), folder / "log"
    command = [sys.executable, "-m", "gunicorn", *KINDS[request.param], f"--bind=127.0.0.1:{port}"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--no-control-socket", "--log-level=warning", "tests.realtime.talker:app"],
            cwd=ROOT,
            env={**os.environ, "TSUDOI_DATA_DIR": str(folder), "TSUDOI_SOCKET_MODE": request.param},
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  it only asks the kernel
        )
    deadline = time.monotonic() + UP_SECONDS
    while True:
        try:
            get(port, "/")
        except OSError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            break
    started = Talking(port, process)
    started.open().close()
    yield started
    process.terminate()
    process.wait()


def is_ended(client: socket.socket) -> bool:
    """Whether the server ends the connection; with a reason, where it has said one."""
    try:
        while client.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def send(client: socket.socket, said: bytes) -> None:
    """Send as long as it is taken."""
    with suppress(ConnectionError):
        client.sendall(said)


pytestmark = pytest.mark.needs("linux")  # /proc


def test_a_message_is_ended_while_it_grows(talking: Talking) -> None:
    before = talking.memory()
    with closing(talking.open()) as client:
        send(client, frame(TEXT, b"4", ends=False))
        for _ in range(200):
            send(client, frame(0, bytes(500_000), ends=False))
        assert is_ended(client)
    assert talking.memory() - before < GROWTH_KB


def test_a_frame_that_is_announced_as_endless_is_ended_while_it_comes(talking: Talking) -> None:
    before = talking.memory()
    with closing(talking.open()) as client:
        send(client, b"\x81\xff" + struct.pack(">Q", 2**62) + bytes(4))
        for _ in range(100):
            send(client, b"x" * 1_000_000)
        assert is_ended(client)
    assert talking.memory() - before < GROWTH_KB


def test_nothing_is_unpacked(talking: Talking) -> None:
    before = talking.memory()
    with closing(talking.open(COMPRESSED)) as client:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        for number in range(100):
            packed = packer.compress(b"4" * 1024 * 1024) + packer.flush(zlib.Z_SYNC_FLUSH)
            send(client, frame(0 if number else BINARY, packed, ends=False, compressed=not number))
        assert is_ended(client)
    assert talking.memory() - before < GROWTH_KB


@pytest.mark.parametrize("announced", [b"4599999-", "4\uff1599999-".encode()], ids=["ASCII", "full width"])
@pytest.mark.parametrize(
    ("kind", "part"), [(BINARY, bytes(MESSAGE_BYTES - 10)), (TEXT, b"4" + b"x" * (MESSAGE_BYTES - 10))]
)
def test_no_attachments_are_collected(talking: Talking, announced: bytes, kind: int, part: bytes) -> None:
    before = talking.memory()
    with closing(talking.open()) as client:
        send(client, frame(TEXT, announced + b'["join",{"_placeholder":true,"num":0}]'))
        for _ in range(3000):
            send(client, frame(kind, part))
        assert is_ended(client)
    assert talking.memory() - before < GROWTH_KB


def test_who_talks_on_without_waiting_is_ended(talking: Talking) -> None:
    before = talking.memory()
    with closing(talking.open()) as client:
        flood = frame(TEXT, b'42["leave",["' + b'","'.join(b"topic:%d" % number for number in range(40)) + b'"]]') * 100
        for _ in range(300):
            send(client, flood)
        assert is_ended(client)
    assert talking.memory() - before < GROWTH_KB


def test_a_disconnected_client_leaves_no_thread_behind(talking: Talking) -> None:
    before = talking.threads()
    for _ in range(30):
        with closing(talking.open()) as client:
            send(client, frame(TEXT, b"4" * (MESSAGE_BYTES + 1)))
            assert is_ended(client)
    # The thread of each socket's first ping sleeps to its end (community/serving/limits.py).
    deadline = time.monotonic() + PATIENCE
    while talking.threads() > before + 31 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert talking.threads() <= before + 31


@pytest.mark.parametrize("left", [b"Sec-WebSocket-Key", b"Sec-WebSocket-Version"])
def test_half_a_handshake_is_no_failure_of_ours(talking: Talking, left: bytes) -> None:
    with closing(connect(talking.port, handshake(talking.port, SOCKET).replace(left, b"X-Left-Out"))) as client:
        assert status_of(client) == 400


def test_what_a_page_says_is_answered(talking: Talking) -> None:
    with closing(talking.open(COMPRESSED)) as client:
        for number in range(5):
            client.sendall(frame(TEXT, b'42%d["leave",{"channels":["topic:1"]}]' % number))
            answer = client.recv(100)
            assert answer.endswith(b"43%d[]" % number)
        longest = b'42["leave",["' + b"x" * (MESSAGE_BYTES - 16) + b'"]]'
        client.sendall(frame(TEXT, longest) + frame(TEXT, b'429["leave"]'))
        assert client.recv(100).endswith(b"439[]")
