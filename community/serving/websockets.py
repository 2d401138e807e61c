"""Websockets: each in a thread of its own, as many as there is room for."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from .connections import Connection
from .limits import SocketPlaces


class Websockets:
    """The open ones. The loop alone asks."""

    def __init__(self) -> None:
        self._places = SocketPlaces()
        self._open: set[Connection] = set()

    def admit(self, conn: Connection, visitor: str, serve: Callable[[Connection], None]) -> bool:
        """Give the connection, whose handshake has been read, a thread that serves it. False: there is no room."""
        if not self._places.take(visitor, time.monotonic()):
            return False
        conn.visitor = visitor
        conn.is_socket = True
        conn.incoming.close()
        conn.sock = conn.raw
        conn.parser = iter([conn.handshake])
        self._open.add(conn)
        # Not one of the pool's: those are waited for when the process ends.
        thread = threading.Thread(target=serve, args=(conn,), daemon=True, name="websocket")
        try:
            thread.start()
        except RuntimeError:  # the system has none left to give
            self._give_back(conn)
            return False
        return True

    def forget(self, conn: Connection) -> None:
        """Give its place to somebody else."""
        self._give_back(conn)
        with suppress(OSError):  # its reader, if it is still there, must not wait on a number that is given anew
            conn.raw.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """End them all. Pages come back by themselves; nothing is gained by waiting for them to go."""
        for conn in self._open:
            with suppress(OSError):
                conn.raw.shutdown(socket.SHUT_RDWR)

    def _give_back(self, conn: Connection) -> None:
        self._open.discard(conn)
        self._places.give_back(conn.visitor)
        conn.visitor = ""
