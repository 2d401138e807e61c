"""Adds the socket server to an application. Called by the roof, which alone knows both."""

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
    # A socket's events are handled one after the other: a flood delays only its sender and starts no threads.
    "async_handlers": False,
}


def start_sockets(app: Flask, config: Config) -> None:
    """Serve `/socket.io`, by websockets only: polling would need sticky sessions, and pages can poll other addresses.

    Only pages of the site may connect: in production those of the configured host names, else those of the requested
    one.
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
    """Return whether the page that connects is one of the site's."""
    try:
        parts = urlsplit(origin or "")
    except ValueError:
        return False
    return parts.scheme == config.public_url.scheme and hosts.is_own_name(parts.hostname or "", config)
