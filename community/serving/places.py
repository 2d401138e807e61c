"""Places for connections: so many as there are files, one network's share, a few for who is refused."""

from collections.abc import Callable

from .connections import Connection
from .limits import Shares
from .waiting import Waiting


class Places:
    """Who holds a place, and who must give it up. The loop alone asks."""

    def __init__(self, connections: int, refused: int, share: float) -> None:
        self._connections = Shares(connections, int(connections * share))
        self._refused = Shares(refused, int(refused * share))

    def take(self, conn: Connection, waiting: Waiting, drop: Callable[[Connection], None]) -> bool:
        """Take a place for the connection; if there is none, that of whoever has let the server wait longest.

        Who asks is served within moments; the place of somebody who holds one without asking is the one to take.
        """
        if not self._connections.take(conn.network):
            other = waiting.longest_of(self._connections.crowded(conn.network))
            if other is not None:
                drop(other)
            if other is None or not self._connections.take(conn.network):
                return False
        conn.has_place = True
        return True

    def take_to_be_refused(self, conn: Connection) -> bool:
        """Take one of the few places of those who are told that there is none. False: not even that."""
        conn.is_refused = self._refused.take(conn.network)
        return conn.is_refused

    def give_back(self, conn: Connection) -> None:
        """Give back what the connection held."""
        if conn.has_place:
            self._connections.give_back(conn.network)
        if conn.is_refused:
            self._refused.give_back(conn.network)
