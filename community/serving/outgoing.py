"""An answer on its way: what a thread writes is sent at once as far as the reader takes it, the rest by the loop."""

import errno
import socket
import struct
from contextlib import suppress
from typing import BinaryIO, NoReturn

from .backlog import PIECE_BYTES, Backlog, Reserve

# Closing resets the connection (socket(7), SO_LINGER with no time): a reader sees that the answer is not whole.
RESET = struct.pack("ii", 1, 0)


class OutgoingSocket:
    """What gunicorn's response needs of a socket, without ever waiting for the reader.

    While a thread answers, it alone writes; the loop calls `flush` once the thread is done.
    """

    def __init__(self, raw: socket.socket, reserve: Reserve, network: str = "") -> None:
        self.raw = raw
        self.sent = 0
        # The answer ended before its end.
        self.is_cut = False
        self._waiting = Backlog(reserve, network)

    def sendall(self, data: bytes) -> None:
        """Send or keep. Raises OSError if the reader has gone, or there is no room to keep it: then it `is_cut`."""
        try:
            sent = 0 if self._waiting else self._try(data)
            self._waiting.add(memoryview(data)[sent:])
        except OSError:
            self.is_cut = True
            raise

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
        """Send as much as the reader takes now. Return whether all is sent.

        Raises OSError if the reader has gone, or the answer is cut.
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

    # --- what gunicorn asks of a socket besides; the connection's end is the loop's affair

    def fileno(self) -> int:
        return self.raw.fileno()

    def setblocking(self, _: bool) -> None:  # noqa: FBT001  as sockets have it
        """The loop's socket never blocks."""

    def gettimeout(self) -> float:
        return 0.0

    def shutdown(self, _: int) -> NoReturn:
        """Stop gunicorn from waiting, in a thread, for the client to hang up: it does so after half an answer."""
        self.is_cut = True
        raise OSError("the loop ends connections")

    def close(self) -> None:
        """Forget what was kept. The socket itself stays open."""
        self._waiting.close()

    def end(self) -> None:
        """Close the socket as well; an answer that is not whole does not end as if it were."""
        if self.is_cut or self._waiting:
            with suppress(OSError):
                self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.close()
        self.raw.close()
