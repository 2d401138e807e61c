"""`./run`, `./run test` and their locks, without running them to their end."""

import os
import re
import shutil
import signal
import subprocess
import time
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
ADDRESS = re.compile(r"https?:|//")
PINNED = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)")


def run(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([folder / "run", *arguments], capture_output=True, text=True, check=False, timeout=60)


def pins(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if match := PINNED.match(line):
            found.setdefault(match[1], set()).add(match[2])
    return found


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose environment is up to date and whose Python only prints its arguments."""
    folder = tmp_path / "check out"  # a space, as people have them
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("run", *LOCKS):
        shutil.copy(ROOT / name, folder)
    python = folder / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\n[ "$1" = -c ] || printf "%s\\n" "$@"\n')
    python.chmod(0o755)
    lock = (folder / "requirements.lock").read_bytes()
    state = subprocess.run(["/usr/bin/env", "cksum"], input=lock, capture_output=True, check=True).stdout
    (folder / ".venv" / "requirements.lock.sum").write_bytes(state)
    return folder


@pytest.mark.parametrize(("shell", "script"), [("sh", "run"), ("bash", ".ci/run")])
def test_the_scripts_are_well_formed(shell: str, script: str) -> None:
    subprocess.run([shell, "-n", ROOT / script], check=True)


def test_help_names_every_option() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    for word in ("--port", "--host", "--data", "--no-demo", "test", "--long", "--changed"):
        assert word in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--bogus"], "Unknown: --bogus. See ./run --help"),
        (["tset"], "Unknown: tset. See ./run --help"),
        (["--port"], "--port needs a value. See ./run --help"),
        (["--data", ""], "--data needs a value. See ./run --help"),
        (["--port", "eighty"], "--port needs a number, not 'eighty'."),
        (["--port=70000"], "--port needs a number from 1 to 65535, not '70000'."),
    ],
)
def test_what_it_does_not_understand_is_refused(arguments: list[str], message: str) -> None:
    refused = run(*arguments)
    assert (refused.returncode, refused.stderr.strip()) == (1, message)


def test_without_options_it_serves_the_embedded_installation(checkout: Path) -> None:
    asked = run(folder=checkout).stdout.splitlines()
    assert asked == ["-m", "community", "serve", "--port", "8000", "--host", "127.0.0.1", "--data", "instance"]


def test_options_reach_the_server_and_a_data_folder_is_the_callers(checkout: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [checkout / "run", "--port=81", "--host", "::1", "--data", "my data", "--no-demo"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    asked = done.stdout.splitlines()
    assert asked[2:] == ["serve", "--port", "81", "--host", "::1", "--data", f"{tmp_path}/my data", "--no-demo"]


def test_locks_name_no_host_and_every_pin_has_hashes() -> None:
    for name in LOCKS:
        text = (ROOT / name).read_text()
        assert not ADDRESS.search(text), name
        for entry in re.split(r"\n(?=\S)", text.strip()):
            assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_the_tools_lock_holds_the_other_one() -> None:
    runtime, tools = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: tools.get(name) for name in runtime} == runtime


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    name = re.compile(r"[A-Za-z0-9-]+")
    for lock, wanted in zip(
        LOCKS, (project["project"]["dependencies"], project["dependency-groups"]["dev"]), strict=True
    ):
        missing = {name.match(w)[0].lower() for w in wanted} - set(pins(lock))  # pyright: ignore[reportOptionalSubscript]
        assert missing == set(), lock


# --- installing

FAKE_PYTHON = """#!/bin/sh
[ "$1" = -c ] && exit 0
if [ "$2" = pip ]; then
    for lock; do :; done
    printf '%s\\n' "$lock" >>pips.txt
    [ -f fail-"$(basename "$lock")" ] && exit 1
    [ -f slow ] && exec sleep 600
    grep -o '^[a-z][^ ]*' "$lock" >>installed.txt
    exit 0
fi
printf '%s\\n' "$@"
"""


@pytest.fixture
def fresh(checkout: Path) -> Path:
    """A checkout with an empty environment whose pip notes what it was asked to install."""
    (checkout / ".venv" / "requirements.lock.sum").unlink()
    for name in ("pip", "python"):
        (checkout / ".venv" / "bin" / name).write_text(FAKE_PYTHON)
        (checkout / ".venv" / "bin" / name).chmod(0o755)
    (checkout / ".venv" / "made").touch()
    return checkout


def entries(lock: str) -> list[str]:
    return [line.split()[0] for line in (ROOT / lock).read_text().splitlines() if PINNED.match(line)]


def test_two_pips_at_once_install_every_package_once(fresh: Path) -> None:
    started = run(folder=fresh)
    assert started.returncode == 0
    assert "serve" in started.stdout
    asked = (fresh / "pips.txt").read_text().split()
    assert sorted(asked) == [".venv/half1.lock", ".venv/half2.lock"]
    installed = (fresh / "installed.txt").read_text().split()
    assert sorted(installed) == sorted(entries("requirements.lock"))
    (fresh / "pips.txt").unlink()
    run(folder=fresh)
    assert not (fresh / "pips.txt").exists(), "nothing has changed since"


@pytest.mark.parametrize("half", ["half1.lock", "half2.lock"])
def test_a_half_that_fails_is_tried_again_with_everything(fresh: Path, half: str) -> None:
    (fresh / f"fail-{half}").touch()
    assert run(folder=fresh).returncode == 0
    assert (fresh / "pips.txt").read_text().split()[-1] == "requirements.lock"
    assert set((fresh / "installed.txt").read_text().split()) == set(entries("requirements.lock"))


def test_what_cannot_be_installed_is_said_and_tried_again_at_the_next_start(fresh: Path) -> None:
    for name in ("half1.lock", "half2.lock", "requirements.lock"):
        (fresh / f"fail-{name}").touch()
    failed = run(folder=fresh)
    assert failed.returncode == 1
    assert "Nothing is broken" in failed.stderr
    for flag in fresh.glob("fail-*"):
        flag.unlink()
    assert run(folder=fresh).returncode == 0
    assert (fresh / "installed.txt").exists()


def test_ctrl_c_while_installing_ends_both_pips(fresh: Path) -> None:
    (fresh / "slow").touch()
    running = subprocess.Popen([fresh / "run"], stdout=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 60
    while not (fresh / "pips.txt").exists() or len((fresh / "pips.txt").read_text().split()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    running.communicate(timeout=60)
    assert running.returncode == 130
    while _is_group_alive(running.pid):
        assert time.monotonic() < deadline, "a pip goes on alone"
        time.sleep(0.05)
    assert not (fresh / ".venv" / "requirements.lock.sum").exists()


def _is_group_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_environment_whose_making_was_interrupted_is_made_anew(fresh: Path, tmp_path: Path) -> None:
    """It has a Python and no pip, so every later start would have asked for uv."""
    (fresh / ".venv" / "made").unlink()
    (fresh / ".venv" / "bin" / "pip").unlink()
    asked = tmp_path / "asked.txt"
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\n[ "$1" = -c ] || printf "%s\\n" "$*" >>"{asked}"\n')
    python.chmod(0o755)
    subprocess.run(
        [fresh / "run"],
        env={**os.environ, "PATH": f"{python.parent}:/usr/bin:/bin"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert asked.read_text().splitlines() == ["-m venv --clear .venv"]
    assert (fresh / ".venv" / "made").exists()


# --- ./run test


@pytest.fixture
def tools(checkout: Path) -> Path:
    """A checkout whose tools only note that they were called; one named `<tool>-fails` fails."""
    lock = (checkout / "requirements-dev.lock").read_bytes()
    state = subprocess.run(["/usr/bin/env", "cksum"], input=lock, capture_output=True, check=True).stdout
    (checkout / ".venv" / "requirements-dev.lock.sum").write_bytes(state)
    for tool in ("ruff", "lint-imports", "djlint", "pyright", "python"):
        file = checkout / ".venv" / "bin" / tool
        ask = '[ "$1" = -c ] && exit 0\n' if tool == "python" else ""
        slow_or_not = f"[ ! -e {tool}-slow ] || exec sleep 60\n[ ! -e {tool}-fails ]\n"
        file.write_text(f'#!/bin/sh\n{ask}echo "{tool} $*" >>called.txt\n{slow_or_not}')
        file.chmod(0o755)
    return checkout


def called(tools: Path) -> set[str]:
    return {line.split()[0] for line in (tools / "called.txt").read_text().splitlines()}


def test_types_and_floors_are_checked_beside_the_tests(tools: Path) -> None:
    done = run("test", "--long", folder=tools)
    assert (done.returncode, done.stderr) == (0, "")
    assert "== everything passed in" in done.stdout
    assert called(tools) == {"ruff", "lint-imports", "djlint", "pyright", "python"}
    assert "--inline-snapshot=disable --long" in (tools / "called.txt").read_text()


@pytest.mark.parametrize("tool", ["lint-imports", "djlint", "pyright", "python"])
def test_whatever_fails_beside_the_others_fails_the_run(tools: Path, tool: str) -> None:
    (tools / f"{tool}-fails").touch()
    done = run("test", folder=tools)
    assert done.returncode == 1
    assert "== FAILED" in done.stderr
    assert "everything passed" not in done.stdout
    assert "python" in called(tools)


def test_style_is_asked_before_anything_that_takes_long(tools: Path) -> None:
    (tools / "ruff-fails").touch()
    assert run("test", folder=tools).returncode == 1
    assert called(tools) == {"ruff"}


def test_ctrl_c_ends_what_is_checked_beside_the_tests(tools: Path) -> None:
    for tool in ("pyright", "python"):
        (tools / f"{tool}-slow").touch()
    running = subprocess.Popen(
        [tools / "run", "test"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while not (tools / "called.txt").exists() or not called(tools) >= {"pyright", "python"}:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    running.wait(60)
    assert running.returncode == 130
    while _is_group_alive(running.pid):
        assert time.monotonic() < deadline, "a check goes on alone"
        time.sleep(0.05)
