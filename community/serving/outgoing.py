"""An answer on its way: what a thread writes is sent at once as far as the reader takes it, the rest by the loop."""

import socket
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, NoReturn

from .limits import SPOOL_BYTES

PIECE_BYTES = 64 * 1024


class OutgoingSocket:
    """What gunicorn's response needs of a socket, without ever waiting for the reader.

    While a thread answers, it alone writes; the loop calls `flush` once the thread is done.
    """

    def __init__(self, raw: socket.socket) -> None:
        self.raw = raw
        self.sent = 0
        self._waiting: SpooledTemporaryFile[bytes] | None = None
        self._written = 0
        self._flushed = 0

    def sendall(self, data: bytes) -> None:
        """Send or keep. Raises OSError if the reader has gone, or there is no room to keep it."""
        sent = 0
        if self._waiting is None:
            sent = self._try(data)
        if sent < len(data):
            if self._waiting is None:
                self._waiting = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115  closed by close()
            self._waiting.write(memoryview(data)[sent:])
            self._written += len(data) - sent

    def send(self, data: bytes) -> int:
        """As `sendall`, for callers that count."""
        self.sendall(data)
        return len(data)

    def sendfile(self, file: BinaryIO, offset: int = 0, count: int | None = None) -> int:
        """Send so much of a file from there. Return how much it was."""
        file.seek(offset)
        done = 0
        while (count is None or done < count) and (
            piece := file.read(PIECE_BYTES if count is None else min(PIECE_BYTES, count - done))
        ):
            self.sendall(piece)
            done += len(piece)
        return done

    def flush(self) -> bool:
        """Send as much as the reader takes now. Return whether all is sent; raises OSError if the reader has gone."""
        while self._waiting is not None and self._flushed < self._written:
            self._waiting.seek(self._flushed)
            piece = self._waiting.read(PIECE_BYTES)
            sent = self._try(piece)
            self._flushed += sent
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

    # --- what gunicorn asks of a socket besides; the connection's end is the loop's affair

    def fileno(self) -> int:
        return self.raw.fileno()

    def setblocking(self, _: bool) -> None:  # noqa: FBT001  as sockets have it
        """The loop's socket never blocks."""

    def gettimeout(self) -> float:
        return 0.0

    def shutdown(self, _: int) -> NoReturn:
        """Stop gunicorn from waiting, in a thread, for the client to hang up."""
        raise OSError("the loop ends connections")

    def close(self) -> None:
        """Forget what was kept. The socket itself stays open."""
        if self._waiting is not None:
            self._waiting.close()
            self._waiting = None
            self._written = self._flushed = 0
