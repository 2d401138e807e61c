"""How many threads a web process had best have: `python -m benchmarks.serving 4 8 gthread:32`.

One web process with a sample community of its own for each number, all there at once and asked by turns: `--clients`
people at a time, nine pages read for each reply written, half of the pages by guests. Printed are the medians of the
rounds: answers a second by the clock and by the web process's own processor time, and how long answers take. The
clients run on the same machine, and are part of what the clock measures. Nothing processes the replies meanwhile.
"""

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import requests
import sqlalchemy as sa

from benchmarks.stage import PATIENCE, Writer
from community.processes import Process, web_command
from models.forums import Topic
from tests import services
from tests.processes import Installation, Kind

PAGES = ("/forums/topics/{topic}", "/", "/forums")
READS_A_WRITE = 9
# Each text is different, since the same one again would count as a form sent twice.
_replies = count()


@dataclass
class Round:
    """The figures of one round."""

    answers: int
    seconds: float
    cpu: float
    took: list[float]

    def within(self, share: float) -> float:
        return sorted(self.took)[max(int(len(self.took) * share) - 1, 0)]


class WebAlone(Installation):
    """A web process without a worker."""

    def __init__(self, kind: Kind, folder: Path, server: str) -> None:
        super().__init__(kind, folder, demo=True)
        self.kind = "production"  # started as one process below a supervisor, on whatever it was made for
        self.server = server

    def _production(self) -> Iterator[Process]:
        name, _, threads = self.server.rpartition(":")
        command = web_command("127.0.0.1", self.ports[0], int(threads))
        if name:
            command[command.index("-k") + 1] = name
        yield Process("web", command, self.data / "log" / "web.log")


@dataclass
class Candidate:
    """A web process with so many threads, and its clients."""

    tsudoi: WebAlone
    topic: int
    writers: list[Writer]
    rounds: list[Round] = field(default_factory=list)

    def cpu(self) -> float:
        """Return the processor seconds of the web process and its children so far."""
        group = int((self.tsudoi.data / "log" / "web.pid").read_text())
        stats = (path.read_text().rpartition(")")[2].split() for path in Path("/proc").glob("[0-9]*/stat"))
        return sum(int(s[11]) + int(s[12]) for s in stats if int(s[2]) == group) / os.sysconf("SC_CLK_TCK")


def ask(candidate: Candidate, seconds: float) -> Round:
    """Let all clients send requests at once, each one after the other. Return the round's figures."""
    until, took = time.monotonic() + seconds, list[float]()

    def work(number: int) -> None:
        writer = candidate.writers[number]
        guest = requests.Session()
        turn = number  # not all write in the same moment
        while time.monotonic() < until:
            turn += 1
            if turn % (READS_A_WRITE + 1) == 0:
                took.append(writer.reply(next(_replies))[1])
                continue
            began = time.monotonic()
            path = PAGES[turn % len(PAGES)].format(topic=candidate.topic)
            browser = guest if turn % 2 else writer.browser
            browser.get(candidate.tsudoi.url() + path, timeout=PATIENCE).raise_for_status()
            took.append(time.monotonic() - began)

    clients = [threading.Thread(target=work, args=(number,)) for number in range(len(candidate.writers))]
    cpu, began = candidate.cpu(), time.monotonic()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return Round(len(took), time.monotonic() - began, candidate.cpu() - cpu, took)


def report(candidates: list[Candidate]) -> None:
    print(f"{'threads':>12}{'answers/s':>11}{'answers/CPU s':>15}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}")
    for candidate in candidates:
        rounds = candidate.rounds
        a_second = statistics.median(one.answers / one.seconds for one in rounds)
        a_cpu = statistics.median(one.answers / one.cpu for one in rounds)
        p50, p99, most = (statistics.median(one.within(share) for one in rounds) * 1000 for share in (0.5, 0.99, 1))
        print(f"{candidate.tsudoi.server:>12}{a_second:>11.1f}{a_cpu:>15.1f}{p50:>9.0f}{p99:>9.0f}{most:>9.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("servers", nargs="*", default=["4", "8", "16", "32"], help="threads, or worker class:threads")
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=10, help="of one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--production", action="store_true", help="a web process on PostgreSQL and Redis instead")
    given = parser.parse_args()
    services.prepare()
    try:
        with tempfile.TemporaryDirectory(prefix="tsudoi-serving-") as name, ExitStack() as stack:
            candidates = []
            for server in given.servers:
                folder = Path(name) / server.replace(":", "-")
                tsudoi = stack.enter_context(WebAlone("production" if given.production else "embedded", folder, server))
                with tsudoi.database() as connection:
                    topic = connection.scalar(sa.select(sa.func.max(Topic.id)).where(Topic.kind == "question")) or 1
                writers = [Writer(tsudoi.url(), topic) for _ in range(given.clients)]
                candidates.append(Candidate(tsudoi, topic, writers))
            for number in range(-1, given.rounds):  # the first warms up
                for candidate in candidates:
                    found = ask(candidate, given.seconds)
                    if number >= 0:
                        candidate.rounds.append(found)
            report(candidates)
    finally:
        services.end()


if __name__ == "__main__":
    main()
