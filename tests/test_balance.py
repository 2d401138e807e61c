"""Which tests one worker runs together, and what is begun first."""

from types import SimpleNamespace
from typing import Any

import pytest

from community.config import ROOT
from tests.balance import AXE, BY_DATABASE, LONGEST_FIRST, WITH_PROCESSES, longest_first, scope_of, waits_for_long


@pytest.mark.parametrize(
    ("nodeid", "scope"),
    [
        ("tests/crash/test_crash.py::test_x[embedded]", "processes"),
        ("tests/storage/test_full_disk.py::test_x", "processes"),
        ("tests/journey/test_writing.py::test_x[phone]", "journeys"),
        ("tests/journey/test_axe.py::test_x[guest]", AXE),
        ("tests/forms/test_every_form.py::test_x[postgresql-forums]", "tests/forms/test_every_form.py postgresql"),
        ("tests/forms/test_every_form.py::test_x[forums-sqlite]", "tests/forms/test_every_form.py sqlite"),
        ("tests/ledger/test_actions.py::test_x[sqlite]", "tests/ledger/test_actions.py"),
    ],
)
def test_what_shares_something_goes_to_one_worker(nodeid: str, scope: str) -> None:
    assert scope_of(nodeid) == scope


def test_what_takes_longest_is_begun_first() -> None:
    nodeids = ["tests/a.py::test_x", "tests/journey/test_axe.py::test_x", "tests/crash/test_crash.py::test_x"]
    items: list[Any] = [SimpleNamespace(nodeid=nodeid) for nodeid in nodeids]
    assert [item.nodeid for item in longest_first(items)] == [nodeids[2], nodeids[1], nodeids[0]]


def test_every_file_named_is_there() -> None:
    """A renamed file would run with the short ones, and last."""
    files = {scope.partition(" ")[0] for scope in LONGEST_FIRST} - {"processes", "journeys"}
    for name in {*files, *BY_DATABASE, *WITH_PROCESSES}:
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize(
    ("mark", "database", "waits"),
    [
        ("long", "sqlite", True),
        ("one_database", "postgresql", True),
        ("one_database", "sqlite", False),
        ("", "postgresql", False),
    ],
)
def test_what_waits_for_long(mark: str, database: str, *, waits: bool) -> None:
    item: Any = SimpleNamespace(
        get_closest_marker=lambda name: mark == name, callspec=SimpleNamespace(params={"database": database})
    )
    assert waits_for_long(item) is waits


def test_what_guards_the_ledger_rights_and_consent_has_both_databases() -> None:
    guards = (
        "access",
        "audit",
        "ledger",
        "health",
        "projections",
        "mailings",
        "moderation",
        "models",
        "accounts",
        "joining",
        "signin",
    )
    files = {file for room in guards for file in (ROOT / "tests" / room).glob("*.py")}
    marked = {file.name for file in files if "one_database" in file.read_text()}
    assert marked <= {"test_csv_files.py"}  # what a file's letters and columns are
