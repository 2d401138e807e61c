"""Puts the socket server in front of an application. Called by the roof: only it knows both."""

from typing import Any

from flask import Flask

from community import realtime
from community.config import Config
from community.extensions import socketio

from . import events

OPTIONS: dict[str, Any] = {
    "transports": ["websocket"],
    "cookie": None,
    # What clients say is a list of room names.
    "max_http_buffer_size": 16 * 1024,
    # One event after the other for each socket: who floods us waits for himself, and makes no threads.
    "async_handlers": False,
}


def start_sockets(app: Flask, config: Config) -> None:
    """Answer `/socket.io`, websocket only: polling would need sticky sessions; the page has ordinary addresses to poll.

    Only the site's own pages may connect (the library's default for `cors_allowed_origins`).
    """
    manager = realtime.make_manager(config)
    realtime.bind(app, manager)
    socketio.init_app(app, client_manager=manager, async_mode=config.socket_mode, **OPTIONS)
    events.register(socketio)
