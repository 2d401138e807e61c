"""The supervisor, with small processes in place of web and worker."""

import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, TypeVar

import pytest

from community import processes, supervisor
from community.config import Config
from community.processes import Process

T = TypeVar("T")
Start = Callable[[str], subprocess.Popen[str]]
ROOT = Path(__file__).resolve().parent.parent
# Two busy cores: a Python alone may take its time to start.
PATIENCE = 60
SLEEP = "import time; time.sleep(600)"
# A master whose child would go on alone.
WITH_CHILD = (
    "import subprocess, sys, time; "
    "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid, flush=True); time.sleep(600)"
)
# Says 1 when it is deaf, and 2 when it has been asked to end.
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, lambda *_: print(2, flush=True)); print(1, flush=True); "
    "[time.sleep(600) for _ in range(9)]"
)
CARETAKER = """
import json, sys
from pathlib import Path
from typing import ClassVar, TypeVar
from community.processes import Process
from community.supervisor import supervise
supervise([Process(name, [sys.executable, "-c", code], Path(sys.argv[1]) / f"{name}.log")
           for name, code in json.loads(sys.argv[2]).items()])
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a supervisor in a process of its own, with processes given as JSON of {name: Python code}."""
    started: list[subprocess.Popen[str]] = []

    def start(processes: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", CARETAKER, str(tmp_path), processes]
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()


def json_of(**processes: str) -> str:
    return "{" + ", ".join(f'"{name}": "{code}"' for name, code in processes.items()) + "}"


def wait_for(look: Callable[[], T], seconds: float = PATIENCE) -> T:
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found
    return found


def pid_of(folder: Path, name: str, other_than: int = 0) -> int:
    def look() -> int:
        with suppress(FileNotFoundError, ValueError):
            pid = int((folder / f"{name}.pid").read_text())
            return 0 if pid == other_than else pid
        return 0

    return wait_for(look)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_a_crashed_process_is_started_again_with_one_line(start: Start, tmp_path: Path) -> None:
    caretaker = start(json_of(web=SLEEP, worker=SLEEP))
    web, worker = pid_of(tmp_path, "web"), pid_of(tmp_path, "worker")
    os.killpg(web, signal.SIGKILL)
    assert pid_of(tmp_path, "web", other_than=web) != web
    assert pid_of(tmp_path, "worker") == worker
    caretaker.send_signal(signal.SIGINT)
    output, _ = caretaker.communicate(timeout=PATIENCE)
    assert output.splitlines() == [f"web ended (SIGKILL); starting it again. Its log: {tmp_path / 'web.log'}"]


def test_a_process_that_always_crashes_is_started_ever_more_seldom(tmp_path: Path) -> None:
    lines: list[str] = []
    log = tmp_path / "web.log"
    runner = supervisor.ProcessRunner(Process("web", [sys.executable, "-c", "exit(3)"], log), lines.append)
    now, starts = 0.0, []
    for _ in range(8):
        now = max(now, runner.start_at)
        starts.append(now)
        runner.look(now)
        assert runner.child is not None
        runner.child.wait()
        runner.look(now)
    waits = [later - earlier for earlier, later in pairwise(starts)]
    assert waits == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8])
    runner.look(now + 5)
    assert runner.start_at == pytest.approx(now + supervisor.LAST_RESTART_SECONDS)
    assert "exit code 3" in lines[0]


def test_a_signal_without_a_name_is_a_crash_like_any_other(tmp_path: Path) -> None:
    lines: list[str] = []
    die = "import os; os.kill(os.getpid(), 35)"
    runner = supervisor.ProcessRunner(
        Process("worker", [sys.executable, "-c", die], tmp_path / "worker.log"), lines.append
    )
    runner.look(0)
    assert runner.child is not None
    runner.child.wait()
    runner.look(1)
    assert "signal 35" in lines[0]
    assert runner.start_at > 1


def test_what_has_run_well_is_started_again_at_once(tmp_path: Path) -> None:
    runner = supervisor.ProcessRunner(Process("web", [sys.executable, "-c", ""], tmp_path / "web.log"), print)
    runner.delay = supervisor.LAST_RESTART_SECONDS
    runner.look(0)
    assert runner.child is not None
    runner.child.wait()
    runner.look(supervisor.HEALTHY_SECONDS)
    assert runner.start_at == supervisor.HEALTHY_SECONDS + supervisor.FIRST_RESTART_SECONDS


