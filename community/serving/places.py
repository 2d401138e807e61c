"""Places for connections: as many as the limit of files allows, one network's share, and a few for refusals."""

from collections.abc import Callable

from .connections import Connection
from .limits import Shares
from .waiting import Waiting


class Places:
    """Who holds a place, and who must give it up. For the loop only."""

    def __init__(self, connections: int, refused: int, share: float) -> None:
        self._connections = Shares(connections, int(connections * share))
        self._refused = Shares(refused, int(refused * share))

    def take(self, conn: Connection, waiting: Waiting, drop: Callable[[Connection], None]) -> bool:
        """Take a place, if need be that of the connection that has waited longest. Return False if there is none.

        A connection with a request is answered within moments; one that holds a place without asking gives way.
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
        """Take one of the few places for connections that are refused. Return False if there is none."""
        conn.is_refused = self._refused.take(conn.network)
        return conn.is_refused

    def give_back(self, conn: Connection) -> None:
        """Release what the connection held."""
        if conn.has_place:
            self._connections.give_back(conn.network)
        if conn.is_refused:
            self._refused.give_back(conn.network)
