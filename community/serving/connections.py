"""A connection and where it is: waiting for a request, being answered, waiting for its reader."""

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
    """gunicorn's, but its parser reads what has arrived, and its socket keeps what cannot be sent yet."""

    # gunicorn gives both to code that asks of them no more than ours have.
    sock: Any
    parser: Any

    def __init__(self, cfg: Any, raw: socket.socket, client: Any, server: Any, reserve: Reserve) -> None:  # noqa: ANN401  gunicorn's own
        super().__init__(cfg, raw, client, server)
        self.raw = raw
        self.data_ready = True  # it is given to a thread when it is
        self.network = network_of(client[0]) if isinstance(client, tuple) else str(client)
        self.sock = self.outgoing = OutgoingSocket(raw, reserve, self.network)
        self.incoming = IncomingRequest()
        # Of requests that were sent without waiting for the answer.
        self.rest = b""
        # Since when this request or this answer has been on its way, and until when something must happen.
        self.began = 0.0
        self.deadline = 0.0
        self.is_idle = False
        self.was_asked = False
        # What of shared capacities it holds.
        self.has_place = self.is_refused = False
        self.is_dropped = False
        self.held_bytes = 0
        # The request of a websocket, from its recognition on; whether it has been let in, and whose place it took.
        self.handshake: Any = None
        self.is_socket = False
        self.visitor = ""

    def init(self) -> None:
        """Make the parser, once."""
        if not self.initialized:
            self.initialized = True
            source: Any = self
            self.parser = RequestParser(self.cfg, source, self.client)

    def receive(self) -> bytes | None:
        """Return what has come from the client; nothing at its end, None where nothing has come."""
        try:
            return self.raw.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def recv(self, size: int) -> bytes:
        """What the parser reads."""
        return self.incoming.recv(size)

    def begin(self) -> None:
        """A request, or an answer, sets out."""
        self.began = time.monotonic()
        self.deadline = self.began + limits.PATIENCE_SECONDS

    def has_moved(self, amount: int) -> None:
        """So many bytes of it have come or gone."""
        self.deadline = limits.postponed(self.deadline, amount, time.monotonic())

    def ask_for_body(self) -> None:
        """Tell a client that waits for it to go on, once."""
        if self.incoming.waits_to_be_asked and not self.was_asked:
            self.was_asked = True
            with suppress(OSError):  # noticed when the body does not come
                self.outgoing.sendall(CONTINUE)

    def hold(self, amount: int, bodies: Shares) -> bool:
        """Count that so much of the body waits here. Return False if that is more than there is room for."""
        if amount > self.held_bytes and not bodies.take(self.network, amount - self.held_bytes):
            return False
        if amount < self.held_bytes:
            bodies.give_back(self.network, self.held_bytes - amount)
        self.held_bytes = amount
        return True

    def is_understood(self) -> bool:
        """Whether the parser has taken the request for as long as we have, to the byte."""
        incoming = self.incoming
        is_same = incoming.is_whole and incoming.is_read and not self.parser.unreader.take_buffered()
        return is_same and not incoming.is_cut_short

    def has_asked(self) -> bool:
        """Whether something has come that nobody has looked at."""
        try:
            return bool(self.raw.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def next_request(self) -> None:
        """Forget the last request."""
        self.incoming.close()
        self.incoming = IncomingRequest()
        self.was_asked = False

    def forget(self) -> None:
        """Give back the files and the socket."""
        self.incoming.close()
        self.outgoing.end()
