"""Ctrl-C at any moment of a command, its first second too: one sentence, no traceback, and the next start works."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from community.config import ROOT
from community.interruption import SENTENCE, STOPS, Signals
from tests.databases import LOAD_SECONDS, plain_environment
from tests.processes import free_port

PYTHON = (sys.executable, "-m", "community")
# Longest time of a command on two busy cores, in which it is interrupted.
MIGRATE_SECONDS, SAMPLE_SECONDS = 6.0, 40.0
# No machine has done anything by then; a quick one may be through with it soon after.
SOONEST_SECONDS = 0.4

pytestmark = pytest.mark.timeout(10 * LOAD_SECONDS)


def interrupt(command: tuple[str, ...], after: float, number: signal.Signals) -> tuple[int, str]:
    """Start, wait, send the signal to all of it as a terminal does; the exit code and what was said."""
    is_python = command[: len(PYTHON)] == PYTHON
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=plain_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=_block_signals if is_python else None,  # noqa: PLW1509  it only asks the kernel
    )
    time.sleep(after)
    os.killpg(child.pid, number)
    try:
        said, _ = child.communicate(timeout=60)
    finally:  # who did not hear it would serve for ever
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    return child.returncode, said


def _block_signals() -> None:
    """As ./run does: before our first line is read, which may take long, Python would answer with a traceback."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)


def check(answer: tuple[int, str], number: signal.Signals) -> None:
    """Stopped in words; or ended already, or not yet begun to be Python."""
    code, said = answer
    assert "Traceback" not in said, said
    assert code in {128 + number, -number, 0}, said
    if code == 128 + number:
        assert said.strip().splitlines()[-1] == SENTENCE, said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", [0.15, 0.4, 0.8, 1.6])
def test_ctrl_c_in_the_first_second_is_answered_with_a_sentence(
    tmp_path: Path, after: float, number: signal.Signals
) -> None:
    code, said = interrupt((*PYTHON, "--data", str(tmp_path / "data"), "migrate"), after, number)
    check((code, said), number)
    assert code != 0 or after > SOONEST_SECONDS


@pytest.mark.parametrize("after", [0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6])
def test_ctrl_c_at_once_after_run_is_answered_with_a_sentence(tmp_path: Path, after: float) -> None:
    command = (str(ROOT / "run"), "--port", str(free_port()), "--data", str(tmp_path / "data"), "--no-demo")
    code, said = interrupt(command, after, signal.SIGINT)
    check((code, said), signal.SIGINT)
    assert code != 0 or after > SOONEST_SECONDS


STORM = """
import os, signal, sys, time
from community.interruption import Signals

signals, caretaker = Signals(), os.getpid()
with signals.caught():
    child = os.fork()
    if not child:
        for _ in range(4000):
            os.kill(caretaker, signal.SIGINT)
            time.sleep(0.0005)
        os._exit(0)
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        before, signals.count = signals.count, 0
        signals.wait(0.0001)
        signals.count += before
print("came", signals.count > 100)
"""


def test_a_signal_in_the_middle_of_waiting_for_one_is_no_deadlock() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", STORM], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert answer.stdout == "came True\n"


def test_waiting_ends_soon_after_a_signal() -> None:
    signals = Signals()
    with signals.caught():
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
        began = time.monotonic()
        signals.wait(30)
    assert signals.count == 1
    assert time.monotonic() - began < 10


@pytest.mark.long
def test_ctrl_c_while_tables_are_made_leaves_a_database_that_the_next_start_takes_further(tmp_path: Path) -> None:
    chance = random.Random(7)
    command = (*PYTHON, "--data", str(tmp_path / "data"), "migrate")
    for _ in range(25):
        number = chance.choice([signal.SIGINT, signal.SIGTERM])
        check(interrupt(command, chance.uniform(0, MIGRATE_SECONDS), number), number)
    assert interrupt(command, LOAD_SECONDS / 10, signal.SIGCONT)[0] == 0


@pytest.mark.long
def test_ctrl_c_while_the_sample_is_loaded_leaves_no_half_of_it(tmp_path: Path) -> None:
    chance = random.Random(8)
    data = str(tmp_path / "data")
    command = (*PYTHON, "serve", "--port", str(free_port()), "--data", data)
    for after in (3.0, 8.0, 14.0, 20.0, 26.0, 32.0, SAMPLE_SECONDS):
        number = chance.choice([signal.SIGINT, signal.SIGTERM])
        check(interrupt(command, after, number), number)
    check(interrupt(command, 2 * SAMPLE_SECONDS, signal.SIGINT), signal.SIGINT)
    done = subprocess.run(
        [*PYTHON, "--data", data, "verify"], cwd=ROOT, env=plain_environment(), capture_output=True, check=False
    )
    assert b"agree" in done.stdout
