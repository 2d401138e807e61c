"""Connections that wait for their clients, each with what happens then and until when."""

import selectors
from collections.abc import Callable, Iterator
from contextlib import suppress

from .connections import Connection

Then = Callable[[Connection], None]


class Waiting:
    """The loop's waiting room. The selector's owner calls what a socket was registered with: `callback(file)`."""

    def __init__(self, get_selector: Callable[[], selectors.BaseSelector]) -> None:
        self._get_selector = get_selector
        self._connections: set[Connection] = set()

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._connections)

    def wait(self, conn: Connection, event: int, then: Then) -> None:
        """Have `then(conn)` called whenever the socket is ready, until `stop`, or `conn.deadline` has passed."""

        def callback(_: object) -> None:
            # Another one, ready in the same moment, may have taken this one's place.
            if conn in self._connections:
                then(conn)

        if conn in self._connections:
            self._get_selector().modify(conn.raw, event, callback)
        else:
            self._connections.add(conn)
            self._get_selector().register(conn.raw, event, callback)

    def stop(self, conn: Connection) -> None:
        """Wait no longer. Idempotent."""
        if conn in self._connections:
            self._connections.discard(conn)
            with suppress(KeyError, ValueError):
                self._get_selector().unregister(conn.raw)

    def overdue(self, now: float) -> list[Connection]:
        """Return those whose time is up."""
        return [conn for conn in self._connections if conn.deadline <= now]

    def longest_of(self, network: str) -> Connection | None:
        """Return the connection of this network that holds a place and can spare it best: idle, or the oldest."""
        held = [conn for conn in self._connections if conn.network == network and conn.has_place]
        return min(held, key=lambda conn: (not conn.is_idle, conn.began), default=None)
