"""Sockets of people, on a server of one process."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIO, SocketIOTestClient

from blueprints.realtime import events
from community.realtime.managers import CutsRooms
from models.accounts import Member
from tests.signing_in import client_of


class Page:
    """An open page's socket. Each event has an application context of its own, as in production."""

    def __init__(self, app: Flask, server: SocketIO, cookies_of: Any) -> None:  # noqa: ANN401  a test client
        self.app = app
        with app.app_context():
            self.client: SocketIOTestClient = server.test_client(app, flask_test_client=cookies_of)

    def join(self, *channels: object) -> Any:  # noqa: ANN401  whatever the server answers
        return self.emit("join", {"channels": list(channels)})

    def emit(self, event: str, *said: object) -> Any:  # noqa: ANN401  as above
        with self.app.app_context():
            return self.client.emit(event, *said, callback=True)

    @property
    def connection(self) -> str:
        """What the transport calls it."""
        return vars(self.client)["eio_sid"]

    @property
    def is_connected(self) -> bool:
        return self.client.is_connected()

    def received(self) -> list[tuple[str, Any]]:
        return [(event["name"], event["args"][0]) for event in self.client.get_received()]


@pytest.fixture
def server(app: Flask) -> Iterator[SocketIO]:
    """The test application's socket server, for this test only."""
    wsgi_app, extension = app.wsgi_app, app.extensions.get("socketio")
    server = start(app)
    yield server
    app.wsgi_app = wsgi_app
    app.extensions["socketio"] = extension


def start(app: Flask) -> SocketIO:
    server = SocketIO()
    server.init_app(app, client_manager=CutsRooms(), async_mode="threading")
    events.register(server)
    return server


@pytest.fixture
def open_page(app: Flask, server: SocketIO) -> Callable[[Member | None], Page]:
    """A page of this person's (None: a guest's) whose socket is connected."""

    def open_it(member: Member | None) -> Page:
        return Page(app, server, client_of(app, member))

    return open_it
