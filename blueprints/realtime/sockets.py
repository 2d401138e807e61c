"""Puts the socket server in front of an application. Called by the roof: only it knows both."""

from flask import Flask

from community import realtime
from community.config import Config
from community.extensions import socketio

from . import events

# What clients say is a list of room names.
MAX_MESSAGE_BYTES = 16 * 1024


def start_sockets(app: Flask, config: Config) -> None:
    """Answer `/socket.io`, websocket only: polling would need sticky sessions; the page has ordinary addresses to poll.

    Only the site's own pages may connect (the library's default for `cors_allowed_origins`).
    """
    manager = realtime.make_manager(config)
    realtime.bind(app, manager)
    socketio.init_app(
        app,
        client_manager=manager,
        async_mode=config.socket_mode,
        transports=["websocket"],
        cookie=None,
        max_http_buffer_size=MAX_MESSAGE_BYTES,
    )
    events.register(socketio)
