"""What the factory makes of the configuration."""

from pathlib import Path

import pytest
from sqlalchemy.pool import QueuePool

from community.app import create_app
from models.base import db
from tests.databases import make_config


@pytest.mark.parametrize(("mode", "most"), [("gevent", 20), ("threading", 100)])
def test_pages_that_come_back_at_once_do_not_all_ask_the_database_at_once(tmp_path: Path, mode: str, most: int) -> None:
    with create_app(make_config(tmp_path, "", socket_mode=mode)).app_context():
        pool = db.engine.pool
        assert isinstance(pool, QueuePool)
        assert pool.size() + pool._max_overflow == most
