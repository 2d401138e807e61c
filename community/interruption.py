"""Ctrl-C at any moment of a command: one sentence and the exit code that shells expect, no traceback.

Imported by `__main__` before everything else, since the other imports take most of a command's first second. So this
module imports nothing of ours.
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
# Shells add this to the number of the signal that ended a program.
EXIT_BASE = 128
# Seconds after which a request to stop is noticed at the latest.
SLEEP_SECONDS = 0.1


class Stopped(KeyboardInterrupt):
    """The command was asked to stop; transactions and files are closed while this propagates."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = EXIT_BASE + number


def find_stop(error: BaseException | None) -> Stopped | None:
    """Return the Stopped that the error is or was caused by, or None: cleaning up may fail because of a stop."""
    while error is not None and not isinstance(error, Stopped):
        error = error.__cause__ or error.__context__
    return error


def end_at_once_on_signals() -> None:
    """End the process at once on a signal: for the time when there is nothing to undo."""
    _handle(lambda number, _: _end_by_signal(number))
    # The shell that started us may have blocked signals until a handler was installed.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def raise_on_signals() -> None:
    """Raise Stopped on the first signal; later signals are ignored."""
    _handle(_raise)
    sys.unraisablehook = _end_where_nobody_can_catch


def ignore_signals() -> None:
    """Ignore signals: the command has ended and the interpreter exits."""
    _handle(signal.SIG_IGN)


def _handle(handler: Callable[[int, FrameType | None], Any] | signal.Handlers) -> None:
    for number in STOPS:
        if signal.getsignal(number) != signal.SIG_IGN:  # ignored by nohup, and by shells for background jobs
            signal.signal(number, handler)


def _raise(number: int, frame: FrameType | None) -> None:
    del frame
    ignore_signals()
    raise Stopped(number)


def _end_where_nobody_can_catch(unraisable: "sys.UnraisableHookArgs") -> None:
    """Exit if Stopped was raised inside a finalizer: Python would print it and go on."""
    if isinstance(unraisable.exc_value, Stopped):
        _end_by_signal(unraisable.exc_value.exit_code - EXIT_BASE)
    sys.__unraisablehook__(unraisable)


def _end_by_signal(number: int) -> None:
    with suppress(OSError):  # nobody reads stderr
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"\n{SENTENCE}\n".encode())
    os._exit(EXIT_BASE + number)


class Signals:
    """Counts the requests to stop, for a command that ends in its own time.

    Takes no lock: a handler interrupts its thread anywhere, perhaps while that thread holds the lock.
    """

    def __init__(self) -> None:
        self.count = 0

    def _note(self, *_: object) -> None:
        self.count += 1

    def wait(self, seconds: float) -> None:
        """Wait so many seconds, or until shortly after a request to stop."""
        until = time.monotonic() + seconds
        while not self.count and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, SLEEP_SECONDS))

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Count signals inside the block. SIGHUP, too: closing a terminal window is a request to stop."""
        before = {number: signal.signal(number, self._note) for number in (*STOPS, signal.SIGHUP)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
