"""Limits of the embedded installation under a clock that is set."""

from datetime import timedelta

import pytest
import time_machine
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from community.app.rate_limits import SCHEME
from models.base import now


@pytest.mark.parametrize("step", [timedelta(hours=-2), timedelta(hours=2)])
def test_nobody_waits_longer_because_the_clock_was_set(step: timedelta) -> None:
    limiter, limit = FixedWindowRateLimiter(storage_from_string(f"{SCHEME}://")), parse("3/minute")
    assert [limiter.hit(limit, "somebody") for _ in range(4)] == [True, True, True, False]
    with time_machine.travel(now() + step, tick=True):
        assert [limiter.hit(limit, "somebody") for _ in range(4)] == [True, True, True, False]


def test_a_limit_counts_as_ever_while_the_clock_only_runs() -> None:
    limiter, limit = FixedWindowRateLimiter(storage_from_string(f"{SCHEME}://")), parse("3/minute")
    assert [limiter.hit(limit, "somebody") for _ in range(4)] == [True, True, True, False]
    assert limiter.hit(limit, "somebody else")
