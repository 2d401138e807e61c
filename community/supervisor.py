"""The embedded installation's supervisor: starts web and worker, restarts what crashes, and stops both.

A production installation leaves this to systemd or a container platform. The standard library is enough here.
"""

import ctypes
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from community import process_logs, storage
from community.interruption import Signals

from .processes import GRACE_SECONDS, ROOT, Process

FIRST_RESTART_SECONDS = 0.2
LAST_RESTART_SECONDS = 15.0
# A process that has run this long has started well: its next crash counts as a first one.
HEALTHY_SECONDS = 5.0
LOOK_SECONDS = 0.1
ANSWER_SECONDS = 1.0
LOG_LOOK_SECONDS = 10.0

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


class CannotServeError(Exception):
    """A reason why `serve` cannot run. The message is shown to the operator without a traceback."""


class TakenError(CannotServeError):
    """Another process holds the data folder."""


# --- one installation at a time ---------------------------------------------------------------------------------------


@contextmanager
def claim(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this process. The kernel releases it however the process ends.

    Raises TakenError if another process holds it, CannotServeError if nothing can be written there.
    """
    storage.make_private(data_dir)
    with (data_dir / "tsudoi.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            raise TakenError(f"Another Tsudoi (process {owner}) already runs on {data_dir}.") from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        try:
            lock.flush()
        except OSError as error:
            lock.truncate(0)
            raise CannotServeError(f"Nothing can be written to {data_dir}: {error.strerror}.") from None
        yield


def refuse_taken_port(host: str, port: int) -> None:
    """Raise CannotServeError if the port cannot be bound, before a web process crashes again and again."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or error
            raise CannotServeError(f"Cannot listen on {host}:{port} ({reason}). Try another one: --port N") from None


def answers(host: str, port: int) -> bool:
    """Return whether a Tsudoi is healthy at this address; the port alone is open some seconds earlier."""
    page = http.client.HTTPConnection(_reachable(host), port, timeout=ANSWER_SECONDS)
    with suppress(OSError, http.client.HTTPException), closing(page):
        page.request("GET", "/healthz")
        return page.getresponse().status == http.client.OK
    return False


def announce(address: str, host: str, port: int, hints: Sequence[str]) -> Callable[[], bool]:
    """Return the `when_up` that prints the address and the hints once the server answers."""

    def when_up() -> bool:
        if not answers(host, port):
            return False
        for line in (f"\nTsudoi is at {address}", *hints, "Ctrl-C stops it."):
            say(line)
        return True

    return when_up


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  not bound here, only translated


# --- keeping them --------------------------------------------------------------------------------------------------


class ProcessRunner:
    """Keeps one process running. `stop` and `kill` end its process group: children of a dead master keep the port."""

    def __init__(self, process: Process, say: Callable[[str], None]) -> None:
        self.process = process
        self.say = say
        self.child: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.delay = FIRST_RESTART_SECONDS
        self.start_at = 0.0
        self.log_due_at = 0.0

    def look(self, now: float) -> None:
        """Start the process if it is due, or note its end and when it is due again."""
        if self.child is None:
            if now >= self.start_at:
                self._try_to_start(now)
            return
        status = self.child.poll()
        if status is None:
            if now >= self.log_due_at:
                self.log_due_at = now + LOG_LOOK_SECONDS
                process_logs.shorten_log(self.process.log)
            return
        self.kill()
        if now - self.started >= HEALTHY_SECONDS:
            self.delay = FIRST_RESTART_SECONDS
        self.say(f"{self.process.name} ended ({_how(status)}); starting it again. Its log: {self.process.log}")
        self._wait_before_next(now)

    def _wait_before_next(self, now: float) -> None:
        self.start_at = now + self.delay
        self.delay = min(self.delay * 2, LAST_RESTART_SECONDS)

    def _try_to_start(self, now: float) -> None:
        """Start the process, or try later: no process, memory or file descriptor may be left for a while."""
        try:
            self._start(now)
        except OSError as error:
            self.say(f"{self.process.name} could not be started ({error}); trying again.")
            self._wait_before_next(now)

    def _start(self, now: float) -> None:
        process_logs.shorten_log(self.process.log)
        with process_logs.open_log(self.process.log) as output:
            self.child = subprocess.Popen(
                self.process.command,
                cwd=ROOT,
                env={**os.environ, **self.process.env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  safe: the caretaker has one thread
            )
        self.started = now
        with suppress(OSError):  # a convenience; a full disk has no room for it
            self.process.log.with_suffix(".pid").write_text(f"{self.child.pid}\n")

    def stop(self) -> None:
        """Ask the process to end gracefully."""
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()

    def is_running(self) -> bool:
        """Return whether the process is alive."""
        return self.child is not None and self.child.poll() is None

    def kill(self) -> None:
        """Kill what is left of the process group, gracefully stopped or not."""
        if self.child is None:
            return
        with suppress(ProcessLookupError, PermissionError):  # nobody left; macOS reports PermissionError
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()
        with suppress(OSError):
            self.process.log.with_suffix(".pid").unlink(missing_ok=True)
        self.child = None


def supervise(processes: Sequence[Process], *, when_up: Callable[[], bool] | None = None) -> None:
    """Keep `processes` running until SIGINT or SIGTERM; a second signal shortens the graceful end.

    `when_up` is called repeatedly until it returns true: it checks whether the address answers, and announces it.
    """
    signals = Signals()
    runners = [ProcessRunner(process, say) for process in processes]
    with signals.caught():
        try:
            while not signals.count:
                for runner in runners:
                    runner.look(time.monotonic())
                if when_up and when_up():
                    when_up = None
                signals.wait(LOOK_SECONDS)
            _stop_all(runners, signals)
        finally:
            for runner in runners:
                runner.kill()


def _stop_all(runners: Sequence[ProcessRunner], signals: Signals) -> None:
    for runner in runners:
        runner.stop()
    deadline = time.monotonic() + GRACE_SECONDS
    asked = signals.count
    while any(runner.is_running() for runner in runners) and time.monotonic() < deadline and signals.count == asked:
        time.sleep(LOOK_SECONDS)


def die_with_parent(parent: int) -> Callable[[], None] | None:
    """Return a `preexec_fn` that has the kernel stop the child with its supervisor; None except on Linux.

    Without it, a child of a killed supervisor would keep the port.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # died between fork and here
            os._exit(1)

    return ask


def _how(status: int) -> str:
    if status >= 0:
        return f"exit code {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:  # a real-time signal: Python names only the first and the last
        return f"signal {-status}"


def say(line: str) -> None:
    """Print a line for the operator. A full disk or a closed terminal must not stop what runs."""
    with suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
