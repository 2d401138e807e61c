"""Damage that SQLite's own check does not see, and damage that somebody has mended."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from community.accounts import indexing
from community.search import actions as search
from community.storage import Watch, find_damage, integrity, path_of_database
from community.storage.integrity import say_damage
from models import faults
from models.base import db, transaction
from models.faults import Fault
from tests.cast import make_cast

pytestmark = pytest.mark.parametrize("database", ["sqlite"])


@pytest.fixture
def path(make_app: Callable[..., Flask]) -> Iterator[Path]:
    """A database in a file of its own, with a search index whose pages are rubbish."""
    app = make_app()
    found = path_of_database(app.config["TSUDOI"])
    assert found is not None
    with app.app_context():
        with transaction():
            make_cast(db.session)
        mend()
        with closing(sqlite3.connect(found)) as connection:
            connection.execute("UPDATE search_index_data SET block = randomblob(length(block)) WHERE id > 10")
            connection.commit()
        yield found
    faults.forget(Fault.DAMAGED)


def mend() -> None:
    with transaction():
        search.forget_everything()
    with transaction():
        indexing.index_members_after(0)


def test_a_damaged_search_index_is_found_and_the_sentence_says_what_mends_it(path: Path) -> None:
    assert find_damage(path) == []  # to the quick check its pages are values
    [finding] = find_damage(path, thoroughly=True)
    assert "python -m community reindex" in say_damage(path, [finding])
    mend()
    assert find_damage(path, thoroughly=True) == []


def test_damage_that_a_statement_met_is_said_until_it_is_mended_and_no_longer(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrity, "RECHECK_SECONDS", 0.05)
    watch = Watch(path)
    wait_for_check(watch)
    assert not watch.is_damaged()
    faults.note(Fault.DAMAGED)
    for _ in range(3):
        wait_for_check(watch)
        assert watch.is_damaged()
    mend()
    wait_for_check(watch)
    wait_for_check(watch)
    assert not watch.is_damaged()


def wait_for_check(watch: Watch) -> None:
    time.sleep(0.1)
    watch.is_damaged()
    deadline = time.monotonic() + 60
    while not watch._lock.acquire(blocking=False):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    watch._lock.release()
