"""One request as its bytes arrive. Decides only where it ends; what it means, gunicorn's parser says afterwards.

The parser reads from here and never from the network, so where both disagree about the end, a request is refused
or a connection closed, but no thread waits.
"""

import re
from tempfile import SpooledTemporaryFile

from .limits import BODY_BYTES, HEAD_BYTES, SPOOL_BYTES

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]{1,18})[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
CHUNKED = re.compile(rb"^transfer-encoding:.*chunked[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
EXPECTS = re.compile(rb"^expect:[ \t]*100-continue[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
SIZE = re.compile(rb"[0-9a-fA-F]{1,8}")
# A chunk's size, or a trailer.
LINE_BYTES = 8 * 1024


class TooLargeError(Exception):
    """More than a request may have; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class IncomingRequest:
    """The bytes of one request. `recv` hands them to the parser, once `is_whole`."""

    def __init__(self) -> None:
        self.is_whole = False
        self.received = 0
        # Left unread: the application refuses by the declared length alone, and the connection ends with its answer.
        self.is_cut_short = False
        self._head = bytearray()
        self._body: SpooledTemporaryFile[bytes] | None = None
        self._end: _Length | _Chunked | None = None
        self._read_head = 0

    def feed(self, data: bytes) -> bytes:
        """Take what belongs to this request, return what follows it.

        Raises TooLargeError, or OSError where the body cannot be put aside.
        """
        if self._end is None:
            data = self._feed_head(data)
        if self._end is None or self.is_whole:
            return data
        taken = self._end.take(data)
        self.received += taken
        if taken:
            self._keep(data[:taken])
        self.is_whole = self._end.is_reached
        return data[taken:]

    def _feed_head(self, data: bytes) -> bytes:
        searched = max(len(self._head) - len(HEAD_END), 0)
        self._head += data
        # One empty line before the request is ignored, as the parser does.
        start = 2 if self._head.startswith(b"\r\n") else 0
        end = self._head.find(HEAD_END, max(searched, start))
        if (end if end >= 0 else len(self._head)) > HEAD_BYTES:
            raise TooLargeError(431)
        if end < 0:
            self.received = len(self._head)
            return b""
        end += len(HEAD_END)
        rest = bytes(self._head[end:])
        del self._head[end:]
        self.received = end
        self._expect_body()
        return rest

    def _expect_body(self) -> None:
        lengths = LENGTH.findall(self._head)
        if CHUNKED.search(self._head):
            self._end = _Chunked()
        else:
            # Two lengths are refused by the parser.
            length = int(lengths[0]) if len(lengths) == 1 else 0
            self.is_cut_short = length > BODY_BYTES
            self._end = _Length(0 if self.is_cut_short else length)
        self.is_whole = self._end.is_reached

    def _keep(self, data: bytes) -> None:
        if self.received - len(self._head) > BODY_BYTES + LINE_BYTES:  # only chunks can come to this
            raise TooLargeError(413)
        if self._body is None:
            self._body = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115  closed by close()
        self._body.write(data)
        if self._end is not None and self._end.is_reached:
            self._body.seek(0)

    @property
    def waits_to_be_asked(self) -> bool:
        """Whether the client sends the body only after a `100 Continue`."""
        return not self.is_whole and self._end is not None and EXPECTS.search(self._head) is not None

    @property
    def body_bytes(self) -> int:
        """How much of the body is put aside here."""
        return self.received - len(self._head) if self._body is not None else 0

    def recv(self, size: int) -> bytes:
        """Return the next bytes, as a socket does; none at the end."""
        if self._read_head < len(self._head):
            data = bytes(self._head[self._read_head : self._read_head + size])
            self._read_head += len(data)
            return data
        return self._body.read(size) if self._body is not None else b""

    def close(self) -> None:
        """Give the body's file back."""
        if self._body is not None:
            self._body.close()
            self._body = None


class _Length:
    """A body of so many bytes."""

    def __init__(self, length: int) -> None:
        self._left = length

    @property
    def is_reached(self) -> bool:
        return not self._left

    def take(self, data: bytes) -> int:
        """Return how many of these bytes are of the body."""
        taken = min(self._left, len(data))
        self._left -= taken
        return taken


class _Chunked:
    """A body in chunks (RFC 9112, 7.1). What is no chunk ends it: the parser refuses it."""

    def __init__(self) -> None:
        self.is_reached = False
        self._line = bytearray()
        self._skip = 0
        self._in_trailers = False

    def take(self, data: bytes) -> int:
        """Return how many of these bytes are of the body."""
        at = 0
        while at < len(data) and not self.is_reached:
            if self._skip:
                step = min(self._skip, len(data) - at)
                self._skip -= step
                at += step
                continue
            end = data.find(b"\n", at) + 1
            self._line += data[at : end or len(data)]
            at = end or len(data)
            if len(self._line) > LINE_BYTES:
                self.is_reached = True
            elif end:
                self._end_line()
        return at

    def _end_line(self) -> None:
        line = bytes(self._line).rstrip(b"\r\n")
        self._line.clear()
        if self._in_trailers:
            self.is_reached = not line
            return
        size = SIZE.match(line)
        if size is None:
            self.is_reached = True
        elif int(size[0], 16):
            self._skip = int(size[0], 16) + 2
        else:
            self._in_trailers = True
