"""Real Tsudoi processes for browser and crash tests: the embedded installation, or a production one in small.

Both run below a supervisor that starts again what is killed, as systemd would: `kill` is a crash, `stop` the end.
"""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Literal, Self

import redis
import sqlalchemy as sa

from community.processes import BEAT_OPTIONS, GRACE_SECONDS, Process, web_command, worker_command
from community.supervisor import answers, die_with_parent, supervise
from models.base import prepare_engine
from tests import databases, services
from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent
# Starting several processes on two busy cores.
UP_SECONDS = 180
LOOK_SECONDS = 0.1

Kind = Literal["embedded", "production"]
Part = Literal["web", "worker"]

_redis_databases = count()


@dataclass
class Installation:
    """`with Installation("production", tmp_path, webs=2, workers=2) as tsudoi: browse(tsudoi.url(1))`."""

    kind: Kind
    folder: Path
    webs: int = 1
    workers: int = 1
    demo: bool = False  # with the sample community of today, as after a first start
    settings: dict[str, str] = field(default_factory=dict)  # TSUDOI_… variables, beside those that make up the kind

    def __post_init__(self) -> None:
        if self.kind == "embedded" and (self.webs, self.workers) != (1, 1):
            raise ValueError("an embedded installation has one web process and one worker")
        self.data = self.folder / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.ports = [free_port() for _ in range(self.webs)]
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._database = ""
        self.env = self._environment()

    def _environment(self) -> dict[str, str]:
        own = {"data_dir": self.data, "public_url": self.url(0)}
        if self.kind == "production":
            name = self._database = f"i_{uuid.uuid4().hex[:12]}"
            url = databases.copy_postgres(databases.SAMPLE, name) if self.demo else services.postgres_url(name)
            own |= {"database_url": url, "redis_url": own_redis()}
        elif self.demo:
            databases.copy_sqlite(databases.SAMPLE, self.data / "tsudoi.db")
        return {**databases.plain_environment(**own), **self.settings}

    # --- life

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        if self._database:
            services.drop_postgres(self._database)

    def start(self) -> None:
        """Start everything and wait until every web process answers. The data of an earlier start are still there."""
        if self.kind == "production":
            if not self.demo:  # the copy has its tables
                self.command("migrate")
            plan = [_as_json(process) for process in self._production()]
            arguments = [sys.executable, "-m", "tests.processes", json.dumps(plan)]
        else:
            options = ["--host", "127.0.0.1", "--port", str(self.ports[0]), "--data", str(self.data), "--no-demo"]
            arguments = [sys.executable, "-m", "community", "serve", *options]
        with (self.folder / "supervisor.log").open("ab") as log:
            self._supervisor = subprocess.Popen(
                arguments,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  it only asks the kernel
            )
        self.wait_until_up()

    def _production(self) -> Iterator[Process]:
        logs = self.data / "log"
        for number, port in enumerate(self.ports):
            yield Process(f"web{number}", web_command("127.0.0.1", port), logs / f"web{number}.log")
        for number in range(self.workers):
            clock = BEAT_OPTIONS if number == 0 else ()
            name = f"--hostname=worker{number}@%h"
            yield Process(f"worker{number}", [*worker_command(), name, *clock], logs / f"worker{number}.log")

    def stop(self) -> None:
        """The end an operator gives it, Ctrl-C; by force if it does not come."""
        if self._supervisor is None:
            return
        self._supervisor.send_signal(signal.SIGINT)
        try:
            self._supervisor.wait(GRACE_SECONDS + 5)
        except subprocess.TimeoutExpired:
            for pid_file in self.data.glob("log/*.pid"):
                _kill_group(int(pid_file.read_text()))
            _kill_group(self._supervisor.pid)
            self._supervisor.wait()
            raise AssertionError(f"Ctrl-C did not stop it:\n{self.logs()}") from None
        finally:
            self._supervisor = None

    def end(self) -> None:
        """At once: nobody needs what is there any more. Whether Ctrl-C ends it well is asked by `stop`."""
        self.kill_supervisor()
        for pid_file in self.data.glob("log/*.pid"):
            with suppress(ValueError):  # it was being written
                _kill_group(int(pid_file.read_text()))

    def kill(self, part: Part, number: int = 0) -> None:
        """`kill -9` of the process and its children. The supervisor starts it again; do not wait for that here."""
        name = part if self.kind == "embedded" else f"{part}{number}"
        with suppress(FileNotFoundError):  # it is between a crash and its restart
            _kill_group(int((self.data / "log" / f"{name}.pid").read_text()))

    def freeze(self, part: Part, number: int = 0) -> Callable[[], None]:
        """SIGSTOP for the process and its children, as on a machine that was suspended; return what lets them go on."""
        name = part if self.kind == "embedded" else f"{part}{number}"
        group = int((self.data / "log" / f"{name}.pid").read_text())
        os.killpg(group, signal.SIGSTOP)
        return lambda: os.killpg(group, signal.SIGCONT)

    def count_deaths(self) -> int:
        """How often the supervisor has seen a process end."""
        return (self.folder / "supervisor.log").read_text(errors="replace").count(" ended (")

    def kill_supervisor(self) -> None:
        """`kill -9` of the supervisor alone."""
        if self._supervisor is not None:
            self._supervisor.kill()
            self._supervisor.wait()
            self._supervisor = None

    def wait_until_up(self, seconds: float = UP_SECONDS) -> None:
        """Until every web process answers its health check."""
        deadline = time.monotonic() + seconds
        for number in range(self.webs):
            while not self.answers(number):
                ended = self._supervisor is not None and self._supervisor.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise AssertionError(f"{self.kind} installation is not up:\n{self.logs()}")
                time.sleep(LOOK_SECONDS)

    def answers(self, number: int = 0) -> bool:
        """Whether that web process says it is well."""
        return answers("127.0.0.1", self.ports[number])

    # --- looking in

    def url(self, number: int = 0) -> str:
        """A web process's address, without a slash at its end."""
        return f"http://127.0.0.1:{self.ports[number]}"

    def command(self, *arguments: str) -> str:
        """What `python -m community …` prints about this installation."""
        done = subprocess.run(
            [sys.executable, "-m", "community", *arguments],
            cwd=ROOT,
            env=self.env,
            check=False,
            capture_output=True,
            text=True,
            timeout=UP_SECONDS,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout

    @property
    def database_url(self) -> str:
        """For SQLAlchemy."""
        return self.env.get("TSUDOI_DATABASE_URL") or f"sqlite:///{self.data / 'tsudoi.db'}"

    @contextmanager
    def database(self) -> Iterator[sa.Connection]:
        """A connection of one's own, in a transaction that is committed at the end."""
        engine = sa.create_engine(self.database_url)
        prepare_engine(engine)
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    def logs(self) -> str:
        """The last lines everybody wrote, for a failure's message."""
        files = [self.folder / "supervisor.log", *sorted(self.data.glob("log/*.log"))]
        return "\n".join(
            f"--- {file.name}\n{file.read_text(errors='replace')[-4000:]}" for file in files if file.exists()
        )


def own_redis() -> str:
    """The address of an empty numbered database that no other installation or test of this run uses meanwhile."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    each = services.REDIS_DATABASES // 4  # at most four workers side by side
    url = services.redis_url((worker % 4) * each + next(_redis_databases) % each)
    with redis.Redis.from_url(url) as connection:
        connection.flushdb()
    return url


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _as_json(process: Process) -> dict[str, Any]:
    return {
        "name": process.name,
        "command": list(process.command),
        "log": str(process.log),
        "env": dict(process.env),
    }


if __name__ == "__main__":
    supervise([Process(p["name"], p["command"], Path(p["log"]), p["env"]) for p in json.loads(sys.argv[1])])
