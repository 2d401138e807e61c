"""Bytes on the disk: whole or not there, and nowhere else."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from community.files import blob_store
from community.files.rules import is_key


def test_put_writes_the_bytes_under_a_random_key(tmp_path: Path) -> None:
    first, second = blob_store.put(tmp_path, b"one"), blob_store.put(tmp_path, b"two")
    assert first != second
    assert is_key(first)
    assert blob_store.path_of(tmp_path, first) == tmp_path / first[:2] / first
    assert blob_store.path_of(tmp_path, first).read_bytes() == b"one"


def test_the_bytes_are_on_disk_before_the_file_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def noting_sync(descriptor: int) -> None:
        steps.append("sync")
        sync(descriptor)

    def noting_replace(path: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noting_sync)
    monkeypatch.setattr(Path, "replace", noting_replace)
    blob_store.put(tmp_path, b"one")
    assert steps == ["sync", "rename", "sync"]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        blob_store.put(tmp_path, b"one")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a" * 31, "A" * 32, "a" * 31 + "/", "a" * 32 + "\n"])
def test_nothing_but_a_key_becomes_a_path(tmp_path: Path, key: str) -> None:
    assert not is_key(key)
    with pytest.raises(ValueError, match="not a key"):
        blob_store.path_of(tmp_path, key)


def test_list_older_than_finds_old_files_and_half_written_ones(tmp_path: Path) -> None:
    old, new = blob_store.put(tmp_path, b"old"), blob_store.put(tmp_path, b"new")
    half = tmp_path / old[:2] / ".new-abc"
    half.write_bytes(b"ha")
    instant = datetime.now(UTC) - timedelta(hours=1)
    for path in (blob_store.path_of(tmp_path, old), half):
        os.utime(path, (instant.timestamp() - 1, instant.timestamp() - 1))
    assert set(blob_store.list_older_than(tmp_path, instant)) == {blob_store.path_of(tmp_path, old), half}
    assert blob_store.path_of(tmp_path, new).exists()
