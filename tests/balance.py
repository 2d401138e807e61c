"""Which tests run when: what waits for --long, and what one worker runs together. The longest come first."""

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadScopeScheduling

# They start installations and crash them. One worker runs them all, one after the other, so that they do not get in
# each other's way: some ask how long an answer takes.
WITH_PROCESSES = (
    "tests/crash/",
    "tests/realtime/test_processes.py",
    "tests/serving/test_embedded.py",
    "tests/storage/",
)
AXE = "tests/journey/test_axe.py"
# They share an installation; people at browsers do not mind others beside them.
JOURNEYS = "tests/journey/"
# What they share is made for each database anyway, and each takes a minute.
BY_DATABASE = ("tests/forms/test_every_form.py", "tests/forms/test_addresses.py", "tests/test_commands.py")
DATABASES = ("postgresql", "sqlite")
# The rest is short, and comes as it is collected.
LONGEST_FIRST = (
    "processes",
    "journeys",
    "tests/forms/test_every_form.py postgresql",
    "tests/forms/test_every_form.py sqlite",
    AXE,
    "tests/test_commands.py postgresql",
    "tests/test_commands.py sqlite",
    "tests/forms/test_addresses.py postgresql",
    "tests/forms/test_addresses.py sqlite",
    "tests/demo/test_load.py",
    "tests/demo/test_plots.py",
    "tests/access/test_walk.py",
)


class ByFile(LoadScopeScheduling):
    """What a file's tests share (fixtures, a loaded community) is made once; files go to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """What one worker runs together: a file, or the part of one that stands on one database, or several files."""
    file = nodeid.partition("::")[0]
    if file.startswith(WITH_PROCESSES):
        return "processes"
    if file.startswith(JOURNEYS) and file != AXE:
        return "journeys"
    if file in BY_DATABASE:
        return " ".join([file, *(database for database in DATABASES if database in nodeid.partition("[")[2])])
    return file


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The order of collection is that of distribution."""
    places = {scope: place for place, scope in enumerate(LONGEST_FIRST)}
    return sorted(items, key=lambda item: places.get(scope_of(item.nodeid), len(places)))


def waits_for_long(item: pytest.Item) -> bool:
    """Whether only --long runs it: docs/testing.md says why."""
    database = getattr(getattr(item, "callspec", None), "params", {}).get("database")
    return bool(
        item.get_closest_marker("long") or (item.get_closest_marker("one_database") and database == "postgresql")
    )
