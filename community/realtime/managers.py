"""Managers of sockets across processes: by Redis in production, by a table in a file in the embedded installation.

python-socketio's managers emit on every process. But they cannot disconnect a whole room there, they wait for seconds
when Redis is gone, and they do not say when a listener may have missed something; these managers mend all three. What
the library calls a room is a channel of ours (channels.py).
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from socketio import Manager, PubSubManager

from community.config import Config

from .table_bus import TableBus

NAMESPACE = "/"
BUS_FILE = "realtime.db"
# A push that finds Redis gone gives up after this long …
PUBLISH_SECONDS = 0.1
# … and pushes of the next second are not tried.
REST_SECONDS = 1.0


class UndeliveredError(ConnectionError):
    """A message could not be handed to the other processes."""


class CutsRooms(Manager):
    """A manager that can cut rooms: their sockets are disconnected, reconnect and are authorised anew."""

    cuts = 0
    """How often sockets were cut. A join is authorised again if this has changed meanwhile."""

    def count_sockets(self) -> int:
        """Return how many sockets this process holds."""
        return sum(1 for _ in self.get_participants(NAMESPACE, None)) if NAMESPACE in self.rooms else 0

    def cut(self, room: str | None) -> None:
        """Disconnect this process's sockets of the room; None: all of them."""
        self.cuts += 1
        if self.server is None:
            return
        for sid, _ in list(self.get_participants(NAMESPACE, room)):
            with suppress(KeyError):  # the socket has closed meanwhile
                self.server.disconnect(sid, namespace=NAMESPACE, ignore_queue=True)

    def announce_cut(self, room: str) -> None:
        """Make the other processes cut the room too; here there are none. Subclasses raise UndeliveredError."""

    def cut_everybody(self) -> None:
        """Disconnect all sockets of this process, after a change of rights may have been missed."""
        self.cut(None)


class _SharedManager(CutsRooms, PubSubManager):
    """What both managers have in common: a cut is passed on to every other process."""

    def announce_cut(self, room: str) -> None:
        message = {"method": "close_room", "room": room, "namespace": NAMESPACE, "host_id": self.host_id}
        self._publish(message)

    def _handle_close_room(self, message: dict[str, Any]) -> None:
        self.cut(message.get("room"))

    def _sleep(self, seconds: float) -> None:
        """Sleep as the server's threads or greenlets do."""
        (self.server.sleep if self.server else time.sleep)(seconds)


class RedisManager(_SharedManager):
    """A manager for processes on several machines."""

    name = "redis"

    def __init__(self, url: str, *, write_only: bool) -> None:
        self._url = url
        self._publisher = redis.Redis.from_url(
            url,
            socket_timeout=PUBLISH_SECONDS,
            socket_connect_timeout=PUBLISH_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._rest_until = 0.0
        # All databases of a Redis share its channels; installations that share a Redis differ in the database number.
        database = self._publisher.get_connection_kwargs().get("db", 0)
        super().__init__(channel=f"tsudoi-{database}", write_only=write_only)

    def _publish(self, data: dict[str, Any]) -> None:
        if time.monotonic() < self._rest_until:
            raise UndeliveredError("Redis was gone a moment ago")
        try:
            self._publisher.publish(self.channel, self.json.dumps(data))
        except (redis.RedisError, OSError) as error:
            self._rest_until = time.monotonic() + REST_SECONDS
            raise UndeliveredError(type(error).__name__) from error

    def _listen(self) -> Iterator[bytes]:
        missed = False
        while True:
            try:
                yield from self._subscribe(missed=missed)
            except (redis.RedisError, OSError) as error:
                if self.server is not None:
                    self.server.logger.warning("live updates: no Redis (%s)", type(error).__name__)
            missed = True
            self._sleep(REST_SECONDS)

    def _subscribe(self, *, missed: bool) -> Iterator[bytes]:
        """Yield messages until the connection is lost. Reconnecting silently would lose messages sent meanwhile."""
        # TCP keep-alive notices within a minute that a Redis has vanished without closing the connection.
        client = redis.Redis.from_url(self._url, retry=Retry(NoBackoff(), 0))
        with client, client.pubsub(ignore_subscribe_messages=True) as channel:
            channel.subscribe(self.channel)
            if missed:
                self.cut_everybody()
            for message in channel.listen():
                yield message["data"]


class TableManager(_SharedManager):
    """A manager for the two processes of the embedded installation."""

    name = "table"

    def __init__(self, bus: TableBus, *, write_only: bool) -> None:
        self._bus = bus
        super().__init__(channel="table", write_only=write_only)

    def _publish(self, data: dict[str, Any]) -> None:
        try:
            self._bus.publish(json.dumps(data))
        except (sqlite3.Error, OSError) as error:
            raise UndeliveredError(type(error).__name__) from error

    def _listen(self) -> Iterator[str]:
        return self._bus.listen(self._sleep, self.cut_everybody)


def make_manager(config: Config, *, write_only: bool = False) -> RedisManager | TableManager:
    """Return the manager for this configuration. `write_only`: for a process that holds no sockets."""
    if config.redis_url:
        return RedisManager(config.redis_url, write_only=write_only)
    return TableManager(TableBus(config.data_dir / BUS_FILE), write_only=write_only)
