"""The two commands and their locks, without running them to their end."""

import re
import shutil
import subprocess
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
    """A checkout whose environment is up to date and whose Python only says what it was asked."""
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
    for word in ("--port", "--host", "--data", "--no-demo", "test", "--long"):
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
