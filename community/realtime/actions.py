"""Asking for a push. It leaves after the commit, delays nobody, and never makes an act fail."""

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
    """Tell every open page that hears the channel. `payload`: ids, versions and counts as they are now, never content.

    On a thing's channel ("topic:7") it has the thing's id as "id", by which a page knows what it shows. At most
    four of one event a second leave for a channel, the newest state last; so say what is, not what changed.
    """
    manager = _manager()
    if manager is not None:
        _once_committed(lambda: _push(manager, channel, event, payload))


def rights_changed(channel: str) -> None:
    """Disconnect the channel's sockets on every process; they come back, and what they may hear is asked anew.

    For whoever ends a session or changes a role, a company or the readers of a category.
    """
    manager = _manager()
    if manager is not None:
        _once_committed(lambda: _cut_room(manager, channel))


def bind(app: Flask, manager: CutsRooms) -> None:
    """Have this application's pushes go through the manager that holds its sockets."""
    app.extensions[EXTENSION] = manager


def count_sockets(app: Flask) -> int:
    """How many sockets this process holds; none where nobody has bound a manager."""
    manager: CutsRooms | None = app.extensions.get(EXTENSION)
    return manager.count_sockets() if manager is not None else 0


def _push(manager: CutsRooms, channel: str, event: str, payload: dict[str, Any]) -> None:
    push_throttle.deliver(
        id(manager),
        channel,
        event,
        payload,
        lambda state: manager.emit(event, state, namespace=NAMESPACE, room=channel),
    )


def _cut_room(manager: CutsRooms, channel: str) -> None:
    manager.cut(channel)
    push_throttle.cut(lambda: manager.announce_cut(channel))


def _manager() -> CutsRooms | None:
    """The application's; a process that holds no sockets (worker, command) makes itself one that only writes."""
    if not has_app_context():
        logger.debug("nobody to push to outside an application")
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
