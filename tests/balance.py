"""Which worker runs what: tests of one file stay together, and those with processes of their own come first."""

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadScopeScheduling

# They start installations, browsers and crashes; one worker runs them all, one after the other, from the beginning, so
# that they neither get in each other's way nor are what everybody waits for in the end.
WITH_PROCESSES = (
    "tests/journey/",
    "tests/crash/",
    "tests/realtime/test_processes.py",
    "tests/serving/test_embedded.py",
    "tests/storage/",
    "tests/test_first_start.py",
)


class ByFile(LoadScopeScheduling):
    """What a file's tests share (fixtures, a loaded community) is made once; files go to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return "processes" if nodeid.startswith(WITH_PROCESSES) else nodeid.partition("::")[0]


def with_processes_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The order of collection is that of distribution."""
    return sorted(items, key=lambda item: not item.nodeid.startswith(WITH_PROCESSES))
