"""Logs of supervised processes: readable by their owner only, limited in size, and never a reason to stop."""

import os
import stat
from pathlib import Path

import pytest

from community import process_logs


def test_a_log_is_its_owners(tmp_path: Path) -> None:
    log = tmp_path / "log" / "web.log"
    before = os.umask(0)
    try:
        process_logs.open_log(log).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700


def test_where_no_log_can_be_made_lines_go_nowhere(tmp_path: Path) -> None:
    (tmp_path / "log").touch()  # no folder
    with process_logs.open_log(tmp_path / "log" / "web.log") as output:
        output.write(b"a line\n")


@pytest.mark.parametrize("has_room", [True, False])
def test_a_long_log_is_put_aside_while_it_is_written_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_room: bool
) -> None:
    def copy(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(process_logs, "LOG_BYTES", 10)
    if not has_room:
        monkeypatch.setattr(process_logs.shutil, "copyfile", copy)
    log = tmp_path / "web.log"
    with process_logs.open_log(log) as output:
        output.write(b"short\n")
        output.flush()
        process_logs.shorten_log(log)
        assert log.read_bytes() == b"short\n"
        output.write(b"many lines\n")
        output.flush()
        process_logs.shorten_log(log)
        output.write(b"the next\n")
    assert log.read_bytes() == b"the next\n"
    aside = tmp_path / "web.log.1"
    assert aside.exists() == has_room
    if has_room:
        assert aside.read_bytes() == b"short\nmany lines\n"
