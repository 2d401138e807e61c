"""Which tests one worker runs together, and what is begun first."""

import ast
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


def modules_marked(*rooms: str) -> dict[str, str]:
    """The modules of the rooms' tests in which something is marked, and what is written there."""
    files = {file for room in rooms for file in (ROOT / "tests" / room).glob("test_*.py")}
    texts = {f"{file.parent.name}/{file.name}": file.read_text() for file in files}
    return {name: text for name, text in texts.items() if "one_database" in text}


def test_what_guards_the_ledger_rights_and_consent_has_both_databases() -> None:
    guards = ("access", "audit", "ledger", "health", "projections", "mailings", "moderation", "models", "search")
    assert not modules_marked(*guards)


def test_where_people_come_in_only_what_pages_say_has_one_database() -> None:
    """Whole modules: what Python decides without a query. Of the others single tests, and of no further module any."""
    marked = modules_marked("accounts", "joining", "signin")
    whole = {"accounts/test_settings.py", "joining/test_csv_files.py", "signin/test_passwords.py"}
    whole |= {"signin/test_saved_forms.py"}
    assert {name for name, text in marked.items() if "pytestmark = pytest.mark.one_database" in text} == whole
    assert marked.keys() - whole == {
        *(f"accounts/test_{name}.py" for name in ("companies", "company_page", "contracts", "profiles")),
        "accounts/test_sample_logins.py",
        *(f"joining/test_{name}.py" for name in ("csv_invitations", "invitations", "joining")),
        *(f"signin/test_{name}.py" for name in ("addresses", "guesses", "known_devices", "lost_tokens")),
        *(f"signin/test_{name}.py" for name in ("password_pages", "reauthentication", "second_factor", "sign_in")),
    }


def test_two_people_at_once_have_both_databases() -> None:
    """A race is shown by threads."""
    for file in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(file.read_text())
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and "one_database" in " ".join(map(ast.unparse, node.decorator_list)):
                said = ast.unparse(node)
                assert not any(name in said for name in ("Barrier", "Thread")), f"{file.name}: {node.name}"
