"""What the health room's tests need beyond the common fixtures."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from community.app import create_app
from models.base import db
from tests.conftest import DATABASES, Databases, make_config


@pytest.fixture
def make_both(databases: Databases, tmp_path: Path) -> Iterator[list[Flask]]:
    """One application on each database, with real commits."""
    apps = [create_app(make_config(tmp_path / kind, databases.new(kind))) for kind in DATABASES]
    for app in apps:
        app.extensions["celery"].conf.update(broker_url="memory://", broker_transport_options={})
    yield apps
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
