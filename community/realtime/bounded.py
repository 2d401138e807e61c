"""Websockets that bound how much of a client's messages they hold in memory.

engineio checks the size of a message after it has arrived and been unpacked, and keeps any number of messages. Here a
message is refused while it grows, nothing is compressed (a thousandth of what it unpacks to would fill a machine),
there are no attachments, and a client that sends too many messages without waiting is disconnected.
"""

from collections.abc import Callable, Iterable
from typing import Any

import simple_websocket
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from socketio.packet import Packet
from wsproto.events import CloseConnection
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import RemoteProtocolError

# Clients send nothing but lists of channel names.
MESSAGE_BYTES = 16 * 1024
# Messages waiting before the first is answered; a page sends three altogether.
WAITING_MESSAGES = 32
EXTENSIONS = "HTTP_SEC_WEBSOCKET_EXTENSIONS"
# The library has no types.
Server: Any = simple_websocket.Server


class TextPacket(Packet):
    """A Socket.IO packet without attachments: the library would collect as many as are announced, up to 10^10."""

    def decode(self, encoded_packet: Any) -> int:  # noqa: ANN401  as socketio has it
        """Decode the packet, and return 0, the number of its attachments.

        Raises ValueError, which ends the connection, if attachments would follow.
        """
        if super().decode(encoded_packet):
            raise ValueError("attachments are not taken")
        return 0


class BoundedSocket(Server):
    """A websocket that disconnects a client that sends too much, and then wakes the thread that waits for messages."""

    def _handle_events(self) -> bool:
        goes_on = super()._handle_events()
        if goes_on and len(self.input_buffer) > WAITING_MESSAGES:
            self.sock.send(self.ws.send(CloseConnection(CloseReason.POLICY_VIOLATION, "Too many messages")))
            goes_on = False
        if not goes_on:
            self.input_buffer.clear()
        return goes_on

    def _thread(self) -> None:
        # The library signals some ends too early, and others not at all.
        try:
            super()._thread()
        finally:
            self.connected = False
            self.event.set()


class BoundedWebSocketWSGI(SimpleWebSocketWSGI):
    """engineio's WSGI wrapper of a websocket, for a bounded one."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        """Serve the websocket until it ends. Raises StopIteration under gunicorn, as engineio does there."""
        offered = {name: value for name, value in environ.items() if name != EXTENSIONS}
        try:
            self.ws = BoundedSocket(offered, max_message_size=MESSAGE_BYTES, **self.server_args)
        except (RemoteProtocolError, simple_websocket.ConnectionError):  # no key, or of another version
            start_response("400 Bad Request", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return []
        answer = self.app(self)
        if self.ws.mode == "gunicorn":
            raise StopIteration  # as engineio does
        return answer


def bound_messages(server: Any) -> None:  # noqa: ANN401  engineio has no types
    """Make engineio's server open bounded websockets, with its kind of threads. It has no option for that."""
    of_kind = server._async["websocket"]  # noqa: SLF001  see above

    def open_bounded(handler: Callable[..., Any], of_server: object) -> BoundedWebSocketWSGI:
        return BoundedWebSocketWSGI(handler, of_server, **of_kind(handler, of_server).server_args)

    server._async = {**server._async, "websocket": open_bounded}  # noqa: SLF001  see above
