"""Response bytes that wait for a slow client: first in memory, then in a file, or in memory if no file is possible."""

import errno
import os
import threading
from collections import deque
from contextlib import suppress
from tempfile import TemporaryFile

from .limits import SPOOL_BYTES, Shares

PIECE_BYTES = 64 * 1024


class Reserve:
    """Memory for bytes that cannot be put into a file (full disk), shared by all connections. Thread-safe."""

    def __init__(self, capacity: int, share: int) -> None:
        self._shares = Shares(capacity, share)
        self._lock = threading.Lock()

    def take(self, network: str, amount: int) -> bool:
        """Reserve so many bytes for this network. Return False, and reserve nothing, if there is no room."""
        with self._lock:
            return self._shares.take(network, amount)

    def give_back(self, network: str, amount: int) -> None:
        """Release bytes that were reserved."""
        with self._lock:
            self._shares.give_back(network, amount)


class Backlog:
    """A queue of bytes. Not thread-safe."""

    def __init__(self, reserve: Reserve, network: str) -> None:
        self._reserve = reserve
        self._network = network
        self._head = _Pieces()
        self._file = -1
        self._read = self._written = 0
        # Once bytes are here, all later ones follow, to keep the order.
        self._tail = _Pieces()

    def __bool__(self) -> bool:
        """Whether any bytes wait."""
        return bool(self._head or self._read < self._written or self._tail)

    def add(self, data: memoryview) -> None:
        """Append bytes. Raises ConnectionResetError if there is no room: the client cannot be served."""
        if not self._tail and not self._written:
            room = SPOOL_BYTES - self._head.size
            self._head.add(data[:room])
            data = data[room:]
        if data and not self._tail:
            data = data[self._write(data) :]
        if data:
            if not self._reserve.take(self._network, len(data)):
                raise ConnectionResetError(errno.ECONNRESET, "no room to keep an answer")
            self._tail.add(data)

    def _write(self, data: memoryview) -> int:
        """Append to the file as much as possible. Return how many bytes."""
        begun = self._written
        with suppress(OSError):  # no space, no file descriptor
            if self._file < 0:
                with TemporaryFile(buffering=0) as file:
                    self._file = os.dup(file.fileno())
            while self._written - begun < len(data):
                self._written += os.pwrite(self._file, data[self._written - begun :], self._written)
        return self._written - begun

    def peek(self) -> bytes:
        """Return the first bytes, at most PIECE_BYTES. Raises OSError if the file cannot be read."""
        if self._head:
            return self._head.peek()
        if self._read < self._written:
            piece = os.pread(self._file, min(PIECE_BYTES, self._written - self._read), self._read)
            if not piece:
                raise OSError(errno.EIO, "what waited for a reader is gone")
            return piece
        return self._tail.peek()

    def drop(self, amount: int) -> None:
        """Remove so many of the bytes that `peek` returned."""
        if self._head:
            self._head.drop(amount)
        elif self._read < self._written:
            self._read += amount
        else:
            self._tail.drop(amount)
            self._reserve.give_back(self._network, amount)

    def close(self) -> None:
        """Discard all bytes and close the file. Idempotent."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        if self._tail:
            self._reserve.give_back(self._network, self._tail.size)
        self._head, self._tail = _Pieces(), _Pieces()
        self._read = self._written = 0


class _Pieces:
    """Bytes in memory, in pieces, so that removing the first ones is cheap."""

    def __init__(self) -> None:
        self.size = 0
        self._pieces: deque[bytearray] = deque()
        self._dropped = 0

    def __bool__(self) -> bool:
        return self.size > 0

    def add(self, data: memoryview) -> None:
        self.size += len(data)
        while data:
            if not self._pieces or len(self._pieces[-1]) >= PIECE_BYTES:
                self._pieces.append(bytearray())
            room = PIECE_BYTES - len(self._pieces[-1])
            self._pieces[-1] += data[:room]
            data = data[room:]

    def peek(self) -> bytes:
        return bytes(self._pieces[0][self._dropped :]) if self._pieces else b""

    def drop(self, amount: int) -> None:
        self.size -= amount
        self._dropped += amount
        if self._dropped == len(self._pieces[0]):
            self._pieces.popleft()
            self._dropped = 0
