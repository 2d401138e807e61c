"""The embedded installation's caretaker: starts web and worker, restarts what crashes, takes everything down again.

A production installation leaves this work to systemd or a container platform. The standard library is enough here.
"""

import ctypes
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from .config import Config

ROOT = Path(__file__).resolve().parent.parent

# For requests that have wholly arrived; open pages have threads of their own (community/serving). Measured: with fewer,
# readers wait behind writers that wait for the disk; with more, the slowest wait longer (docs/benchmarks-serving.md).
WEB_THREADS = 16
WEB_SERVER = ["-k", "community.serving.worker.FairWorker", "--logger-class=community.serving.private.PrivateLogger"]
# Jobs are short and mostly wait for the one SQLite writer.
WORKER_THREADS = 4
# A request under way may end; after that a reader would have given up too.
GRACE_SECONDS = 8.0
# A connection between two requests holds no thread; gunicorn's 2 s are less than somebody needs to read a heading.
KEEP_ALIVE_SECONDS = 15
FIRST_RESTART_SECONDS = 0.2
LAST_RESTART_SECONDS = 15.0
# What has run this long has started well: its next crash counts as a first one.
HEALTHY_SECONDS = 5.0
LOOK_SECONDS = 0.1
ANSWER_SECONDS = 1.0
LOG_BYTES = 10_000_000

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


class CannotServeError(Exception):
    """Said to the operator as it is, without a traceback."""


@dataclass(frozen=True)
class Process:
    """One process to keep running. Its output goes to `log`, its process id to `log` with the ending `.pid`."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)


def embedded_processes(config: Config, host: str, port: int) -> list[Process]:
    """The two processes of an installation without other services.

    They read the same environment as this one; what `serve` was told on its command line is added to it.
    """
    logs = config.data_dir / "log"
    told = {"TSUDOI_DATA_DIR": str(config.data_dir.resolve()), "TSUDOI_PUBLIC_URL": str(config.public_url)}
    return [
        Process("web", web_command(host, port), logs / "web.log", told),
        Process("worker", [*worker_command(), *beat_options(config.data_dir)], logs / "worker.log", told),
    ]


def web_command(host: str, port: int, threads: int = WEB_THREADS) -> list[str]:
    """A web process. One gunicorn worker: SQLite wants one writer, Socket.IO one home for each of its clients."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = ["--no-control-socket", "--workers=1", f"--threads={threads}", f"--bind={bind}"]
    patience = [
        f"--keep-alive={KEEP_ALIVE_SECONDS}",
        f"--graceful-timeout={int(GRACE_SECONDS) - 3}",
        "--log-level=warning",
    ]
    return [sys.executable, "-m", "gunicorn", *WEB_SERVER, *options, *patience, "wsgi:app"]


def worker_command() -> list[str]:
    """A worker process without the clock. The chatter among workers is left out: nothing here listens to it."""
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=warning"]
    return [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "wsgi.celery",
        "worker",
        "-P",
        "threads",
        f"-c{WORKER_THREADS}",
        *quiet,
    ]


def beat_options(data_dir: Path) -> list[str]:
    """What makes one worker the installation's clock as well."""
    return ["-B", f"--schedule={data_dir / 'beat-schedule'}"]


# --- one installation at a time ---------------------------------------------------------------------------------------


@contextmanager
def claim(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this process; the kernel lets go of it however the process ends."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "tsudoi.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            raise CannotServeError(f"Another Tsudoi (process {owner}) already runs on {data_dir}.") from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def refuse_taken_port(host: str, port: int) -> None:
    """Say so at once when nobody could listen there, instead of a web process that crashes again and again."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or error
            raise CannotServeError(f"Cannot listen on {host}:{port} ({reason}). Try another one: --port N") from None


def answers(host: str, port: int) -> bool:
    """Whether a Tsudoi is well there; the port alone is open some seconds earlier."""
    page = http.client.HTTPConnection(_reachable(host), port, timeout=ANSWER_SECONDS)
    with suppress(OSError, http.client.HTTPException), closing(page):
        page.request("GET", "/healthz")
        return page.getresponse().status == http.client.OK
    return False


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  not bound here, only translated


# --- keeping them --------------------------------------------------------------------------------------------------


class Keeper:
    """Keeps one process running. `stop` and `kill` end its whole group: children of a dead master keep the port."""

    def __init__(self, process: Process, say: Callable[[str], None]) -> None:
        self.process = process
        self.say = say
        self.child: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.delay = FIRST_RESTART_SECONDS
        self.start_at = 0.0

    def look(self, now: float) -> None:
        """Start the process if it is due, or note its end and when it is due again."""
        if self.child is None:
            if now >= self.start_at:
                self._start(now)
            return
        status = self.child.poll()
        if status is None:
            return
        self.kill()
        if now - self.started >= HEALTHY_SECONDS:
            self.delay = FIRST_RESTART_SECONDS
        self.say(f"{self.process.name} ended ({_how(status)}); starting it again. Its log: {self.process.log}")
        self.start_at = now + self.delay
        self.delay = min(self.delay * 2, LAST_RESTART_SECONDS)

    def _start(self, now: float) -> None:
        log = self.process.log
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
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
        log.with_suffix(".pid").write_text(f"{self.child.pid}\n")

    def stop(self) -> None:
        """Ask for a graceful end."""
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()

    def is_running(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def kill(self) -> None:
        """End what is left of the group, gracefully stopped or not."""
        if self.child is None:
            return
        with suppress(ProcessLookupError, PermissionError):  # nobody left; macOS says it the second way
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()
        self.process.log.with_suffix(".pid").unlink(missing_ok=True)
        self.child = None


def supervise(processes: Sequence[Process], *, when_up: Callable[[], bool] | None = None) -> None:
    """Keep `processes` running until SIGINT or SIGTERM; a second signal makes the end a short one.

    `when_up` is called again and again until it returns true: it looks whether the address answers, and says so.
    """
    signals = _Signals()
    keepers = [Keeper(process, _say) for process in processes]
    with signals.caught():
        try:
            while not signals.count:
                for keeper in keepers:
                    keeper.look(time.monotonic())
                if when_up and when_up():
                    when_up = None
                signals.wait(LOOK_SECONDS)
            _stop_all(keepers, signals)
        finally:
            for keeper in keepers:
                keeper.kill()


def _stop_all(keepers: Sequence[Keeper], signals: "_Signals") -> None:
    for keeper in keepers:
        keeper.stop()
    deadline = time.monotonic() + GRACE_SECONDS
    asked = signals.count
    while any(keeper.is_running() for keeper in keepers) and time.monotonic() < deadline and signals.count == asked:
        time.sleep(LOOK_SECONDS)


class _Signals:
    """Counts the requests to stop."""

    def __init__(self) -> None:
        self.count = 0
        self._arrived = threading.Event()

    def _note(self, *_: object) -> None:
        self.count += 1
        self._arrived.set()

    def wait(self, seconds: float) -> None:
        self._arrived.wait(seconds)

    @contextmanager
    def caught(self) -> Iterator[None]:
        """SIGHUP too: a closed terminal window is a way to stop."""
        before = {
            number: signal.signal(number, self._note) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def die_with_parent(parent: int) -> Callable[[], None] | None:
    """Have the kernel stop a child whose caretaker was killed, lest it keep the port for ever. Linux only."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died between fork and here
            os._exit(1)

    return ask


def _how(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit code {status}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
