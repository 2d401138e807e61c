"""The embedded installation's broker: a folder in which each job that waits is one file.

Jobs only hurry along what the sweep finds anyway. So a job that waits already is not written twice, whatever cannot be
read is thrown away, and nothing that happens in the folder ends the process that looks into it.
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
# What has been unfinished for so long belongs to nobody any more.
WRITING_SECONDS = 60
# In front of a job stands the SHA-256 of it: what a killed process, a full disk or somebody else wrote has another one.
SUM_LENGTH = 64
# A job is some hundred bytes; what is longer is none of ours, and is not read into memory to find that out.
MOST_BYTES = 1_000_000


class Channel(virtual.Channel):
    """Writes and reads the files. The folder is the one queue there is; its bindings are in each process's memory."""

    # A job under way when the worker ends is not written back: the sweep finds its row.
    do_restore = False

    def __init__(self, connection: Any, **kwargs: Any) -> None:  # noqa: ANN401  as kombu makes it
        super().__init__(connection, **kwargs)
        self._seen: deque[Path] = deque()
        self._trouble = ""

    # --- what kombu asks of a channel

    def _put(self, queue: str, message: dict[str, Any], **_: object) -> None:
        """Write the job, whole or not at all, over an equal one that waits.

        Whoever has read the older one has not begun with it yet, so that it does what this one asks for. Raises
        ChannelError.
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
        """Take the next job away and return it. Raises Empty, at once."""
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
        """List the files there, oldest first; no folders, links or pipes. A folder that is gone or closed is empty."""
        found: list[tuple[int, str]] = []
        try:
            with os.scandir(self._folder()) as entries:
                for entry in entries:
                    with suppress(OSError):  # taken meanwhile
                        if entry.is_file(follow_symlinks=False):
                            found.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.path))
        except FileNotFoundError:
            return []  # whoever sends the next job makes it anew
        except OSError as error:
            self._complain(f"cannot look into the folder: {error.strerror}")
            return []
        return [Path(path) for _, path in sorted(found)]

    def _take(self, path: Path) -> dict[str, Any] | None:
        """Read the file and remove it. None: it was no job, or somebody else has taken it.

        What cannot be removed is left alone: it would be a new job at each look.
        """
        if path.suffix == UNFINISHED and _is_being_written(path):
            return None
        content = _read(path)
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
        """Say it once, not twenty times a second."""
        if trouble != self._trouble:
            self._trouble = trouble
            logger.warning("jobs are not hurried", extra={"trouble": trouble})


class Transport(virtual.Transport):
    """What Celery's broker address names; its option `folder` is where the queues' folders are."""

    Channel = Channel
    driver_type = driver_name = "folder"
    # Bindings outlive a connection, so that a worker that connects anew still finds its queue.
    global_state = virtual.BrokerState()
    implements = virtual.Transport.implements.extend(asynchronous=False, exchange_type=frozenset({"direct"}))

    def __init__(self, client: Any, **kwargs: Any) -> None:  # noqa: ANN401  as kombu makes it
        super().__init__(client, **kwargs)
        self.state = self.global_state


def _message_of(written: bytes, channel: Channel) -> dict[str, Any] | None:
    """Return the job; None if kombu and Celery could not make one of it, which would end the worker."""
    try:
        message = loads(written.decode())
        unpacked = virtual.Message(message, channel=channel)
        arguments, named, _ = unpacked.decode()
        is_one = not unpacked.errors and isinstance(arguments, list) and isinstance(named, dict)
        is_one = is_one and all(isinstance(message["headers"][name], str) for name in ("task", "id"))
        is_one = is_one and isinstance(message["properties"]["delivery_info"], dict)
    except Exception:  # noqa: BLE001  decoders raise what they like: zlib.error, decimal.InvalidOperation, …
        return None
    return message if is_one else None


def _name_of(message: dict[str, Any]) -> str:
    """Return the same name for the same task with the same arguments."""
    task = message["headers"].get("task", "")
    return hashlib.sha256(f"{task}\0{message['body']}".encode()).hexdigest()[:32]


def _read(path: Path) -> bytes:
    """Return what is in the file; nothing where it may not be read or is far too long for a job."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError:
        return b""
    return content if len(content) <= MOST_BYTES else b""


def _is_being_written(path: Path) -> bool:
    """Whether somebody may still be at it, by a clock that may have moved in either direction."""
    try:
        return abs(time.time() - path.stat().st_mtime) < WRITING_SECONDS
    except OSError:
        return True
