"""Open pages on one topic of the set-up of deploy/: whether a reply reaches all, how soon, and at what cost.

    python -m benchmarks.sockets --sockets 1000                    the figures, beside those with one open page
    python -m benchmarks.sockets --sockets 200 --without-redis 10  Redis ended for ten seconds, then frozen for ten

Starts nginx, web processes, socket group, workers and beat from deploy's own files, with a PostgreSQL and a Redis of
its own. The listeners are a process beside them on the same machine, and are part of what is measured.
"""

import argparse
import os
import resource
import signal
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.stage import PATIENCE, Listeners, Stage, Writer, stage, wait_until
from tests.journey.browsing import ANSWERER, ASKER, CS

# Between two replies, so that listeners are done with the last one and nothing is merged with it.
PAUSE = 0.6
PARTS = ("web", "socket", "nginx")


# --- figures ---------------------------------------------------------------------------------------------------------


@dataclass
class Found:
    """The time of each reply's request, and for each page, how long after the request began it heard, in seconds."""

    requests: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    missed: int = 0
    cpu: Counter[str] = field(default_factory=Counter)

    def heard_within(self, share: float) -> float:
        return sorted(self.pages)[max(int(len(self.pages) * share) - 1, 0)]


def measure(at: Stage, writer: Writer, sockets: int, replies: int, found: Found) -> None:
    """Write replies while so many pages are open, and wait each time until all have heard."""
    listeners = Listeners(at.port, at.topic, sockets)
    try:
        before = {part: at.cpu(part) for part in PARTS}
        for number in range(replies):
            began, took = writer.reply(number)
            version = at.version()
            deadline = time.monotonic() + 10
            while len(heard := listeners.heard(version)) < sockets and time.monotonic() < deadline:
                time.sleep(0.1)
            found.requests.append(took)
            found.pages += [instant - began for instant in heard]
            found.missed += sockets - len(heard)
            time.sleep(PAUSE)
        found.cpu.update({part: at.cpu(part) - before[part] for part in PARTS})
    finally:
        listeners.close()


def show_figures(at: Stage, sockets: int, replies: int, rounds: int) -> None:
    writer = Writer(at.tsudoi.url(), at.topic)
    for number in range(10):  # each process has compiled its templates and opened its connections
        writer.reply(number)
    found = {count: Found() for count in dict.fromkeys((1, sockets))}
    for _ in range(rounds):
        for count, figures in found.items():
            measure(at, writer, count, replies, figures)
    print("\n                                      heard                request   CPU ms a reply")
    print("open pages  replies  not heard     p50      p99      max       p50      web  socket  nginx")
    for count, figures in found.items():
        p50, p99, most = (figures.heard_within(share) * 1000 for share in (0.5, 0.99, 1))
        replied, request = len(figures.requests), statistics.median(figures.requests) * 1000
        web, socket, nginx = (figures.cpu[part] * 1000 / replied for part in PARTS)
        print(
            f"{count:>10} {replied:>8} {figures.missed:>10} {p50:>7.0f} {p99:>8.0f} {most:>8.0f} {request:>9.1f} "
            f"{web:>8.0f} {socket:>7.0f} {nginx:>6.0f}"
        )
    one, many = (statistics.median(found[count].requests) for count in (1, sockets))
    print(f"posting request's median with {sockets} open pages: {many / one:.2f} x of that with one")


# --- without Redis ---------------------------------------------------------------------------------------------------


def show_outage(at: Stage, sockets: int, seconds: float) -> None:
    # With rate limits, a member could reply only twenty times in ten minutes.
    first, second, third = (Writer(at.tsudoi.url(), at.topic, email) for email in (ANSWERER, ASKER, CS))
    outages: dict[str, tuple[Writer, Callable[[], None], Callable[[], None]]] = {
        "ended": (first, at.redis.end, at.redis.start),
        "frozen": (second, lambda: at.redis.send(signal.SIGSTOP), lambda: at.redis.send(signal.SIGCONT)),
    }
    listeners = Listeners(at.port, at.topic, sockets)
    try:
        for how, (writer, stop, start) in outages.items():
            before = at.count_posts()
            stop()
            took = _write_for(writer, seconds)
            start()
            processed_after = wait_until(at.is_caught_up, "everything is processed")
            wait_until(listeners.all_joined, "all pages are open again")
            again = _until_all_hear(at, third, listeners)
            print(
                f"\nRedis {how} for {seconds:.0f} s, {sockets} open pages: {len(took)} replies, none failed, "
                f"median {statistics.median(took) * 1000:.0f} ms, slowest {max(took) * 1000:.0f} ms; "
                f"{at.count_posts() - before} posts, all processed {processed_after:.1f} s after it was back; "
                f"a reply reaches all {sockets} pages again after {again:.1f} s"
            )
    finally:
        listeners.close()


def _write_for(writer: Writer, seconds: float) -> list[float]:
    """Write replies one after the other; raise on the first that fails."""
    took, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        took.append(writer.reply(len(took))[1])
        time.sleep(0.5)
    return took


def _until_all_hear(at: Stage, writer: Writer, listeners: Listeners) -> float:
    began = time.monotonic()
    while time.monotonic() < began + PATIENCE:
        writer.reply(0)
        version = at.version()
        time.sleep(1)
        if listeners.all_joined() and len(listeners.heard(version)) == listeners.count:
            return time.monotonic() - began - 1
    raise SystemExit("a reply does not reach all pages again")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--replies", type=int, default=15, help="in each round")
    parser.add_argument("--rounds", type=int, default=3, help="one open page and many, by turns")
    parser.add_argument("--without-redis", type=float, metavar="SECONDS")
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    if options.without_redis:
        with stage(TSUDOI_RATE_LIMITS="true") as at:
            show_outage(at, options.sockets, options.without_redis)
    else:
        with stage() as at:
            show_figures(at, options.sockets, options.replies, options.rounds)


if __name__ == "__main__":
    main()
