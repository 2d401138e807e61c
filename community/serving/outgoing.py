"""A response on its way: threads send what the client takes at once, the loop sends the rest."""

import errno
import socket
import struct
from contextlib import suppress
from typing import BinaryIO, NoReturn

from .backlog import PIECE_BYTES, Backlog, Reserve

# Closing resets the connection (socket(7), SO_LINGER with no time), so that the client sees an incomplete response.
RESET = struct.pack("ii", 1, 0)


class OutgoingSocket:
    """What gunicorn's response needs of a socket, without ever waiting for the client.

    While a thread answers, only the thread writes; afterwards the loop calls `flush`.
    """

    def __init__(self, raw: socket.socket, reserve: Reserve, network: str = "") -> None:
        self.raw = raw
        self.sent = 0
        # The response was broken off.
        self.is_cut = False
        self._waiting = Backlog(reserve, network)

    def sendall(self, data: bytes) -> None:
        """Send or keep the bytes. Raises OSError if the client has gone or there is no room; then it `is_cut`."""
        try:
            sent = 0 if self._waiting else self._try(data)
            self._waiting.add(memoryview(data)[sent:])
        except OSError:
            self.is_cut = True
            raise

    def send(self, data: bytes) -> int:
        """As `sendall`; return the number of bytes."""
        self.sendall(data)
        return len(data)

    def sendfile(self, file: BinaryIO, offset: int = 0, count: int | None = None) -> int:
        """Send a part of a file. Return the number of bytes."""
        file.seek(offset)
        done = 0
        while (count is None or done < count) and (
            piece := file.read(PIECE_BYTES if count is None else min(PIECE_BYTES, count - done))
        ):
            self.sendall(piece)
            done += len(piece)
        return done

    def flush(self) -> bool:
        """Send as much as the client takes now. Return whether all is sent.

        Raises ConnectionResetError if the response is cut, or OSError if the client has gone.
        """
        if self.is_cut:
            raise ConnectionResetError(errno.ECONNRESET, "the answer is not whole")
        while self._waiting:
            piece = self._waiting.peek()
            sent = self._try(piece)
            self._waiting.drop(sent)
            if sent < len(piece):
                return False
        self.close()
        return True

    def _try(self, data: bytes) -> int:
        sent = 0
        while sent < len(data):
            try:
                sent += self.raw.send(memoryview(data)[sent:])
            except BlockingIOError:
                break
        self.sent += sent
        return sent

    # --- the rest of what gunicorn uses of a socket; the loop ends connections

    def fileno(self) -> int:
        """Return the socket's file descriptor."""
        return self.raw.fileno()

    def setblocking(self, _: bool) -> None:  # noqa: FBT001  as sockets have it
        """Ignore this: the loop's socket never blocks."""

    def gettimeout(self) -> float:
        """Return 0.0: the socket never blocks."""
        return 0.0

    def shutdown(self, _: int) -> NoReturn:
        """Raise OSError, so that gunicorn does not wait, in a thread, for the client to close after half a response."""
        self.is_cut = True
        raise OSError("the loop ends connections")

    def close(self) -> None:
        """Discard what was kept. The socket itself stays open."""
        self._waiting.close()

    def end(self) -> None:
        """Close the socket as well, with a reset if the response is incomplete."""
        if self.is_cut or self._waiting:
            with suppress(OSError):
                self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.close()
        self.raw.close()
