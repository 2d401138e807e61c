"""Keeping pictures, hanging them up, sweeping what was left behind."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from community.files import actions, blob_store, queries, tasks
from community.files.rules import FileRefusedError
from community.files.uploads import read_upload
from models.accounts import Account
from models.base import db, now, transaction
from models.files import StoredFile
from tests.cast import Cast
from tests.files import samples


def count_images() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) or 0


def files_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(actions, "folder", lambda: tmp_path)
    monkeypatch.setattr(queries, "folder", lambda: tmp_path)


def test_store_image_keeps_the_bytes_and_a_loose_row(cast: Cast, tmp_path: Path) -> None:
    with transaction():
        image = actions.store_file(cast.owner, samples.upload())
    assert (image.owner_id, image.subject_kind, image.subject_id) == (cast.owner.id, None, None)
    assert (image.media_type, image.width, image.height) == ("image/webp", 40, 30)
    assert queries.get_file(image.key) is image
    assert queries.path_of(image).stat().st_size == image.size
    assert files_below(tmp_path) == [image.key]


def test_a_refused_picture_leaves_no_trace(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError), transaction():
        actions.store_file(cast.owner, read_upload(samples.SVG, "図.svg"))
    assert (count_images(), files_below(tmp_path)) == (0, [])


def test_the_database_is_not_touched_before_the_bytes_are_on_the_disk(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = blob_store.put

    def put_unlocked(folder: Path, data: bytes, key: str | None) -> str:
        assert not db.session().new, "the row came first"
        return put(folder, data, key)

    monkeypatch.setattr(blob_store, "put", put_unlocked)
    actions.store_file(cast.owner, samples.upload())
    assert count_images() == 1


def test_attach_hangs_own_loose_pictures_only(cast: Cast) -> None:
    own, second = (actions.store_file(cast.owner, samples.upload()) for _ in range(2))
    foreign = actions.store_file(cast.stranger, samples.upload())
    assert actions.attach([own.key], cast.owner, cast.a) == 1
    keys = [own.key, second.key, foreign.key, "0" * 32, "../../etc/passwd"]
    assert actions.attach(keys, cast.owner, cast.b) == 1
    db.session.expire_all()
    hung = {image.key: (image.subject_kind, image.subject_id) for image in db.session.scalars(sa.select(StoredFile))}
    table = Account.__tablename__
    assert hung == {own.key: (table, cast.a.id), second.key: (table, cast.b.id), foreign.key: (None, None)}


def test_attach_of_nothing_asks_nothing(cast: Cast) -> None:
    assert actions.attach([], cast.owner, cast.a) == 0


@pytest.mark.parametrize("key", ["", "x", "%00" * 10, "a" * 400])
def test_get_image_of_something_that_is_no_key_is_none(cast: Cast, key: str) -> None:
    assert queries.get_file(key) is None


def test_the_sweep_removes_old_files_without_a_row_and_nothing_else(cast: Cast, tmp_path: Path) -> None:
    kept = actions.store_file(cast.owner, samples.upload())
    orphan, fresh = blob_store.put(tmp_path, b"orphan"), blob_store.put(tmp_path, b"fresh")
    db.session.commit()
    long_ago = (now() - timedelta(hours=2)).timestamp()
    for key in (kept.key, orphan):
        os.utime(blob_store.path_of(tmp_path, key), (long_ago, long_ago))
    tasks.sweep()
    assert files_below(tmp_path) == sorted([kept.key, fresh])
