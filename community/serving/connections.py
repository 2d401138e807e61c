"""A connection and its state: waiting for a request, being answered, waiting for its client."""

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn

from . import limits
from .backlog import Reserve
from .incoming import IncomingRequest
from .limits import Shares, network_of
from .outgoing import OutgoingSocket
from .refusals import CONTINUE

RECEIVE_BYTES = 64 * 1024


class Connection(TConn):
    """gunicorn's connection, with a parser that reads what has arrived and a socket that keeps what cannot be sent."""

    # gunicorn gives both to code that uses no more of them than ours have.
    sock: Any
    parser: Any

    def __init__(self, cfg: Any, raw: socket.socket, client: Any, server: Any, reserve: Reserve) -> None:  # noqa: ANN401  gunicorn's own
        super().__init__(cfg, raw, client, server)
        self.raw = raw
        self.data_ready = True  # it is given to a thread only when it is
        self.network = network_of(client[0]) if isinstance(client, tuple) else str(client)
        self.sock = self.outgoing = OutgoingSocket(raw, reserve, self.network)
        self.incoming = IncomingRequest()
        # Bytes of requests that were sent without waiting for the response.
        self.rest = b""
        # When this request or response began, and when the connection is dropped unless bytes move.
        self.began = 0.0
        self.deadline = 0.0
        self.is_idle = False
        self.was_asked = False
        # Its holdings of shared capacities.
        self.has_place = self.is_refused = False
        self.is_dropped = False
        self.held_bytes = 0
        # The request of a websocket, once recognised; whether it was admitted, and the visitor whose share it counts
        # to.
        self.handshake: Any = None
        self.is_socket = False
        self.visitor = ""

    def init(self) -> None:
        """Create the parser, once."""
        if not self.initialized:
            self.initialized = True
            source: Any = self
            self.parser = RequestParser(self.cfg, source, self.client)

    def receive(self) -> bytes | None:
        """Return what the client has sent: b"" at the end, None if nothing has come."""
        try:
            return self.raw.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def recv(self, size: int) -> bytes:
        """Return bytes that have arrived, for the parser."""
        return self.incoming.recv(size)

    def begin(self) -> None:
        """Start the clock of a request or a response."""
        self.began = time.monotonic()
        self.deadline = self.began + limits.PATIENCE_SECONDS

    def extend_deadline(self, amount: int) -> None:
        """Extend the deadline for so many bytes received or sent."""
        self.deadline = limits.postponed(self.deadline, amount, time.monotonic())

    def ask_for_body(self) -> None:
        """Send `100 Continue`, once, to a client that waits for it."""
        if self.incoming.waits_to_be_asked and not self.was_asked:
            self.was_asked = True
            with suppress(OSError):  # noticed when the body does not come
                self.outgoing.sendall(CONTINUE)

    def hold(self, amount: int, bodies: Shares) -> bool:
        """Reserve room for so many bytes of the body. Return False if there is no room."""
        if amount > self.held_bytes and not bodies.take(self.network, amount - self.held_bytes):
            return False
        if amount < self.held_bytes:
            bodies.give_back(self.network, self.held_bytes - amount)
        self.held_bytes = amount
        return True

    def is_understood(self) -> bool:
        """Return whether the parser has seen the request's end exactly where we have."""
        incoming = self.incoming
        is_same = incoming.is_whole and incoming.is_read and not self.parser.unreader.take_buffered()
        return is_same and not incoming.is_cut_short

    def has_asked(self) -> bool:
        """Return whether bytes have come that were not read yet."""
        try:
            return bool(self.raw.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def next_request(self) -> None:
        """Prepare for the next request of the connection."""
        self.incoming.close()
        self.incoming = IncomingRequest()
        self.was_asked = False

    def forget(self) -> None:
        """Close the files and the socket."""
        self.incoming.close()
        self.outgoing.end()
