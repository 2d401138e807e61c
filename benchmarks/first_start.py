"""What the first start of a fresh clone costs, and the second: `python -m benchmarks.first_start --rounds 3`.

Each round clones every commit asked for (`--commits HEAD,main`, one after the other, so that what else the machine does
hits all of them alike), starts it with an empty cache of packages (cold) and, from a clone anew, with a full one
(warm), and then starts the warm one again and again. It prints medians by the clock at each phase's end, and of the
processors' seconds from the call until everything has stopped again.
"""

import argparse
import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Lines of its output, and the phase that has ended by then.
PHASES = {
    "Installing": "environment made",
    "Loading": "packages installed, compiled, imported; tables made",
    "64 companies": "sample community loaded",
    "Tsudoi is at": "answers",
}
LAST_LINE = "Ctrl-C stops it."
PATIENCE_SECONDS = 600
GIT = ("/usr/bin/env", "git")

Figures = dict[str, dict[str, list[float]]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--again", type=int, default=3, help="second starts in each round")
    options.add_argument("--commits", default="HEAD", help="as git names them, with commas between")
    asked = options.parse_args()
    figures: Figures = defaultdict(lambda: defaultdict(list))
    for _ in range(asked.rounds):
        for commit in asked.commits.split(","):
            with tempfile.TemporaryDirectory() as folder:
                _measure(figures, commit, Path(folder), asked.again)
    for name, phases in figures.items():
        _say(f"\n{name}")
        for phase, seconds in phases.items():
            spread = f"{min(seconds):.1f} to {max(seconds):.1f}, {len(seconds)} times"
            _say(f"  {statistics.median(seconds):6.1f} s  {phase} ({spread})")


def _measure(figures: Figures, commit: str, folder: Path, again: int) -> None:
    cache = folder / "cache"
    for kind in ("cold", "warm"):
        clone = folder / kind
        for command in (["clone", "--quiet", ROOT, clone], ["-C", clone, "checkout", "--quiet", _full_name(commit)]):
            subprocess.run([*GIT, *command], check=True)
        _start(figures[f"{commit}: first start, {kind}"], clone, cache)
    for _ in range(again):
        _start(figures[f"{commit}: second start"], folder / "warm", cache)
    for kind in ("cold", "warm"):
        shutil.rmtree(folder / kind)


def _full_name(commit: str) -> str:
    """Return the commit's hash, since a clone does not have this one's branches under their names."""
    asked = [*GIT, "-C", ROOT, "rev-parse", commit]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def _start(phases: dict[str, list[float]], clone: Path, cache: Path) -> None:
    """Start it, note when it prints what, and stop it as an operator would."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TSUDOI_")}
    environment["PIP_CACHE_DIR"] = str(cache)
    used = _processor_seconds()
    began = time.perf_counter()
    running = subprocess.Popen(
        [clone / "run", "--port", str(_free_port())],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # pip's warnings about the machine's own settings
        text=True,
        start_new_session=True,
    )
    assert running.stdout is not None  # noqa: S101  a pipe
    try:
        for line in running.stdout:
            for said, phase in PHASES.items():
                if line.startswith(said):
                    phases[phase].append(time.perf_counter() - began)
            if line.startswith(LAST_LINE):
                break
        running.send_signal(signal.SIGINT)
        if running.wait(PATIENCE_SECONDS) != 0:
            sys.exit(f"{clone.name}: ended with {running.returncode}")
    finally:
        if running.poll() is None:  # this script was interrupted
            os.killpg(running.pid, signal.SIGTERM)
            running.wait(PATIENCE_SECONDS)
    phases["of processors, with the end"].append(_processor_seconds() - used)


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
