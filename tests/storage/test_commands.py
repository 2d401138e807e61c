"""The operator's commands, as processes, where the data folder cannot be used: a sentence, never a traceback."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from community.config import ROOT
from tests.databases import EMPTY, LOAD_SECONDS, copy_sqlite, make_config, plain_environment
from tests.processes import Installation, free_port
from tests.storage.disks import close_to_writing, fill, small_disk, spoil
from tests.storage.test_full_disk import is_ready, wait_until

pytestmark = pytest.mark.timeout(2 * LOAD_SECONDS)

COMMANDS = ("migrate", "verify")


def run(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "community", "--data", str(data), *arguments],
        cwd=ROOT,
        env=plain_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=LOAD_SECONDS,
    )


def refuse(data: Path, *arguments: str, because: str) -> None:
    """The command ends with 1 and one sentence, which names the folder or a file in it."""
    done = run(data, *arguments)
    said = done.stderr.strip()
    assert done.returncode == 1, f"{arguments}: {done.stdout}{said}"
    assert said.startswith("Error: "), said
    assert len(said.splitlines()) == 1, said
    assert str(data) in said
    assert because in said


def install(data: Path) -> None:
    """What `migrate` leaves there."""
    copy_sqlite(EMPTY, data / "tsudoi.db")
    assert make_config(data, f"sqlite:///{data / 'tsudoi.db'}").secret


def serve(data: Path) -> tuple[str, ...]:
    return ("serve", "--port", str(free_port()), "--no-demo", "--data", str(data))


def test_a_disk_that_is_full_before_the_first_start_is_said_and_emptied_it_starts(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data", 8) as data:
        filling = fill(data)
        for command in (serve(data), ("migrate",)):
            refuse(data, *command, because="space")
        filling.unlink()
        assert run(data, "migrate").returncode == 0


@pytest.mark.long
def test_a_disk_that_becomes_full_in_the_middle_of_the_sample_is_said_and_leaves_none_of_it(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data", 3) as data:
        assert run(data, "migrate").returncode == 0
        filling = fill(data)
        os.truncate(filling, filling.stat().st_size - 200_000)
        refuse(data, "demo", because="There is no space left to write to")
        filling.unlink()
        assert "agree" in run(data, "verify").stdout


def test_a_read_only_folder_is_said(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data", 8) as data:
        install(data)
        close_to_writing(data)
        for command in (serve(data), ("migrate",), ("verify",), ("demo",)):
            refuse(data, *command, because="ead-only")
        refuse(data, "backup", str(tmp_path / "a.zip"), because="read-only")
        assert not list(tmp_path.glob("*.zip*"))


@pytest.mark.parametrize("beginning", [True, False])
def test_a_damaged_database_is_said_with_file_and_finding_before_anything_is_done(
    tmp_path: Path, *, beginning: bool
) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    copy_sqlite(EMPTY, data / "tsudoi.db")
    spoil(data / "tsudoi.db", beginning=beginning)
    before = (data / "tsudoi.db").read_bytes()
    finding = "file is not a database" if beginning else "malformed"
    for command in (serve(data), *[(command,) for command in COMMANDS]):
        refuse(data, *command, because=f"{data / 'tsudoi.db'} is damaged: ")
    refuse(data, "backup", str(tmp_path / "a.zip"), because=finding)
    assert not list(tmp_path.glob(".*a.zip*")) + list(tmp_path.glob("*.zip*")) + list(tmp_path.glob(".backup*"))
    assert (data / "tsudoi.db").read_bytes() == before


def test_a_backup_of_a_damaged_table_says_which_one(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    copy_sqlite(EMPTY, data / "tsudoi.db")
    with closing(sqlite3.connect(data / "tsudoi.db")) as database:
        page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'member'").fetchone()[0]
    with (data / "tsudoi.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"rubbish!" * 512)
    refuse(data, "backup", str(tmp_path / "a.zip"), because="table member: ")


def test_a_backup_onto_a_full_disk_leaves_no_half_archive(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    copy_sqlite(EMPTY, data / "tsudoi.db")
    with small_disk(tmp_path / "backups", 1) as backups:
        fill(backups)
        done = run(data, "backup", str(backups / "a.zip"))
        assert done.returncode == 1
        assert (
            done.stderr == f"Error: {backups / 'a.zip'} was not written. There is no space left for it in {backups}.\n"
        )
        assert [path.name for path in backups.iterdir()] == ["filling"]


def test_a_backup_from_a_full_disk_onto_another_is_made(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data", 8) as data:
        install(data)
        # The index of the write-ahead log, which reading needs, is there while the installation runs.
        (data / "tsudoi.db-shm").write_bytes(b"\0" * 32768)
        (data / "tsudoi.db-wal").touch()
        fill(data)
        done = run(data, "backup", str(tmp_path / "a.zip"))
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "a.zip").exists()


@pytest.mark.long
def test_pages_overwritten_while_it_runs_are_said_by_pages_and_probe_and_nobody_dies(tmp_path: Path) -> None:
    with Installation("embedded", tmp_path, demo=True) as installation:
        database, aside = installation.data / "tsudoi.db", tmp_path / "aside.db"
        wait_until(lambda: is_ready(installation) == (200, "ok"), installation)
        installation.stop()
        shutil.copyfile(database, aside)
        installation.start()
        spoil(database)
        wait_until(lambda: is_ready(installation) == (503, "database damaged"), installation)
        assert installation.answers()
        installation.stop()
        refuse(installation.data, *serve(installation.data), because="is damaged")
        for beside in ("-wal", "-shm"):
            Path(f"{database}{beside}").unlink(missing_ok=True)
        shutil.copyfile(aside, database)
        installation.start()
        wait_until(lambda: is_ready(installation) == (200, "ok"), installation)
        assert "agree" in installation.command("verify")
