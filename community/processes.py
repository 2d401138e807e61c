"""The processes of an installation and the commands that start them."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .config import Config

ROOT = Path(__file__).resolve().parent.parent

# For requests that have arrived completely; open pages have threads of their own (community/serving). Measured: with
# more threads there are fewer responses, and the slowest take two to three times as long (docs/benchmarks-serving.md).
WEB_THREADS = 8
WEB_SERVER = ["-k", "community.serving.worker.FairWorker", "--logger-class=community.serving.private.PrivateLogger"]
# Jobs are short and mostly wait for SQLite's only writer.
WORKER_THREADS = 4
# Seconds for a request to end; after that its client would have given up, too.
GRACE_SECONDS = 8.0
# Seconds. A connection between two requests holds no thread; gunicorn's 2 are less than it takes to read a heading.
KEEP_ALIVE_SECONDS = 15
# Options that make one worker the scheduler as well.
BEAT_OPTIONS = ("-B",)


@dataclass(frozen=True)
class Process:
    """One process to keep running. Its output goes to `log`, its process id to `log` with the ending `.pid`."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)


def embedded_processes(config: Config, host: str, port: int) -> list[Process]:
    """Return the two processes of an installation without other services.

    They read the same environment as this process; options of `serve` are added to it.
    """
    logs = config.data_dir / "log"
    environment = {"TSUDOI_DATA_DIR": str(config.data_dir.resolve()), "TSUDOI_PUBLIC_URL": str(config.public_url)}
    return [
        Process("web", web_command(host, port), logs / "web.log", environment),
        Process("worker", [*worker_command(), *BEAT_OPTIONS], logs / "worker.log", environment),
    ]


def web_command(host: str, port: int, threads: int = WEB_THREADS) -> list[str]:
    """Return the command of a web process, with one gunicorn worker: for SQLite's only writer, and for Socket.IO."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = ["--no-control-socket", "--workers=1", f"--threads={threads}", f"--bind={bind}"]
    patience = [
        f"--keep-alive={KEEP_ALIVE_SECONDS}",
        f"--graceful-timeout={int(GRACE_SECONDS) - 3}",
        "--log-level=warning",
    ]
    return [sys.executable, "-m", "gunicorn", *WEB_SERVER, *options, *patience, "wsgi:app"]


def worker_command() -> list[str]:
    """Return the command of a worker without the scheduler, and without messages among workers, which nothing uses."""
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
