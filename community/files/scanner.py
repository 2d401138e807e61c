"""Asks the operator's scanner (`TSUDOI_FILE_SCANNER`) whether a file may be kept; where it does not answer: no."""

import logging
import os
import shlex
import signal
import subprocess
import threading
from contextlib import suppress

from .rules import SCANNER_REFUSED, FileRefusedError, ScannerUnavailableError

logger = logging.getLogger(__name__)

# clamd looks at 20 MB in a few seconds; the person who sends the file is waiting.
TIMEOUT_SECONDS = 30
CLEAN, REFUSED = 0, 1  # exit codes, those of clamdscan
# A scanner that hangs must not hold all threads of a web process: further files wait for one of two, a little.
AT_ONCE = 2
WAIT_SECONDS = 10

_places = threading.BoundedSemaphore(AT_ONCE)


def scan(data: bytes, command: str) -> None:
    """Give the bytes to the command's standard input, and return if it exits with 0, or if there is no command.

    Raises FileRefusedError for exit code 1, and ScannerUnavailableError for any other, for a command that cannot be
    started, for one that has not answered within TIMEOUT_SECONDS, and while too many files are being scanned. Call this
    outside of a transaction.
    """
    if not command.strip():
        return
    if not _places.acquire(timeout=WAIT_SECONDS):
        logger.error("scanner is busy")
        raise ScannerUnavailableError
    try:
        _ask(data, command)
    finally:
        _places.release()


def _ask(data: bytes, command: str) -> None:
    try:
        code = _run(shlex.split(command), data)
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.exception("scanner gave no answer")
        raise ScannerUnavailableError from error
    if code == REFUSED:
        logger.warning("scanner refused a file", extra={"size": len(data)})
        raise FileRefusedError(SCANNER_REFUSED)
    if code != CLEAN:
        logger.error("scanner failed", extra={"code": code})
        raise ScannerUnavailableError


def _run(command: list[str], data: bytes) -> int:
    """Return the exit code. What the command has started ends with it when the time is over."""
    # Where ended children are not kept for their parent, each would seem to have exited with 0.
    if signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN:
        raise ChildProcessError("SIGCHLD is ignored")
    # The operator's own command, without a shell; nothing of the file's is in it.
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.communicate(data, timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode
