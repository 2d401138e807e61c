"""How processes tell each other what to send: Redis in production, a table in a file in the embedded installation.

python-socketio's managers know how to emit on every process, but they cannot disconnect a whole room there, wait for
seconds when Redis is gone, and do not say when a listener may have missed something. These do. What the
library calls a room is a channel of ours (channels.py).
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
# … and those of the next second do not even try.
REST_SECONDS = 1.0


class UndeliveredError(ConnectionError):
    """A message did not reach the other processes."""


class CutsRooms(Manager):
    """A manager whose rooms can be cut: their sockets are disconnected, come back, and are authorised anew."""

    cuts = 0
    """How often sockets were cut. Whoever authorises a join compares before and after: rights may change meanwhile."""

    def count_sockets(self) -> int:
        """How many sockets this process holds."""
        return sum(1 for _ in self.get_participants(NAMESPACE, None)) if NAMESPACE in self.rooms else 0

    def cut(self, room: str | None) -> None:
        """Disconnect this process's sockets of the room; None: all of them."""
        self.cuts += 1
        if self.server is None:
            return
        for sid, _ in list(self.get_participants(NAMESPACE, room)):
            with suppress(KeyError):  # it has gone by itself meanwhile
                self.server.disconnect(sid, namespace=NAMESPACE, ignore_queue=True)

    def announce_cut(self, room: str) -> None:
        """Have the other processes cut the room too, or raise UndeliveredError. This one knows of no others."""

    def cut_everybody(self) -> None:
        """A change of rights may have been missed: all come back and are asked anew."""
        self.cut(None)


class _SharedManager(CutsRooms, PubSubManager):
    """What both have in common: what is cut here is cut on every other process."""

    def announce_cut(self, room: str) -> None:
        message = {"method": "close_room", "room": room, "namespace": NAMESPACE, "host_id": self.host_id}
        self._publish(message)

    def _handle_close_room(self, message: dict[str, Any]) -> None:
        self.cut(message.get("room"))

    def _sleep(self, seconds: float) -> None:
        """As the server's threads or greenlets sleep."""
        (self.server.sleep if self.server else time.sleep)(seconds)


class RedisManager(_SharedManager):
    """Between processes of several machines."""

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
        # Channels know no database numbers; installations that share a Redis have different ones.
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
        """Messages as they come, until the connection is lost. No silent reconnecting: what came meanwhile is gone."""
        # A Redis that vanished without a word is noticed by the client's own TCP keep-alive, within a minute.
        client = redis.Redis.from_url(self._url, retry=Retry(NoBackoff(), 0))
        with client, client.pubsub(ignore_subscribe_messages=True) as channel:
            channel.subscribe(self.channel)
            if missed:
                self.cut_everybody()
            for message in channel.listen():
                yield message["data"]


class TableManager(_SharedManager):
    """Between the two processes of the embedded installation."""

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
    """The manager for this configuration. `write_only`: for a process that holds no sockets."""
    if config.redis_url:
        return RedisManager(config.redis_url, write_only=write_only)
    return TableManager(TableBus(config.data_dir / BUS_FILE), write_only=write_only)
