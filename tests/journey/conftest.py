"""Real processes and a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.journey.browsing import SIZES, Door
from tests.processes import Installation


@pytest.fixture(params=["embedded", "production"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """With the sample community: embedded, and on PostgreSQL and Redis with two web processes and two workers."""
    several = 2 if request.param == "production" else 1
    with Installation(request.param, tmp_path, webs=several, workers=several, demo=True) as running:
        yield running


@pytest.fixture(scope="session")
def tsudoi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """With the sample community, embedded, for all files that have none of their own.

    Who uses it disturbs nobody: writes into topics of their own, and puts back what they change for others.
    """
    with Installation("embedded", tmp_path_factory.mktemp("shared"), demo=True) as running:
        yield running


@pytest.fixture(scope="session")
def door(browser: Browser, tsudoi: Installation) -> Door:
    """Of the shared installation."""
    return Door(browser, tsudoi.url())


@pytest.fixture(params=SIZES)
def viewport(request: pytest.FixtureRequest) -> ViewportSize:
    """A telephone's and a desk's."""
    return SIZES[request.param]
