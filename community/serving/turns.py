"""The order of requests that wait for a thread: one of each network in turn."""

from collections import OrderedDict, deque

from .connections import Connection


class Turns:
    """Requests in the order of their networks' turns, each network's own in the order of arrival."""

    def __init__(self) -> None:
        self._queues: OrderedDict[str, deque[Connection]] = OrderedDict()

    def __bool__(self) -> bool:
        """Whether any request waits."""
        return bool(self._queues)

    def add(self, conn: Connection) -> None:
        """Append the request to those of its network."""
        self._queues.setdefault(conn.network, deque()).append(conn)

    def next(self) -> Connection:
        """Remove and return the next request. Raises KeyError if there is none."""
        network, queue = self._queues.popitem(last=False)
        conn = queue.popleft()
        if queue:
            self._queues[network] = queue
        return conn
