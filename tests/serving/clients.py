"""Clients of every kind that holds a server up, from addresses of the loopback network."""

import base64
import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

# The one who attacks and the one who only wants to read; both are this machine.
ATTACKER, VISITOR = "127.0.0.1", "127.0.0.2"
PATIENCE = 30
# More than any kernel takes for a client that does not read.
LARGE = 8 * 1024 * 1024
HANDSHAKE = (
    b"Host: %b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: " + base64.b64encode(bytes(16)) + b"\r\n\r\n"
)


def connect(port: int, sends: bytes = b"", *, address: str = ATTACKER, buffer: int = 0) -> socket.socket:
    """Return a connection that has said this; with `buffer`, one that reads hardly anything ahead."""
    client = socket.socket()
    if buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    client.settimeout(PATIENCE)
    client.bind((address, 0))
    client.connect(("127.0.0.1", port))
    if sends:
        client.sendall(sends)
    return client


@contextmanager
def many(count: int, port: int, sends: bytes = b"", *, buffer: int = 0) -> Iterator[list[socket.socket]]:
    """So many of the same, held open; one that has been refused meanwhile counts too."""
    with ExitStack() as stack:
        clients = []
        for _ in range(count):
            with suppress(ConnectionError):
                clients.append(stack.enter_context(connect(port, sends, buffer=buffer)))
        yield clients


def handshake(port: int, path: str) -> bytes:
    """What asks for a websocket there."""
    return b"GET %b HTTP/1.1\r\n" % path.encode() + HANDSHAKE % (b"127.0.0.1:%d" % port)


def status_of(client: socket.socket) -> int:
    """Return the status of the answer, 0 if the connection was ended without one."""
    try:
        answer = client.recv(12)
    except ConnectionError:
        return 0
    return int(answer[9:12]) if answer else 0


def get(port: int, path: str, *, address: str = VISITOR, patience: float = PATIENCE) -> tuple[int, bytes]:
    """Return status and body."""
    page = http.client.HTTPConnection("127.0.0.1", port, timeout=patience, source_address=(address, 0))
    try:
        page.request("GET", path)
        answer = page.getresponse()
        return answer.status, answer.read()
    finally:
        page.close()
