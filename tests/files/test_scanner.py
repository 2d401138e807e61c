"""The operator's scanner: what it refuses is refused, and what it has not seen is not kept."""

import shlex
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import current_app
from flask.testing import FlaskClient

from community.config import ConfigError
from community.files import scanner, uploads
from community.files.rules import SCANNER_REFUSED, FileRefusedError, ScannerUnavailableError
from models.accounts import Member
from models.base import db
from models.files import StoredFile
from tests.cast import Cast
from tests.databases import make_config
from tests.files import documents, samples
from tests.files.test_views import form
from tests.forums.test_at_once import at_once

SignIn = Callable[[Member], FlaskClient]
Script = Callable[[str], str]

pytestmark = pytest.mark.one_database


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Writes a scanner that does this with the file's bytes, `data`, and returns its command."""

    def write(does: str) -> str:
        path = tmp_path / "the scanner.py"
        path.write_text(f"import sys, time, subprocess\ndata = sys.stdin.buffer.read()\n{does}\n")
        return shlex.join([sys.executable, str(path)])

    return write


def test_no_scanner_is_asked_where_there_is_none() -> None:
    scanner.scan(documents.PDF, "")
    scanner.scan(documents.PDF, "  ")


def test_exit_code_0_keeps_and_1_refuses_by_the_bytes(script: Script) -> None:
    command = script("sys.exit(1 if b'EICAR' in data else 0)")
    scanner.scan(documents.PDF, command)
    with pytest.raises(FileRefusedError) as refusal:
        scanner.scan(documents.PDF + bytes(2_000_000) + b"EICAR", command)
    assert refusal.value.message is SCANNER_REFUSED


@pytest.mark.parametrize("does", ["sys.exit(2)", "sys.exit(127)", "import os; os.kill(os.getpid(), 9)"])
def test_any_other_end_is_no_answer(script: Script, does: str) -> None:
    with pytest.raises(ScannerUnavailableError):
        scanner.scan(documents.PDF, script(does))


@pytest.mark.parametrize("command", ["/there/is/no/such/program -", "/etc/passwd"])
def test_a_command_that_cannot_be_started_is_no_answer(command: str) -> None:
    with pytest.raises(ScannerUnavailableError):
        scanner.scan(documents.PDF, command)


def test_where_the_exit_code_cannot_be_known_there_is_no_answer(script: Script) -> None:
    command = script("sys.exit(1)")
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        with pytest.raises(ScannerUnavailableError):
            scanner.scan(documents.PDF, command)
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_scanner_that_does_not_read_answers_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "deaf.py"
    path.write_text("import os, sys\nos.close(0)\nsys.exit(1)\n")
    with pytest.raises(FileRefusedError) as refusal:
        scanner.scan(bytes(5_000_000), shlex.join([sys.executable, str(path)]))
    assert refusal.value.message is SCANNER_REFUSED


def test_a_scanner_that_takes_too_long_is_ended_with_what_it_started(
    script: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(scanner, "TIMEOUT_SECONDS", 1)
    left = tmp_path / "left"
    later = f"import time; time.sleep(2); open({str(left)!r}, 'w')"
    begun = time.monotonic()
    with pytest.raises(ScannerUnavailableError):
        scanner.scan(documents.PDF, script(f"subprocess.Popen([sys.executable, '-c', {later!r}]); time.sleep(60)"))
    assert time.monotonic() - begun < 10
    time.sleep(2.5)
    assert not left.exists()


def test_further_files_do_not_wait_for_a_scanner_that_hangs(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "WAIT_SECONDS", 0.2)
    monkeypatch.setattr(scanner, "TIMEOUT_SECONDS", 4)
    command = script("time.sleep(60)")
    begun, ends = time.monotonic(), list[float]()

    def ask(_: int) -> None:
        with pytest.raises(ScannerUnavailableError):
            scanner.scan(documents.PDF, command)
        ends.append(time.monotonic() - begun)

    at_once(5, ask)
    assert ends[2] < 4 <= ends[3], "three were sent away at once, two had the time there is"
    monkeypatch.setattr(scanner, "TIMEOUT_SECONDS", 30)
    scanner.scan(documents.PDF, script("sys.exit(0)"))


@pytest.mark.parametrize(
    ("does", "answer"), [("sys.exit(1)", (422, "安全でない")), ("sys.exit(2)", (503, "数分たってから"))]
)
def test_what_the_scanner_does_not_pass_is_not_kept(
    signed_in: SignIn, cast: Cast, script: Script, monkeypatch: pytest.MonkeyPatch, does: str, answer: tuple[int, str]
) -> None:
    browser, (status, words) = signed_in(cast.owner), answer
    monkeypatch.setattr(current_app.config["TSUDOI"], "file_scanner", script(does))
    told = browser.post("/files", data=form(documents.PDF, "見積.pdf"))
    assert told.status_code == status
    assert words in told.get_json()["message"]
    assert db.session.scalars(sa.select(StoredFile)).all() == []
    assert browser.post("/files", data=form(samples.picture())).status_code == 201, "pictures are drawn anew"


def test_the_scanner_runs_outside_of_a_transaction(
    signed_in: SignIn, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[bool] = []
    monkeypatch.setattr(uploads, "scan", lambda *_: begun.append(db.session().in_transaction()))
    assert signed_in(cast.owner).post("/files", data=form(documents.PDF, "見積.pdf")).status_code == 201
    assert begun == [False]


def test_a_command_with_an_open_quotation_mark_does_not_start(tmp_path: Path) -> None:
    with pytest.raises((ConfigError, ValueError), match="FILE_SCANNER"):
        make_config(tmp_path, "sqlite://", file_scanner='clamdscan "x')
