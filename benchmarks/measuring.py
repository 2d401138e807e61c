"""Processor time of this process and of its PostgreSQL backend, request by request."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from werkzeug.test import EnvironBuilder

from models.base import db
from tests.databases import PRODUCTION

MILLISECOND = 1_000_000  # in nanoseconds


@dataclass
class Case:
    """One page: its request, and what its responses cost."""

    name: str
    app: Flask
    environ: dict[str, Any]
    limit: float | None = None
    server: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    statements: int = 0
    length: int = 0

    @property
    def cost(self) -> float:
        """The median CPU ms of the server plus the database's."""
        return median(self.server) + median(self.database)


def said(*, met: bool) -> str:
    """Return what is printed beside a figure that has a bound."""
    return "ok" if met else "NO"


def ask_for(path: str, cookie: str = "") -> dict[str, Any]:
    """Return a browser's GET as the web server passes it on, for the host name of production."""
    headers = [("Accept-Language", "ja"), ("User-Agent", "benchmark"), *([("Cookie", cookie)] if cookie else [])]
    return EnvironBuilder(path, base_url=PRODUCTION["public_url"], headers=headers).get_environ()


def measure(cases: Iterable[Case], rounds: int, warm_up: int = 5) -> None:
    """Measure each case once a round, so that the machine's other load affects all of them alike."""
    cases = list(cases)
    prepare(cases)
    for turn in range(-warm_up, rounds):
        for case in cases:
            server, database = cost_of(case)
            if turn >= 0:
                case.server.append(server)
                case.database.append(database)
    for case in cases:
        case.statements = _count_statements(case)


def prepare(cases: Iterable[Case]) -> None:
    """Request each case once, which opens all connections."""
    for case in cases:
        answer(case)


def cost_of(case: Case) -> tuple[float, float]:
    """Return the CPU ms of this process and of the database for one response."""
    backends = _backends(case.app)
    before, began = sum(map(spent_by, backends)), time.thread_time_ns()
    case.length = len(answer(case))
    server = time.thread_time_ns() - began
    return server / MILLISECOND, (sum(map(spent_by, backends)) - before) / MILLISECOND


def answer(case: Case) -> bytes:
    said: list[str] = []

    def start_response(status: str, *_: object) -> Callable[[bytes], object]:
        said.append(status)
        return lambda _: None

    body = case.app.wsgi_app(dict(case.environ), start_response)
    try:
        page = b"".join(body)
    finally:
        getattr(body, "close", lambda: None)()
    if not said[0].startswith(("200", "304")):
        raise RuntimeError(f"{case.name}: {said[0]}")
    return page


_known: list[int] = []


def _backends(app: Flask) -> list[int]:
    """Return the ids of the database's processes, queried once; none if the database is a file."""
    if not _known:
        with app.app_context():
            _known.extend(list_backends())
    return _known


def list_backends() -> list[int]:
    """Return the ids of PostgreSQL's processes that serve this database, without parallel workers."""
    if db.engine.dialect.name != "postgresql":
        return []
    chosen = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    with db.engine.connect() as connection:
        return list(connection.scalars(sa.text(chosen)))


def spent_by(pid: int) -> int:
    """Return the nanoseconds that a process has spent on a processor, by the kernel's scheduler."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])


def _count_statements(case: Case) -> int:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        answer(case)
    finally:
        event.remove(sa.Engine, "before_cursor_execute", count)
    return len(statements)
