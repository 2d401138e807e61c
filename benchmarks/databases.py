"""The database of a benchmark: one given by its address, or a temporary one."""

import gc
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import flask_migrate
from flask import Flask

from blueprints import ALL_BLUEPRINTS
from community.app import create_app
from community.extensions import limiter
from models.base import db
from tests import services
from tests.databases import PRODUCTION, make_config


@contextmanager
def application(database_url: str | None, kind: str = "postgresql") -> Iterator[Flask]:
    """Yield the whole application, set up as in production, on a migrated database; a temporary one without an address.

    Outside its context: a request would use that context, and leave its session there for the next one.
    """
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="tsudoi-benchmark-", ignore_cleanup_errors=True))
        )
        if database_url is None and kind == "postgresql":
            stack.callback(services.end)
            database_url = services.postgres_url("benchmark")
        address = database_url or f"sqlite:///{folder / 'benchmark.db'}"
        config = make_config(folder, address, **PRODUCTION, log_format="json")
        app = create_app(config, blueprints=ALL_BLUEPRINTS)
        gc.freeze()  # as wsgi.py does
        app.extensions["celery"].conf.update(broker_url="memory://", broker_transport_options={})
        limiter.enabled = False
        with app.app_context():
            flask_migrate.upgrade()
        yield app
        with app.app_context():
            db.engine.dispose()
