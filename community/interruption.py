"""Ctrl-C at any moment of a command: one sentence and the exit code that shells expect, no traceback.

Imported by `__main__` before everything else: the other imports take most of a command's first second. So it imports
nothing of ours.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

STOPS = (signal.SIGINT, signal.SIGTERM)
SENTENCE = "Stopped. Nothing is broken: the same command can be given again."
# What shells add to the number of the signal that ended a program.
EXIT_BASE = 128
# How late a request to stop may be noticed.
SLEEP_SECONDS = 0.1


class Stopped(KeyboardInterrupt):
    """Somebody has asked the command to stop; what is open is undone on the way out."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = EXIT_BASE + number


def find_stop(error: BaseException | None) -> Stopped | None:
    """Return the Stopped that the error is or was raised in the wake of: undoing may stumble over what broke off."""
    while error is not None and not isinstance(error, Stopped):
        error = error.__cause__ or error.__context__
    return error


def end_at_once_on_signals() -> None:
    """As long as there is nothing to undo."""
    _handle(lambda number, _: _end(number))
    # The shell that started us may have held signals back until there was somebody to hear them.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def raise_on_signals() -> None:
    """From here on a signal raises Stopped, once; whatever else arrives finds us undoing already."""
    _handle(_raise)
    sys.unraisablehook = _end_where_nobody_can_catch


def ignore_signals() -> None:
    """The command has ended; only the interpreter has to tidy up."""
    _handle(signal.SIG_IGN)


def _handle(handler: Callable[[int, FrameType | None], Any] | signal.Handlers) -> None:
    for number in STOPS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup and shells ask for what runs in the background
            signal.signal(number, handler)


def _raise(number: int, frame: FrameType | None) -> None:
    del frame
    ignore_signals()
    raise Stopped(number)


def _end_where_nobody_can_catch(unraisable: "sys.UnraisableHookArgs") -> None:
    """A signal that came while Python tidied up after an object: what it raised would be printed and forgotten."""
    if isinstance(unraisable.exc_value, Stopped):
        _end(unraisable.exc_value.exit_code - EXIT_BASE)
    sys.__unraisablehook__(unraisable)


def _end(number: int) -> None:
    with suppress(OSError):  # nobody reads it
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"\n{SENTENCE}\n".encode())
    os._exit(EXIT_BASE + number)


class Signals:
    """Counts the requests to stop, for a command that ends in its own time.

    Nothing here takes a lock: a handler runs in the middle of whatever the thread was at, holding that lock perhaps.
    """

    def __init__(self) -> None:
        self.count = 0

    def _note(self, *_: object) -> None:
        self.count += 1

    def wait(self, seconds: float) -> None:
        """Wait so long, or until a moment after a request."""
        until = time.monotonic() + seconds
        while not self.count and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, SLEEP_SECONDS))

    @contextmanager
    def caught(self) -> Iterator[None]:
        """SIGHUP too: a closed terminal window is a way to stop."""
        before = {number: signal.signal(number, self._note) for number in (*STOPS, signal.SIGHUP)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
