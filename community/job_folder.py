"""The embedded installation's broker: a folder with one file for each waiting job.

Jobs only hasten what the sweep finds anyway. So an equal waiting job is not written twice, unreadable files are
deleted, and no error of the folder ends the process that reads it.
"""

import hashlib
import logging
import os
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import virtual
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

ENDING, UNFINISHED = ".job", ".new"
# Seconds after which an unfinished file is abandoned.
WRITING_SECONDS = 60
# A file begins with the SHA-256 of its job: files of killed processes, full disks or strangers do not match theirs.
SUM_LENGTH = 64
# A job has some hundred bytes; a longer file is none of ours and is not read to find that out.
MOST_BYTES = 1_000_000


class Channel(virtual.Channel):
    """Reads and writes the files. The folder is the only queue; its bindings are in each process's memory."""

    # A job interrupted by the worker's end is not written back: the sweep finds its row.
    do_restore = False

    def __init__(self, connection: Any, **kwargs: Any) -> None:  # noqa: ANN401  as kombu makes it
        super().__init__(connection, **kwargs)
        self._seen: deque[Path] = deque()
        self._trouble = ""

    # --- what kombu asks of a channel

    def _put(self, queue: str, message: dict[str, Any], **_: object) -> None:
        """Write the job atomically, replacing an equal one that waits. Raises ChannelError.

        A worker that has just read the older one has not started it yet, so it also does what this one asks for.
        """
        del queue  # there is one
        written = dumps(message).encode()
        whole = hashlib.sha256(written).hexdigest().encode() + written
        folder = self._folder()
        unfinished = folder / f"{uuid4().hex}{UNFINISHED}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(whole)
            unfinished.replace(folder / f"{_name_of(message)}{ENDING}")
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise ChannelError(f"cannot write into {folder}: {error.strerror}") from error

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        """Remove the next job from the folder and return it. Raises Empty if there is none, without waiting."""
        del queue, timeout
        if not self._seen:
            self._seen.extend(self._look())
        while self._seen:
            job = self._take(self._seen.popleft())
            if job is not None:
                return job
        raise Empty

    def _size(self, queue: str) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]  declared to return 0
        del queue
        return len(self._look())

    def _purge(self, queue: str) -> int:
        del queue
        waiting = self._look()
        for path in waiting:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        return len(waiting)

    # --- the folder

    def _folder(self) -> Path:
        return Path(self.connection.client.transport_options["folder"])

    def _look(self) -> list[Path]:
        """Return the files in the folder, oldest first, without folders, links and pipes; none if it cannot be read."""
        found: list[tuple[int, str]] = []
        try:
            with os.scandir(self._folder()) as entries:
                for entry in entries:
                    with suppress(OSError):  # taken meanwhile
                        if entry.is_file(follow_symlinks=False):
                            found.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.path))
        except FileNotFoundError:
            return []  # the next job that is sent creates the folder
        except OSError as error:
            self._complain(f"cannot look into the folder: {error.strerror}")
            return []
        return [Path(path) for _, path in sorted(found)]

    def _take(self, path: Path) -> dict[str, Any] | None:
        """Read the file, remove it and return its job; None if it has no job or another process took it.

        A file that cannot be removed is not read as a job: every look would find it again.
        """
        if path.suffix == UNFINISHED and _is_being_written(path):
            return None
        content = _read_file(path)
        try:
            path.unlink()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._complain(f"cannot remove files: {error.strerror}")
            return None
        sum_, written = content[:SUM_LENGTH], content[SUM_LENGTH:]
        if not written or hashlib.sha256(written).hexdigest().encode() != sum_:
            logger.warning("not a job, thrown away", extra={"file": path.name, "bytes": len(content)})
            return None
        message = _message_of(written, self)
        if message is None:
            logger.warning("not a job, thrown away", extra={"file": path.name, "bytes": len(content)})
        return message

    def _complain(self, trouble: str) -> None:
        """Log a fault of the folder once, not at every look."""
        if trouble != self._trouble:
            self._trouble = trouble
            logger.warning("jobs are not hurried", extra={"trouble": trouble})


class Transport(virtual.Transport):
    """The transport that Celery's broker address names; its option `folder` is the folder of jobs."""

    Channel = Channel
    driver_type = driver_name = "folder"
    # Bindings outlive a connection, so that a worker that reconnects finds its queue.
    global_state = virtual.BrokerState()
    implements = virtual.Transport.implements.extend(asynchronous=False, exchange_type=frozenset({"direct"}))

    def __init__(self, client: Any, **kwargs: Any) -> None:  # noqa: ANN401  as kombu makes it
        super().__init__(client, **kwargs)
        self.state = self.global_state


def _message_of(written: bytes, channel: Channel) -> dict[str, Any] | None:
    """Return the job, or None if kombu or Celery could not decode it, which would end the worker."""
    try:
        message = loads(written.decode())
        unpacked = virtual.Message(message, channel=channel)
        arguments, named, _ = unpacked.decode()
        is_one = not unpacked.errors and isinstance(arguments, list) and isinstance(named, dict)
        is_one = is_one and all(isinstance(message["headers"][name], str) for name in ("task", "id"))
        is_one = is_one and isinstance(message["properties"]["delivery_info"], dict)
    except Exception:  # noqa: BLE001  decoders raise anything: zlib.error, decimal.InvalidOperation, …
        return None
    return message if is_one else None


def _name_of(message: dict[str, Any]) -> str:
    """Return the file name of a job: equal for the same task with the same arguments."""
    task = message["headers"].get("task", "")
    return hashlib.sha256(f"{task}\0{message['body']}".encode()).hexdigest()[:32]


def _read_file(path: Path) -> bytes:
    """Return the content of the file; b"" if it cannot be read or is too long for a job."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError:
        return b""
    return content if len(content) <= MOST_BYTES else b""


def _is_being_written(path: Path) -> bool:
    """Return whether a process may still be writing the file; the clock may have been set in either direction."""
    try:
        return abs(time.time() - path.stat().st_mtime) < WRITING_SECONDS
    except OSError:
        return True
