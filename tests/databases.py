"""Settings and databases for test applications and installations: copies of ones that are made once per run."""

import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import flask_migrate
import requests

from community.app import create_app
from community.config import ROOT, Config
from community.ledger.rules import day_of
from community.processes import GRACE_SECONDS
from community.supervisor import answers, die_with_parent
from models.base import db, now, transaction
from tests import services
from tests.cast import make_cast
from tests.services import free_port

CHEAP_HASHES = {"argon2_memory_kib": 8, "argon2_time_cost": 1}
# What production does not refuse; nobody is asked at that name (RFC 9476, and ICANN for .internal).
PRODUCTION_HOST = "tsudoi.internal"
PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "secret_key": "9tJ4nVx0cQe7mZs2LwHd8KfRbY5uTgPa3XiC",
    "public_url": f"https://{PRODUCTION_HOST}",
}
BLANK, EMPTY, CAST, SAMPLE = "template_blank", "template_empty", "template_cast", "template_sample"
FIRST_START = "first_start.json"
COMMUNITY_ZONE = ZoneInfo("Asia/Tokyo")  # as Config has it
# Migrating and loading the sample community on two busy cores.
LOAD_SECONDS = 300


def make_config(data_dir: Path, database_url: str, **settings: Any) -> Config:  # noqa: ANN401  any setting
    """The settings of a test app: cheap hashing, no limits, nothing from the developer's own environment."""
    plain: dict[str, Any] = {"environment": "development", "redis_url": "", "smtp_url": "", "rate_limits": False}
    given = {**CHEAP_HASHES, **plain, "data_dir": data_dir, "database_url": database_url, **settings}
    return Config(_env_file=None, **given)  # pyright: ignore[reportCallIssue]  pydantic-settings' own argument


def plain_environment(**settings: object) -> dict[str, str]:
    """The same for a process: this one's environment without anybody's settings, and these."""
    # compiling everything at each start would take longer than the start
    left_out = ("TSUDOI_", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    given = {**CHEAP_HASHES, "rate_limits": False, **settings}
    return {**inherited, **{f"TSUDOI_{name.upper()}": str(value) for name, value in given.items()}}


@dataclass
class Databases:
    """Migrated databases, made by copying one that `alembic upgrade head` built once per run."""

    folder: Path
    made: list[str] = field(default_factory=list)

    def new(self, kind: str, template: str = EMPTY) -> str:
        """The address of a fresh database: without tables, migrated, with the cast, or with the sample community."""
        name = f"t_{uuid.uuid4().hex[:12]}"
        if kind == "sqlite":
            path = self.folder / f"{name}.db"
            copy_sqlite(template, path)
            return f"sqlite:///{path}"
        self.made.append(name)
        return copy_postgres(template, name)

    def close(self) -> None:
        for name in self.made:
            services.drop_postgres(name)


def copy_sqlite(template: str, path: Path) -> None:
    """Put a copy of the template there."""
    shutil.copyfile(_once("sqlite", template) / "tsudoi.db", path)


def copy_postgres(template: str, name: str) -> str:
    """The address of a copy of the template."""
    _once("postgresql", template)
    return services.postgres_url(name, template=template)


def _once(kind: str, template: str) -> Path:
    """The folder of a template that whoever needs it first has made, while the others wait."""
    folder = services.shared_folder() / f"{template}.{kind}"
    done = folder / "done"
    with folder.with_suffix(f".{kind}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir(exist_ok=True)
            _MAKERS[template](folder, _begin(kind, template, folder))
            done.touch()
    return folder


def _begin(kind: str, template: str, folder: Path) -> str:
    """The address of what is to become the template: nothing yet, or migrated already."""
    if kind == "postgresql":
        return copy_postgres(EMPTY, template) if template == CAST else services.postgres_url(template)
    path = folder / "tsudoi.db"
    if template == CAST:
        copy_sqlite(EMPTY, path)
    return f"sqlite:///{path}"


def _make_blank(folder: Path, address: str) -> None:
    """No tables."""
    if address.startswith("sqlite"):
        (folder / "tsudoi.db").touch()


def _make_empty(folder: Path, address: str) -> None:
    app = create_app(make_config(folder, address))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


def _make_cast(folder: Path, address: str) -> None:
    app = create_app(make_config(folder, address))
    with app.app_context():
        with transaction():
            make_cast(db.session)
        db.session.remove()
        db.engine.dispose()


def sample_day() -> date:
    """The day for which this run's sample communities are loaded: for all of them the same, also past midnight."""
    noted = services.shared_folder() / f"{SAMPLE}.day"
    with noted.with_suffix(".day.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not noted.exists():
            noted.write_text(day_of(now(), COMMUNITY_ZONE).isoformat())
        return date.fromisoformat(noted.read_text())


def _make_sample(folder: Path, address: str) -> None:
    """By the operator's own commands; on SQLite by a first start, unless the day has turned since it was noted."""
    day = sample_day()
    if address.startswith("sqlite"):
        start = start_first(folder)
        (folder / FIRST_START).write_text(json.dumps(asdict(start)))
        if day_of(now(), COMMUNITY_ZONE) == day:
            return
        (folder / "tsudoi.db").unlink()
    environment = plain_environment(data_dir=folder, database_url=address)
    for command in (("migrate",), ("demo", "--day", day.isoformat())):
        done = subprocess.run(
            [sys.executable, "-m", "community", *command],
            cwd=ROOT,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=LOAD_SECONDS,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(folder / "tsudoi.db")) as connection:  # what is still in the log, into the file
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# --- the first start, which loads the sample community ----------------------------------------------------------------


@dataclass
class FirstStart:
    """What was said, shown and left by `serve` on a folder that was not there."""

    port: int
    said: list[str]
    status: int
    page: str
    code: int | None  # with which Ctrl-C ended it
    ended: bool  # whether nobody answered afterwards


def read_first_start() -> FirstStart:
    """The one of this run."""
    return FirstStart(**json.loads((_once("sqlite", SAMPLE) / FIRST_START).read_text()))


def start_first(folder: Path) -> FirstStart:
    """Start, look, and stop with Ctrl-C. The database is left in the folder as it was before anybody looked."""
    port, data = free_port(), folder / "not yet" / "data"
    serve = ["serve", "--port", str(port), "--data", str(data)]
    serving = subprocess.Popen(
        [sys.executable, "-m", "tests.first_start", str(data / "tsudoi.db"), str(folder / "tsudoi.db"), *serve],
        cwd=ROOT,
        env=plain_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  it only asks the kernel
    )
    assert serving.stdout is not None
    impatience = threading.Timer(LOAD_SECONDS, serving.kill)
    impatience.start()
    said: list[str] = []
    for line in serving.stdout:
        said.append(line.strip())
        if line.startswith("Ctrl-C"):
            break
    impatience.cancel()
    assert serving.poll() is None, said
    page = requests.get(f"http://127.0.0.1:{port}/forums", timeout=GRACE_SECONDS)
    serving.send_signal(signal.SIGINT)
    serving.communicate(timeout=GRACE_SECONDS + 5)
    return FirstStart(port, said, page.status_code, page.text, serving.returncode, not answers("127.0.0.1", port))


_MAKERS: dict[str, Callable[[Path, str], None]] = {
    BLANK: _make_blank,
    EMPTY: _make_empty,
    CAST: _make_cast,
    SAMPLE: _make_sample,
}
