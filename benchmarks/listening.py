"""A process that holds the sockets of many open pages, with websocket frames made by hand to cost little.

Started by benchmarks/sockets.py: `python benchmarks/listening.py HOST PORT TOPIC COUNT`. It prints how many sockets
have joined, one line for each change. A line on its standard input asks what was heard of a version, and is answered
with the instants (of the machine's monotonic clock) as JSON.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict

OPEN_AT_ONCE = 50
COME_BACK_SECONDS = 1.0
TEXT, CLOSE = 1, 8
HANDSHAKE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Pages:
    """All pages, and what they have heard."""

    def __init__(self, host: str, port: int, topic: int) -> None:
        self.host, self.port, self.topic = host, port, topic
        self.joined = 0
        self.heard: dict[int, list[float]] = defaultdict(list)

    def count(self, change: int) -> None:
        self.joined += change
        sys.stdout.write(f"{self.joined}\n")
        sys.stdout.flush()

    async def keep_open(self, first: asyncio.Semaphore) -> None:
        """Keep one page open: connect, join, listen, and connect again after a lost connection."""
        while True:
            page = Page(self)
            async with first:
                try:
                    await asyncio.get_running_loop().create_connection(lambda page=page: page, self.host, self.port)
                    await asyncio.wait_for(page.in_room.wait(), 20)
                except (OSError, TimeoutError):
                    page.leave()
            await page.gone.wait()
            await asyncio.sleep(COME_BACK_SECONDS)


class Page(asyncio.Protocol):
    """One socket that speaks as the browser's client does: Engine.IO 4 and Socket.IO 5 in text frames."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.in_room, self.gone = asyncio.Event(), asyncio.Event()
        self._buffer = b""
        self._upgraded = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  a stream's
        self._transport = transport
        transport.write(HANDSHAKE.format(host=self.pages.host, port=self.pages.port).encode())

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.leave()

    def leave(self) -> None:
        if self.in_room.is_set() and not self.gone.is_set():
            self.pages.count(-1)
        self.gone.set()
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        at = time.monotonic()
        self._buffer += data
        if not self._upgraded:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                self.leave()
                return
            self._upgraded, self._buffer = True, rest
        while (frame := self._next_frame()) is not None:
            kind, payload = frame
            if kind == CLOSE:
                self.leave()
            elif kind == TEXT:
                self._hear(payload, at)

    def _next_frame(self) -> tuple[int, bytes] | None:
        """Return the next frame from the buffer; a server's frames are not masked."""
        buffer = self._buffer
        if len(buffer) < 2:  # noqa: PLR2004  a frame's head
            return None
        size, start = buffer[1] & 127, 2
        if size == 126:  # noqa: PLR2004  RFC 6455, 5.2: two more bytes
            size, start = int.from_bytes(buffer[2:4], "big"), 4
        if len(buffer) < start + size:
            return None
        self._buffer = buffer[start + size :]
        return buffer[0] & 15, buffer[start : start + size]

    def _hear(self, said: bytes, at: float) -> None:
        if said.startswith(b'42["topic",'):
            self.pages.heard[json.loads(said[2:])[1]["version"]].append(at)
        elif said == b"2":
            self._say(b"3")
        elif said.startswith(b"0"):
            self._say(b"40")
        elif said.startswith(b"40"):
            self._say(b'420["join",{"channels":["topic:%d"]}]' % self.pages.topic)
        elif said.startswith(b"430") and b'"joined":["topic:' in said.replace(b" ", b""):
            self.in_room.set()
            self.pages.count(1)
        elif said.startswith(b"41"):
            self.leave()

    def _say(self, text: bytes) -> None:
        """Send a frame masked with zeros, which change nothing."""
        assert self._transport is not None  # noqa: S101  connected
        self._transport.write(bytes((0x80 | TEXT, 0x80 | len(text), 0, 0, 0, 0)) + text)


async def _listen(host: str, port: int, topic: int, count: int) -> None:
    pages, first = Pages(host, port, topic), asyncio.Semaphore(OPEN_AT_ONCE)
    open_pages = [asyncio.create_task(pages.keep_open(first)) for _ in range(count)]
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        sys.stdout.write(json.dumps(pages.heard[int(line)]) + "\n")
        sys.stdout.flush()
    for page in open_pages:
        page.cancel()


if __name__ == "__main__":
    asyncio.run(_listen(sys.argv[1], *map(int, sys.argv[2:5])))
