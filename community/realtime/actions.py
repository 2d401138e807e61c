"""Pushes and cuts of sockets. They are sent after the commit, in a thread, and never make an action fail."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, has_app_context

from models.base import after_commit, db

from .managers import NAMESPACE, CutsRooms, make_manager
from .push_throttle import push_throttle

logger = logging.getLogger(__name__)

EXTENSION = "realtime"


def push(channel: str, event: str, payload: dict[str, Any]) -> None:
    """Send an event to every open page that hears the channel.

    `payload`: ids, versions and counts, never content; on a thing's channel ("topic:7") it has the thing's id as "id",
    by which a page knows what it shows. At most four of one event a second are sent to a channel, the newest last, so
    the payload must be the present state and not a difference.
    """
    manager = _current_manager()
    if manager is not None:
        _once_committed(lambda: _send_to_channel(manager, channel, event, payload))


def reauthorise(channel: str) -> None:
    """Disconnect the channel's sockets on every process; they reconnect and are authorised anew.

    Call it when a session ends, or when a role, a company or the readers of a category change.
    """
    manager = _current_manager()
    if manager is not None:
        _once_committed(lambda: _cut_channel(manager, channel))


def bind(app: Flask, manager: CutsRooms) -> None:
    """Set the manager that holds the application's sockets; its pushes go through this manager."""
    app.extensions[EXTENSION] = manager


def count_sockets(app: Flask) -> int:
    """Return how many sockets this process holds; 0 if no manager is bound."""
    manager: CutsRooms | None = app.extensions.get(EXTENSION)
    return manager.count_sockets() if manager is not None else 0


def _send_to_channel(manager: CutsRooms, channel: str, event: str, payload: dict[str, Any]) -> None:
    push_throttle.deliver(
        id(manager),
        channel,
        event,
        payload,
        lambda state: manager.emit(event, state, namespace=NAMESPACE, room=channel),
    )


def _cut_channel(manager: CutsRooms, channel: str) -> None:
    manager.cut(channel)
    push_throttle.cut(lambda: manager.announce_cut(channel))


def _current_manager() -> CutsRooms | None:
    """Return the application's manager; in a process without sockets (worker, command), one that only writes."""
    if not has_app_context():
        logger.debug("no push outside an application")
        return None
    extensions = current_app.extensions
    if EXTENSION not in extensions:
        extensions[EXTENSION] = make_manager(current_app.config["TSUDOI"], write_only=True)
    return extensions[EXTENSION]


def _once_committed(call: Callable[[], object]) -> None:
    if db.session().info.get("edge"):
        after_commit(call)
    else:
        call()
