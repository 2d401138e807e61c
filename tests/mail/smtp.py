"""A conversation partner that speaks SMTP and keeps what it was given."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Server(socketserver.ThreadingTCPServer):
    """As much of RFC 5321 as one mail needs. `reply` answers RCPT, so that a test can have a mail refused."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.taken: list[bytes] = []
        self.connections = 0
        self.senders: list[str] = []
        self.recipients: list[str] = []
        self.reply = "250 OK"
        self.data_reply = "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    server: Server  # pyright: ignore[reportIncompatibleVariableOverride]  it is this one that makes them

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        """Until the other side says good-bye, or is killed."""
        self.server.connections += 1
        with suppress(ConnectionError):
            self.say("220 test")
            for line in self.rfile:
                if not self.answer(line):
                    return

    def answer(self, line: bytes) -> bool:
        """Whether the conversation goes on."""
        verb = line.split(None, 1)[0].upper().rstrip(b":")
        if verb == b"DATA":
            self.say("354 go on")
            self.take()
        elif verb == b"RCPT":
            self.server.recipients.append(line.decode().partition("<")[2].partition(">")[0])
            self.say(self.server.reply)
        elif verb == b"MAIL":
            self.server.senders.append(line.decode().partition("<")[2].partition(">")[0])
            self.say("250 test")
        else:
            self.say("221 bye" if verb == b"QUIT" else "250 test")
        return verb != b"QUIT"

    def take(self) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return  # killed in the middle of it: nothing was handed over
            lines.append(line)
        if self.server.data_reply.startswith("250"):
            self.server.taken.append(b"".join(lines))
        self.say(self.server.data_reply)


@contextmanager
def serving() -> Iterator[Server]:
    """A server that listens meanwhile."""
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.05,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()