@pytest.mark.parametrize(
    ("status", "said"), [(3, "exit code 3"), (-9, "SIGKILL"), (-35, "signal 35"), (-63, "signal 63")]
)
def test_any_end_of_a_process_has_a_name(tmp_path: Path, status: int, said: str) -> None:
    lines: list[str] = []
    ends = f"import os; os._exit({status})" if status > 0 else f"import os; os.kill(os.getpid(), {-status})"
    runner = supervisor.ProcessRunner(Process("web", [sys.executable, "-c", ends], tmp_path / "web.log"), lines.append)
    runner.look(0)
    assert runner.child is not None
    runner.child.wait()
    runner.look(1)
    assert said in lines[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everybody(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    caretaker = start(json_of(web=SLEEP, worker=SLEEP))
    pids = [pid_of(tmp_path, "web"), pid_of(tmp_path, "worker")]
    caretaker.send_signal(number)
    output, _ = caretaker.communicate(timeout=PATIENCE)
    assert caretaker.returncode == 0
    assert output == ""
    assert not any(map(is_alive, pids))
    assert list(tmp_path.glob("*.pid")) == []


def test_children_of_a_killed_master_do_not_keep_the_port(start: Start, tmp_path: Path) -> None:
    start(json_of(web=WITH_CHILD))
    master = pid_of(tmp_path, "web")
    grandchild = int(wait_for((tmp_path / "web.log").read_text))
    os.kill(master, signal.SIGKILL)
    wait_for(lambda: not is_alive(grandchild))


def test_who_does_not_listen_is_killed_by_the_second_signal(start: Start, tmp_path: Path) -> None:
    caretaker = start(json_of(web=DEAF))
    pid = pid_of(tmp_path, "web")
    log = tmp_path / "web.log"
    wait_for(log.read_text)  # it is deaf now
    began = time.monotonic()
    caretaker.send_signal(signal.SIGINT)
    wait_for(lambda: "2" in log.read_text())
    assert is_alive(pid)
    caretaker.send_signal(signal.SIGINT)
    caretaker.wait(timeout=PATIENCE)
    assert time.monotonic() - began < supervisor.GRACE_SECONDS
    assert not is_alive(pid)


@pytest.mark.needs("linux")  # its kernel alone tells children
def test_children_of_a_killed_caretaker_end(start: Start, tmp_path: Path) -> None:
    caretaker = start(json_of(web=SLEEP))
    pid = pid_of(tmp_path, "web")
    caretaker.kill()
    caretaker.wait()
    wait_for(lambda: not is_alive(pid))


def test_a_second_installation_on_the_same_data_is_refused(tmp_path: Path) -> None:
    code = "import sys, pathlib; from community.supervisor import claim\nwith claim(pathlib.Path(sys.argv[1])): 1"
    with supervisor.claim(tmp_path):
        second = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert f"Another Tsudoi (process {os.getpid()}) already runs on {tmp_path}." in second.stderr
    with supervisor.claim(tmp_path):  # and is welcome afterwards
        pass


def test_a_taken_port_is_refused_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(supervisor.CannotServeError, match=rf"127.0.0.1:{port}.*--port"):
            supervisor.refuse_taken_port("127.0.0.1", port)
    supervisor.refuse_taken_port("127.0.0.1", port)


class Health(http.server.BaseHTTPRequestHandler):
    """A web process that is healthy from its second answer on."""

    statuses: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        self.send_response(self.statuses.pop(0) if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name in the base class
        pass


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104  asked, not bound
def test_an_address_answers_when_its_health_check_does(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Health, "statuses", [503, 200])
    monkeypatch.setattr(supervisor, "ANSWER_SECONDS", PATIENCE)
    with http.server.HTTPServer(("127.0.0.1", 0), Health) as server:
        port = server.server_address[1]
        assert isinstance(port, int)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert [supervisor.answers(host, port), supervisor.answers(host, port)] == [False, True]
        server.shutdown()
    assert not supervisor.answers(host, port)


def test_when_up_is_asked_until_it_says_yes(tmp_path: Path) -> None:
    answers = iter([False, False, True])
    asked: list[bool] = []

    def when_up() -> bool:
        asked.append(next(answers))
        if asked[-1]:
            threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
        return asked[-1]

    supervisor.supervise([], when_up=when_up)
    assert asked == [False, False, True]


def test_embedded_means_one_web_and_one_worker_with_a_clock_on_the_same_data(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    web, worker = processes.embedded_processes(config, "::1", 8001)
    assert (web.name, worker.name) == ("web", "worker")
    assert "--bind=[::1]:8001" in web.command
    assert {"-k", "community.serving.worker.FairWorker", "--workers=1", "--no-control-socket"} <= set(web.command)
    assert {"-B", "-P", "threads"} <= set(worker.command)
    assert web.env["TSUDOI_DATA_DIR"] == worker.env["TSUDOI_DATA_DIR"] == str(tmp_path.resolve())
