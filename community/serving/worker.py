"""The worker class of the web process: `gunicorn -k community.serving.worker.FairWorker`."""

import errno
import selectors
import socket
import threading
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from community.config import Config

from . import limits
from .backlog import Reserve
from .connections import Connection
from .handshakes import is_handshake, network_of_visitor
from .incoming import RefusedError
from .limits import Shares
from .places import Places
from .refusals import refusal
from .turns import Turns
from .waiting import Then, Waiting
from .websockets import Websockets

# Between two looks at all sockets, the loop accepts so many new connections, and continues ready ones for so long.
ACCEPTED_AT_ONCE = 64
TURN_SECONDS = 0.02
# Seconds between two looks for overdue connections.
LOOK_SECONDS = 0.5
READ = selectors.EVENT_READ
# Errors of accept(2) about the system, and about the listener itself; all others are about one connection.
NO_ROOM = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
NO_LISTENER = {errno.EBADF, errno.EINVAL, errno.ENOTSOCK}


class FairWorker(ThreadWorker):
    """gunicorn's threads behind a loop that waits for clients, counts them by network, and drops slow ones.

    Everything but `handle` and what it calls runs in the loop's thread.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  gunicorn's own
        super().__init__(*args, **kwargs)
        self.proxies = 0
        self.places = Places(0, 0, 0.0)  # until the process begins
        self.bodies, self.reserve = Shares(0, 0), Reserve(0, 0)
        self.websockets = Websockets()
        # Requests that have arrived completely, and how many of them the threads have.
        self.turns = Turns()
        self.running = 0
        self.waiting = Waiting(lambda: self.poller, self._safely)
        self.next_look = 0.0

    def init_process(self) -> None:
        """Set the capacities by the process's limits, then start."""
        self.proxies = Config().trusted_proxies
        self.worker_connections = limits.open_files_for(min(self.worker_connections, limits.CONNECTIONS))
        # Behind a proxy all connections are the proxy's, which limits its clients itself (deploy/nginx).
        share = 1.0 if self.proxies else limits.SHARE
        self.places = Places(self.worker_connections, limits.REFUSED, share)
        # There is always one more: otherwise gunicorn would leave every new client to the kernel's queue.
        self.worker_connections += limits.REFUSED + 1
        self.bodies = Shares(limits.WAITING_BYTES, int(limits.WAITING_BYTES * share))
        self.reserve = Reserve(limits.ANSWER_BYTES, int(limits.ANSWER_BYTES * share))
        super().init_process()

    def get_thread_pool(self) -> Any:  # noqa: ANN401  gunicorn's own
        """Return the pool with all its threads started: later, the system may have none left."""
        pool = super().get_thread_pool()
        all_there = threading.Barrier(self.cfg.threads + 1)
        for _ in range(self.cfg.threads):
            pool.submit(all_there.wait)
        all_there.wait()
        return pool

    # --- a request comes in ------------------------------------------------------------------------------------------

    def wait_for_and_dispatch_events(self, timeout: float | None) -> None:
        """Note which sockets are ready, accept connections, and continue ready ones for TURN_SECONDS."""
        super().wait_for_and_dispatch_events(0.0 if self.waiting.has_turns else timeout)
        self.waiting.take_turns(TURN_SECONDS)

    def accept(self, listener: socket.socket) -> None:
        """Accept several waiting connections at once: behind many, one per turn of the loop would take long."""
        for _ in range(ACCEPTED_AT_ONCE):
            if self.nr_conns >= self.worker_connections or not self._accept_one(listener):
                return

    def _accept_one(self, listener: socket.socket) -> bool:
        try:
            raw, client = listener.accept()
        except OSError as error:
            if error.errno in NO_LISTENER:
                raise
            if error.errno in NO_ROOM:
                self.log.error("no connection can be taken: %s", error.strerror)  # noqa: TRY400  it says all
                time.sleep(LOOK_SECONDS / 10)  # the listener would report the same at once
            return False
        conn = Connection(self.cfg, raw, client, listener.getsockname(), self.reserve)
        self.nr_conns += 1
        conn.begin()
        self._safely(conn, self._begin)
        return True

    def _begin(self, conn: Connection) -> None:
        if self.places.take(conn, self.waiting, self._drop):
            self.waiting.wait(conn, READ, self._receive)
        elif self.places.take_to_be_refused(conn):
            self._refuse(conn, 503)
        else:
            self._drop(conn)

    def _safely(self, conn: Connection, then: Then) -> None:
        """Continue a connection. An error ends this connection, not the loop."""
        try:
            then(conn)
        except Exception:
            self.log.exception("a connection was given up")
            self._drop(conn)

    def _receive(self, conn: Connection) -> None:
        data = conn.receive()
        if data is None:
            self.waiting.wait(conn, READ, self._receive)
            return
        if not data:
            self._drop(conn)
            return
        if conn.is_idle:
            conn.is_idle = False
            conn.begin()
        conn.extend_deadline(len(data))
        self._feed(conn, data)

    def _feed(self, conn: Connection, data: bytes) -> None:
        """Add bytes to the request; give it to a thread when it is complete."""
        try:
            conn.rest = conn.incoming.feed(data)
        except RefusedError as error:
            self._refuse(conn, error.status)
            return
        except OSError:
            self.log.error("a request's body could not be put aside")  # noqa: TRY400  its cause is a full disk
            self._refuse(conn, 503)
            return
        if not conn.hold(conn.incoming.body_bytes, self.bodies):
            self._refuse(conn, 503)
        elif conn.incoming.is_whole:
            self.waiting.stop(conn)
            self.enqueue_req(conn)
        else:
            conn.ask_for_body()
            self.waiting.wait(conn, READ, self._receive)

    def enqueue_req(self, conn: Any) -> None:  # noqa: ANN401  our connection
        """Queue the request for the threads by its network: a client with many requests waits for its own."""
        self.turns.add(conn)
        self._give_to_threads()

    def _give_to_threads(self) -> None:
        # One more for each thread, so that none waits for the loop.
        while self.turns and self.running < 2 * self.cfg.threads:
            self.running += 1
            super().enqueue_req(self.turns.next())

    # --- in a thread -------------------------------------------------------------------------------------------------

    def handle_request(self, req: Any, conn: Any) -> bool:  # noqa: ANN401  gunicorn's request, our connection
        """Answer, and return whether the connection stays open; a websocket is left to the loop."""
        if conn.is_socket:
            conn.raw.settimeout(limits.SOCKET_SILENCE_SECONDS)
            req.force_close()
        elif is_handshake(req):
            conn.handshake = req
            return False
        elif conn.incoming.is_cut_short:
            req.force_close()
        req._expected_100_continue = False  # noqa: SLF001  gunicorn has no other way to say that `100 Continue` was sent
        return super().handle_request(req, conn)

    def _serve_socket(self, conn: Connection) -> None:
        try:
            self.handle(conn)
        finally:
            self.method_queue.defer(self._drop, conn)

    # --- the answer goes out -----------------------------------------------------------------------------------------

    def finish_request(self, conn: Any, fs: "Future[Any]") -> None:  # noqa: ANN401  our connection
        """After a thread is done, send the rest of the response, then continue or end the connection."""
        self.running -= 1
        self._give_to_threads()
        self._safely(conn, partial(self._finish, fs=fs))

    def _finish(self, conn: Connection, fs: "Future[Any]") -> None:
        keep = not fs.cancelled() and fs.exception() is None and fs.result() is True
        conn.hold(0, self.bodies)
        if conn.handshake is not None:  # a page without a socket polls
            visitor = network_of_visitor(conn.handshake, conn.network, self.proxies)
            if not self.alive or not self.websockets.admit(conn, visitor, self._serve_socket):
                self._refuse(conn, 503)
            return
        keep = keep and conn.is_understood()
        conn.incoming.close()
        conn.begin()
        self._send_rest(conn, keep=keep)

    def _send_rest(self, conn: Connection, *, keep: bool) -> None:
        before = conn.outgoing.sent
        try:
            is_sent = conn.outgoing.flush()
        except OSError:
            self._drop(conn)
            return
        if not is_sent:
            conn.extend_deadline(conn.outgoing.sent - before)
            self.waiting.wait(conn, selectors.EVENT_WRITE, partial(self._send_rest, keep=keep))
        elif keep:
            self._go_on(conn)
        else:
            self._hang_up(conn)

    def _go_on(self, conn: Connection) -> None:
        conn.next_request()
        conn.begin()
        if conn.rest:
            self._feed(conn, conn.rest)
            return
        conn.is_idle = True
        patience = self.cfg.keepalive if self.alive else min(self.cfg.keepalive, limits.STOPPING_SECONDS)
        conn.deadline = conn.began + patience
        self.waiting.wait(conn, READ, self._receive)

    def _refuse(self, conn: Connection, status: int) -> None:
        conn.hold(0, self.bodies)
        conn.next_request()
        conn.outgoing.close()
        conn.begin()
        try:
            conn.outgoing.sendall(refusal(status))
        except OSError:
            self._drop(conn)
        else:
            self._send_rest(conn, keep=False)

    def _hang_up(self, conn: Connection) -> None:
        """Close the sending side and let the client read: closing at once could discard the response."""
        try:
            conn.raw.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(conn)
            return
        conn.deadline = time.monotonic() + limits.LINGER_SECONDS
        self.waiting.wait(conn, READ, self._discard)

    def _discard(self, conn: Connection) -> None:
        if conn.receive() == b"":
            self._drop(conn)

    def handle_exit(self, sig: Any, frame: Any) -> None:  # noqa: ANN401  a signal's handler
        """Stop as gunicorn does, and close the websockets."""
        super().handle_exit(sig, frame)
        self.method_queue.defer(self.websockets.end)

    def _drop(self, conn: Connection) -> None:
        """Close the connection and release what it held. Idempotent."""
        if conn.is_dropped:
            return
        conn.is_dropped = True
        self.waiting.stop(conn)
        conn.hold(0, self.bodies)
        if conn.visitor:
            self.websockets.forget(conn)
        self.places.give_back(conn)
        self.nr_conns -= 1
        conn.forget()

    def murder_keepalived(self, force: bool = False) -> None:  # noqa: FBT001, FBT002  gunicorn's own
        """Drop overdue connections; gunicorn calls this after each turn of its loop."""
        now = time.monotonic()
        if now < self.next_look and not force:
            return
        self.next_look = now + LOOK_SECONDS
        for conn in list(self.waiting) if force else self.waiting.overdue(now):
            if not force and conn.is_idle and conn.has_asked():
                continue  # at this very moment
            if not force and conn.incoming.received and not conn.incoming.is_whole:
                self._refuse(conn, 408)
            else:
                self._drop(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """When the process stops, shorten the deadlines of connections between two requests."""
        for conn in self.waiting:
            if conn.is_idle:
                conn.deadline = min(conn.deadline, deadline)
