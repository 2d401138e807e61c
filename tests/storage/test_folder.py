"""The data folder and all that lies in it are their owner's alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from community.config import Config
from community.realtime.table_bus import TableBus
from community.storage import StorageError, folder


@pytest.fixture(autouse=True)
def _umask_of_a_terminal() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def settings(data: Path, **given: str) -> Config:
    return Config(_env_file=None, data_dir=data, **given)  # pyright: ignore[reportCallIssue]  pydantic-settings' own argument


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_is_private_and_so_is_what_is_made_in_it_later(tmp_path: Path) -> None:
    data = tmp_path / "not" / "yet"
    config = settings(data)
    folder.prepare(config)
    assert config.secret
    TableBus(data / "realtime.db").publish("{}")
    (data / "log").mkdir()
    (data / "log" / "web.log").touch()
    made = {path.name: mode(path) for path in [data, *data.rglob("*")]}
    assert made == {"yet": 0o700, "secret-key": 0o600, "realtime.db": 0o600, "log": 0o700, "web.log": 0o600}


def test_a_folder_of_before_is_narrowed_with_everything_in_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in ("tsudoi.db", "tsudoi.db-wal", "tsudoi.db-shm", "secret-key", "realtime.db", "beat-schedule"):
        (data / name).touch()
    (data / "files").mkdir()
    assert mode(data) == 0o755
    folder.prepare(settings(data))
    assert {mode(path) for path in data.iterdir()} == {0o600, 0o700}
    assert mode(data) == 0o700


def test_a_folder_given_to_a_group_on_purpose_stays_the_groups_and_its_files_the_owners(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o750)
    (data / "tsudoi.db").touch()
    (data / "files").mkdir()
    folder.prepare(settings(data))
    assert (mode(data), mode(data / "tsudoi.db"), mode(data / "files")) == (0o750, 0o600, 0o700)


@pytest.mark.parametrize("bits", [0o755, 0o777, 0o1777])
def test_an_open_folder_with_other_things_in_it_is_refused_and_left_alone(tmp_path: Path, bits: int) -> None:
    data = tmp_path / "shared"
    data.mkdir()
    data.chmod(bits)
    (data / "somebody's letter").touch()
    with pytest.raises(StorageError, match="folder of its own"):
        folder.prepare(settings(data))
    assert mode(data) == bits
    assert [path.name for path in data.iterdir()] == ["somebody's letter"]


def test_a_folder_that_everybody_may_write_to_is_never_taken_for_ours(tmp_path: Path) -> None:
    data = tmp_path / "tmp"
    data.mkdir()
    data.chmod(0o1777)
    (data / "tsudoi.db").touch()
    with pytest.raises(StorageError):
        folder.prepare(settings(data))


def test_a_database_elsewhere_is_narrowed_too(tmp_path: Path) -> None:
    database = tmp_path / "elsewhere.db"
    for beside in ("", "-wal", "-shm"):
        Path(f"{database}{beside}").touch()
    folder.prepare(settings(tmp_path / "data", database_url=f"sqlite:///{database}"))
    assert {mode(Path(f"{database}{beside}")) for beside in ("", "-wal", "-shm")} == {0o600}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    theirs, data = tmp_path / "theirs", tmp_path / "data"
    theirs.touch()
    data.mkdir(mode=0o700)
    (data / "realtime.db").symlink_to(theirs)
    folder.prepare(settings(data))
    assert mode(theirs) == 0o644
