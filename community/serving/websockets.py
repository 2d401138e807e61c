"""Websockets: each in a thread of its own, as many as there is room for."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from .connections import Connection
from .limits import SocketPlaces


class Websockets:
    """The open websockets. For the loop only."""

    def __init__(self) -> None:
        self._places = SocketPlaces()
        self._open: set[Connection] = set()

    def admit(self, conn: Connection, visitor: str, serve: Callable[[Connection], None]) -> bool:
        """Serve the connection, whose handshake has been read, in a thread of its own. Return False without room."""
        if not self._places.take(visitor, time.monotonic()):
            return False
        conn.visitor = visitor
        conn.is_socket = True
        conn.incoming.close()
        conn.sock = conn.raw
        conn.parser = iter([conn.handshake])
        self._open.add(conn)
        # Not a thread of the pool: the process waits for those when it ends.
        thread = threading.Thread(target=serve, args=(conn,), daemon=True, name="websocket")
        try:
            thread.start()
        except RuntimeError:  # the system has no more threads
            self._give_back(conn)
            return False
        return True

    def forget(self, conn: Connection) -> None:
        """Close the connection and release its place."""
        self._give_back(conn)
        with suppress(OSError):  # a thread that still reads must not read from a file descriptor that is reused
            conn.raw.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Close all websockets. Pages reconnect by themselves, so there is nothing to wait for."""
        for conn in self._open:
            with suppress(OSError):
                conn.raw.shutdown(socket.SHUT_RDWR)

    def _give_back(self, conn: Connection) -> None:
        self._open.discard(conn)
        self._places.give_back(conn.visitor)
        conn.visitor = ""
