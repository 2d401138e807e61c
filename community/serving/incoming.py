"""One request as its bytes arrive. Decides only where it ends; what it means, gunicorn's parser says afterwards.

The parser reads from here and never from the network, so where both disagree about the end, a request is refused
or a connection closed, but no thread waits.
"""

import re
from tempfile import SpooledTemporaryFile

from .limits import BODY_BYTES, HEAD_BYTES, SPOOL_BYTES

HEAD_END = b"\r\n\r\n"
# Anything that looks like one; what is none after all costs the connection.
LENGTHS = re.compile(rb"^content-length[ \t]*:[^\r\n]*", re.IGNORECASE | re.MULTILINE)
LENGTH = re.compile(rb"content-length:[ \t]*0*([0-9]{1,18})[ \t]*", re.IGNORECASE)
CHUNKED = re.compile(rb"^transfer-encoding:.*chunked[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
EXPECTS = re.compile(rb"^expect:[ \t]*100-continue[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
# HTTP/1.0 knows no `100 Continue` (RFC 9110, 10.1.1).
KNOWS_CONTINUE = re.compile(rb"(?:\r\n)?[^\r\n]* HTTP/1\.[1-9]\r\n")
SIZE = re.compile(rb"([0-9a-fA-F]+)(?:[ \t]*;[^\r\n]*)?\r\n")
# A chunk's size, or a trailer.
LINE_BYTES = 8 * 1024
# Each such line takes some microseconds of the loop, as a kilobyte does. So a body may have a thousand of them, and
# one more for each of its kilobytes; those who send chunks send them by the kilobyte.
FREE_LINES, LINE_COSTS_BYTES = 1000, 1024
# The sizes and ends of chunks, in a body of BODY_BYTES.
FRAMING_BYTES = 1024 * 1024


class RefusedError(Exception):
    """Too large, or no request at all; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class IncomingRequest:
    """The bytes of one request. `recv` hands them to the parser, once `is_whole`."""

    def __init__(self) -> None:
        self.is_whole = False
        self.received = 0
        # Left unread: the application or the parser refuses by the head alone, and the connection ends with its answer.
        self.is_cut_short = False
        # More was asked for than there is: the parser has seen another end.
        self.is_overread = False
        self.waits_to_be_asked = False
        self._head = bytearray()
        self._body: SpooledTemporaryFile[bytes] | None = None
        self._end: _Length | _Chunked | None = None
        self._read_head = 0

    def feed(self, data: bytes) -> bytes:
        """Take what belongs to this request, return what follows it.

        Raises RefusedError, or OSError where the body cannot be put aside.
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
            raise RefusedError(431)
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
        if CHUNKED.search(self._head):
            self._end = _Chunked()
        else:
            length = self._declared_length()
            self.is_cut_short = length is None or length > BODY_BYTES
            self._end = _Length(0 if length is None or self.is_cut_short else length)
        self.is_whole = self._end.is_reached
        # The client sends the body only after a `100 Continue`.
        expects = EXPECTS.search(self._head) is not None and KNOWS_CONTINUE.match(self._head) is not None
        self.waits_to_be_asked = expects and not self.is_whole

    def _declared_length(self) -> int | None:
        """Return the length of the body, None if it is beyond all measure, or declared twice or as no number."""
        declared = LENGTHS.findall(self._head)
        if not declared:
            return 0
        length = LENGTH.fullmatch(declared[0]) if len(declared) == 1 else None
        return int(length[1]) if length else None

    def _keep(self, data: bytes) -> None:
        if self.received - len(self._head) > BODY_BYTES + FRAMING_BYTES:  # only chunks can come to this
            raise RefusedError(413)
        if self._body is None:
            self._body = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115  closed by close()
        self._body.write(data)
        if self._end is not None and self._end.is_reached:
            self._body.seek(0)

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
        data = self._body.read(size) if self._body is not None else b""
        self.is_overread = self.is_overread or not data
        return data

    @property
    def is_read(self) -> bool:
        """Whether it has been read to its end, and no further."""
        if self.is_overread or self._read_head < len(self._head):
            return False
        return self._body is None or self._body.tell() == self.body_bytes

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
    """A body in chunks (RFC 9112, 7.1). Raises RefusedError for what is none, as the parser would."""

    def __init__(self) -> None:
        self.is_reached = False
        self._line = bytearray()
        self._skip = 0
        self._lines = 0
        self._size = 0
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
                raise RefusedError(400)
            if end:
                self._end_line()
        return at

    def _end_line(self) -> None:
        line = bytes(self._line)
        self._line.clear()
        self._lines += 1
        if not line.endswith(b"\r\n") or self._lines > FREE_LINES + self._size // LINE_COSTS_BYTES:
            raise RefusedError(400)
        if self._in_trailers:
            self.is_reached = line == b"\r\n"
            return
        size = SIZE.fullmatch(line)
        if size is None:
            raise RefusedError(400)
        length = int(size[1], 16)
        self._size += length
        if self._size > BODY_BYTES:
            raise RefusedError(413)
        self._skip = length + 2 if length else 0
        self._in_trailers = not length
