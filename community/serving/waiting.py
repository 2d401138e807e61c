"""Connections that wait for their clients, each with a callback and a deadline."""

import selectors
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from .connections import Connection
from .turns import Turns

Then = Callable[[Connection], None]


class Waiting:
    """The loop's waiting connections. The selector's owner calls what is registered with a socket: `callback(file)`."""

    def __init__(
        self, get_selector: Callable[[], selectors.BaseSelector], go_on: Callable[[Connection, Then], None]
    ) -> None:
        self._get_selector = get_selector
        self._go_on = go_on
        self._connections: dict[Connection, Then] = {}
        # Connections with something to read or room to write; the set, because a socket is reported again and again.
        self._turns = Turns()
        self._ready: set[Connection] = set()

    def __iter__(self) -> Iterator[Connection]:
        """The waiting connections."""
        return iter(self._connections)

    def wait(self, conn: Connection, event: int, then: Then) -> None:
        """Have `take_turns` call `then(conn)` whenever the socket is ready, until `stop`, or `deadline` has passed."""
        if conn in self._connections:
            self._get_selector().modify(conn.raw, event, partial(self._say_ready, conn))
        else:
            self._get_selector().register(conn.raw, event, partial(self._say_ready, conn))
        self._connections[conn] = then

    def _say_ready(self, conn: Connection, _: object) -> None:
        # Another connection, ready at the same moment, may have taken this one's place.
        if conn in self._connections and conn not in self._ready:
            self._ready.add(conn)
            self._turns.add(conn)

    def take_turns(self, seconds: float) -> None:
        """Continue ready connections for so long, one of each network in turn; at least one."""
        until = time.monotonic() + seconds
        while self._turns:
            conn = self._turns.next()
            if conn in self._ready:
                self._ready.discard(conn)
                self._go_on(conn, self._connections[conn])
            if time.monotonic() >= until:
                break

    @property
    def has_turns(self) -> bool:
        """Whether a connection is ready and had no turn yet."""
        return bool(self._turns)

    def stop(self, conn: Connection) -> None:
        """Stop waiting for the connection. Idempotent."""
        if conn in self._connections:
            del self._connections[conn]
            self._ready.discard(conn)
            with suppress(KeyError, ValueError):
                self._get_selector().unregister(conn.raw)

    def overdue(self, now: float) -> list[Connection]:
        """Return the connections whose deadline has passed, without those that only wait for their turn."""
        return [conn for conn in self._connections if conn.deadline <= now and conn not in self._ready]

    def longest_of(self, network: str) -> Connection | None:
        """Return this network's connection that can best give up its place, an idle or the oldest one; None if none."""
        held = [conn for conn in self._connections if conn.network == network and conn.has_place]
        return min(held, key=lambda conn: (not conn.is_idle, conn.began), default=None)
