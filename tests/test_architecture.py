"""Checks the house's rules in the code itself. Floors and stairs are checked by import-linter (pyproject.toml)."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from celery import Celery
from flask import Flask

from blueprints.access import ENTRANCE
from community.config import ROOT, Config

FLOORS = ("models", "community", "blueprints")
SOURCES = sorted(
    path
    for floor in FLOORS
    for path in (ROOT / floor).rglob("*.py")
    if "migrations" not in path.relative_to(ROOT).parts
)
# A longer module is to be divided (architecture.md, "Names and sizes").
LONGEST_MODULE = 300
# A longer function is to be divided.
LONGEST_FUNCTION = 60
ROOT_ENTRIES = {
    "run",
    "README.md",
    "README.ja.md",
    "CHANGELOG.md",
    "LICENSE",
    "requirements.lock",
    "requirements-dev.lock",
    "pyproject.toml",
    "wsgi.py",
    "docs",
    "deploy",
    "benchmarks",
    "tools",
    "community",
    "blueprints",
    "models",
    "templates",
    "static",
    "tests",
    "translations",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def trees(*floors: str) -> Iterator[tuple[str, ast.Module]]:
    for path in SOURCES:
        if path.relative_to(ROOT).parts[0] in floors:
            yield name_of(path), _parse(path)


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text())  # nearly every rule asks for all of them; nobody changes them


@pytest.fixture(scope="module", autouse=True)
def forget_trees() -> Iterator[None]:
    """What stays would be looked through by every later collection of garbage."""
    yield
    _parse.cache_clear()


def calls(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names of everything called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_one_place_commits() -> None:
    committing = {where for where, tree in trees(*FLOORS) if any(c.endswith("session.commit") for c in calls(tree))}
    assert committing == {"models/base.py"}


def test_only_an_edge_opens_a_transaction() -> None:
    edges = {where for where, tree in trees(*FLOORS) if "transaction" in set(calls(tree))}
    edge = re.compile(r"/(tasks|__main__|commands/\w+)\.py$")
    wrong = {where for where in edges if where.startswith("community/") and not edge.search(where)}
    assert wrong == set()


def test_below_the_second_floor_nobody_knows_a_request() -> None:
    """The factory and its parts are excepted: they handle the request for all others."""
    asking = {
        where
        for where, tree in trees("models", "community")
        if {"flask.request", "flask_login.current_user", "flask.session"} & imported(tree)
    }
    assert {w for w in asking if not w.startswith("community/app/")} == set()


def test_rules_query_nothing() -> None:
    """A rule is pure: it takes a member and a thing and returns yes or no."""
    impure = {
        where
        for where, tree in trees("community")
        if where.endswith("/rules.py") and "models.base.db" in imported(tree)
    }
    assert impure == set()


def test_reads_stay_in_queries() -> None:
    """A query module writes nothing."""
    writing = {
        where
        for where, tree in trees("community")
        if where.endswith("/queries.py")
        and any(re.search(r"session\.(add|delete|add_all)$|^sa\.(insert|update|delete)$", c) for c in calls(tree))
    }
    assert writing == set()


def test_what_reads_as_a_question_changes_nothing() -> None:
    """`is_…`, `has_…`, `may_…` only look: they write, lock and set nothing, and call no function of ours that does.

    Calls are followed to functions of the same module, to imported ones, and to those of imported modules.
    """
    question = re.compile(r"_?(is|are|was|were|has|have|may|can|could|would|must|wants|needs|knows|shows|(\w*_)?goes)_")
    imports: dict[str, str] = {}
    called: dict[str, set[str]] = {}
    writers: set[str] = set()
    for where, tree in trees(*FLOORS):
        module = where.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        package = where.rsplit("/", 1)[0].replace("/", ".")
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                source = node.module or "" if not node.level else ".".join(filter(None, (package, node.module)))
                imports |= {f"{module}.{each.asname or each.name}": f"{source}.{each.name}" for each in node.names}
            elif isinstance(node, ast.FunctionDef):
                name = f"{module}.{node.name}"
                called.setdefault(name, set()).update(f"{module}.{c.removeprefix('self.')}" for c in calls(node))
                writers |= {name} if _writes(node) else set()

    def resolve(name: str) -> str:
        """Follow the imports of a name; so often at most, since a package may import its own modules."""
        for _ in range(5):
            head, _dot, tail = name.rpartition(".")
            if name in called:
                break
            name = imports.get(name) or f"{imports.get(head, head)}.{tail}"
        return name

    targets = {name: set(map(resolve, names)) for name, names in called.items()}
    while more := {name for name, names in targets.items() if name not in writers and names & writers}:
        writers |= more
    assert sorted(name for name in writers if question.match(name.rsplit(".", 1)[-1])) == []


def _writes(function: ast.FunctionDef) -> bool:
    """Return whether the function itself writes rows, locks them, opens a transaction, or sets an attribute."""
    writing = re.compile(
        r"session\.(add|add_all|delete|flush|merge|refresh)$|^sa\.(insert|update|delete)$|^transaction$"
    )
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and writing.search(ast.unparse(node.func)):
            return True
        if "with_for_update" in (getattr(node, "arg", ""), getattr(node, "attr", "")):
            return True
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            return True
    return False


def test_models_are_nouns() -> None:
    for where, tree in trees("models"):
        if where == "models/base.py":
            continue
        assert not any(re.search(r"session|url_for|select$", c) for c in calls(tree)), where


def test_views_do_not_query() -> None:
    querying = {
        where
        for where, tree in trees("blueprints")
        if not where.startswith("blueprints/system/") and any(c.startswith("db.session") for c in calls(tree))
    }
    assert querying == set()


def test_no_room_without_a_name() -> None:
    nameless = {"utils", "helpers", "common", "services", "misc"}
    assert {p for p in (ROOT / f for f in FLOORS) for p in p.rglob("*.py") if p.stem in nameless} == set()


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{where}:{node.lineno}"
        for where, tree in trees(*FLOORS)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_modules_and_functions_stay_readable() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}
    long = [
        f"{where}: {node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for where, tree in trees(*FLOORS)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_the_ground_floor_holds_only_what_belongs_there() -> None:
    ignored = {"instance", "node_modules", "__pycache__"}
    there = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")} - ignored
    assert there <= ROOT_ENTRIES


def test_every_endpoint_says_who_may_enter(app: Flask) -> None:
    open_doors = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], ENTRANCE)
    }
    assert open_doors == set()


def test_endpoints_are_named_like_their_functions(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        if endpoint != "static":
            assert endpoint.rsplit(".", 1)[-1] == view.__name__


def test_every_module_of_tasks_is_known_to_the_worker(app: Flask) -> None:
    found = {name_of(p).removesuffix(".py").replace("/", ".") for p in (ROOT / "community").rglob("tasks.py")}
    celery: Celery = app.extensions["celery"]
    assert set(celery.conf.imports) == found


def test_every_job_on_the_schedule_and_every_hurried_job_exists(app: Flask) -> None:
    celery: Celery = app.extensions["celery"]
    celery.loader.import_default_modules()
    named = {entry["task"] for entry in celery.conf.beat_schedule.values()} | set(celery.conf.at_start)
    for _, tree in trees(*FLOORS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("hurry") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    named.add(str(first.value))
    assert named <= set(celery.tasks)


def test_every_setting_is_documented() -> None:
    names = {f"TSUDOI_{name.upper()}" for name in Config.model_fields}
    for document in (".env.example", "README.md"):
        assert names <= set(re.findall(r"TSUDOI_[A-Z0-9_]+", (ROOT / document).read_text())), document


def test_one_module_writes_memberships() -> None:
    """What follows from a membership (search index, rights of open pages) is written in one place."""
    statements = re.compile(r"\b(insert|update|delete)\(Membership\b|\bMembership\((?!\))")
    set_by_hand = re.compile(r"membership\.\w+ = |\.(until_day|is_company_admin) = |setattr\(\w*membership")
    writing = {
        where
        for where, tree in trees("community", "blueprints")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call | ast.Assign | ast.AugAssign)
        and (statements.search(ast.unparse(node)) or (set_by_hand.search(ast.unparse(node))))
    }
    assert writing == {"community/accounts/memberships.py"}
