"""Puts the socket server in front of an application. Called by the roof: only it knows both."""

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from community import realtime
from community.app import hosts
from community.config import Config
from community.extensions import socketio
from community.realtime import bounded

from . import events

OPTIONS: dict[str, Any] = {
    "transports": ["websocket"],
    "cookie": None,
    "max_http_buffer_size": bounded.MESSAGE_BYTES,
    "serializer": bounded.TextPacket,
    # One event after the other for each socket: who floods us waits for himself, and makes no threads.
    "async_handlers": False,
}


def start_sockets(app: Flask, config: Config) -> None:
    """Answer `/socket.io`, websocket only: polling would need sticky sessions; the page has ordinary addresses to poll.

    Only the site's own pages may connect: by default those of the name that is asked for, in production those of the
    names that are configured.
    """
    manager = realtime.make_manager(config)
    realtime.bind(app, manager)
    options = OPTIONS
    if config.environment == "production":
        options = {**OPTIONS, "cors_allowed_origins": partial(_is_own_page, config)}
    socketio.init_app(app, client_manager=manager, async_mode=config.socket_mode, **options)
    bounded.bound_messages(app.extensions["socketio"].server.eio)
    events.register(socketio)


def _is_own_page(config: Config, origin: str | None) -> bool:
    """Whether the page that connects is one of the site's."""
    try:
        parts = urlsplit(origin or "")
    except ValueError:
        return False
    return parts.scheme == config.public_url.scheme and hosts.is_own_name(parts.hostname or "", config)
