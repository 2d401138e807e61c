"""Settings and migrated databases for test applications."""

import fcntl
import os
import shutil
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flask_migrate

from community.app import create_app
from community.config import Config
from models.base import db
from tests import services


def make_config(data_dir: Path, database_url: str, **settings: Any) -> Config:  # noqa: ANN401  any setting
    """The settings of a test app: cheap hashing, no limits, nothing from the developer's own environment."""
    cheap: dict[str, Any] = {"argon2_memory_kib": 8, "argon2_time_cost": 1, "rate_limits": False}
    plain: dict[str, Any] = {"environment": "development", "redis_url": "", "smtp_url": ""}
    given = {**cheap, **plain, "data_dir": data_dir, "database_url": database_url, **settings}
    return Config(_env_file=None, **given)  # pyright: ignore[reportCallIssue]  pydantic-settings' own argument


@dataclass
class Databases:
    """Migrated databases, made by copying one that `alembic upgrade head` built once per run."""

    folder: Path
    made: list[str] = field(default_factory=list)

    def new(self, kind: str) -> str:
        """The address of a fresh, migrated, empty database."""
        name = f"t_{uuid.uuid4().hex[:12]}"
        template = self._template(kind)
        if kind == "sqlite":
            path = self.folder / f"{name}.db"
            shutil.copyfile(template, path)
            return f"sqlite:///{path}"
        self.made.append(name)
        return services.postgres_url(name, template=template)

    def _template(self, kind: str) -> str:
        shared = Path(os.environ[services.FOLDER_VARIABLE])
        path = shared / "template.db"
        done = shared / f"template.{kind}.done"
        with (shared / f"template.{kind}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                address = f"sqlite:///{path}" if kind == "sqlite" else services.postgres_url("template_tsudoi")
                _migrate(make_config(self.folder / "migrate", address))
                done.touch()
        return str(path) if kind == "sqlite" else "template_tsudoi"

    def close(self) -> None:
        for name in self.made:
            services.drop_postgres(name)


def _migrate(config: Config) -> None:
    app = create_app(config)
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
