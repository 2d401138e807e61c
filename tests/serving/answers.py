"""What tests/serving/test_worker.py has the worker serve: one small application in the place of the product.

Patience is shorter here; the worker looks it up when it needs it.
"""

import errno
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from simple_websocket import ConnectionClosed, Server

from community.serving import backlog, limits
from community.serving.connections import Connection
from community.serving.worker import FairWorker
from tests.serving.clients import LARGE

limits.PATIENCE_SECONDS = 1.5
limits.LINGER_SECONDS = 1.0
# Half as many again as one client may have are opened meanwhile, one after the other.
limits.SOCKET_SILENCE_SECONDS = 6.0

if "TEST_NO_MORE_THREADS" in os.environ:
    begin = threading.Thread.start

    def start_unless_for_a_socket(self: threading.Thread) -> None:
        """As where the system's limit is reached."""
        if self.name == "websocket":
            raise RuntimeError("can't start new thread")
        begin(self)

    threading.Thread.start = start_unless_for_a_socket

if "TEST_NO_FILES" in os.environ:

    def refuse(**_: object) -> None:
        """As where the disk for temporary files is full."""
        raise OSError(errno.ENOSPC, "No space left on device")

    backlog.TemporaryFile = refuse
    limits.ANSWER_BYTES = 3 * LARGE

if "TEST_MISTAKE_FOR" in os.environ:
    feed = FairWorker._feed

    def fail_for_one(self: FairWorker, conn: Connection, data: bytes) -> None:
        if conn.network == os.environ["TEST_MISTAKE_FOR"]:
            raise ZeroDivisionError
        feed(self, conn, data)

    FairWorker._feed = fail_for_one


def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/fails":
        raise RuntimeError("for the log")
    if path == "/socket.io/":
        return talk(environ)
    if path == "/waits":
        if "TEST_BEGUN" in os.environ:
            Path(os.environ["TEST_BEGUN"]).touch()
        time.sleep(0.2)
    if path == "/reads":
        body = b"%d" % len(environ["wsgi.input"].read())
    elif path == "/large":
        body = b"x" * LARGE
    elif path == "/breaks":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return break_off()
    elif path == "/files":
        body = b"%d" % len(list(Path("/proc/self/fd").iterdir()))
    else:
        body = path.encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def break_off() -> Iterable[bytes]:
    """Half an answer."""
    yield b"half"
    raise RuntimeError("for the log")


def talk(environ: dict[str, Any]) -> Iterable[bytes]:
    """Answer what a websocket says, until it has gone."""
    socket = Server(environ)
    try:
        while True:
            socket.send(socket.receive())
    except ConnectionClosed:
        raise StopIteration from None  # as engineio ends it
