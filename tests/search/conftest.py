"""Things to look for on both databases, and ways to look."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from community.app import create_app
from community.search import actions
from community.search.actions import Document
from community.search.queries import Order, Search, find
from models.base import db, now
from tests.conftest import DATABASES, make_config
from tests.databases import Databases

ALL = frozenset({"everybody"})


def thing(number: int, body: str, title: str = "", audience: frozenset[str] = ALL, **more: object) -> Document:
    return Document("note", number, title, body, audience, now(), **more)  # pyright: ignore[reportArgumentType]


def ids(typed: str, tokens: frozenset[str] = ALL, **more: object) -> list[int]:
    """What is found, in order."""
    given = {"order": Order.NEWEST, **more}
    return [hit.thing_id for hit in find(Search(typed, tokens, **given)).hits]


@pytest.fixture
def both(databases: Databases, tmp_path: Path) -> Iterator[Callable[[Callable[[], object]], list[object]]]:
    """Do the same in an application on each database, in a transaction that is undone; what came of it."""
    apps = [create_app(make_config(tmp_path / kind, databases.new(kind))) for kind in DATABASES]

    def run(act: Callable[[], object]) -> list[object]:
        return [_in(app, act) for app in apps]

    yield run
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def _in(app: Flask, act: Callable[[], object]) -> object:
    with app.app_context():
        try:
            return act()
        finally:
            db.session.rollback()
            db.session.remove()


def put(*bodies: str) -> None:
    actions.index(*(thing(number, body) for number, body in enumerate(bodies)))
