"""Chooses the tests for `--changed`: those of the rooms touched, and of rooms that depend on them."""

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import grimp

from community.config import ROOT

FLOORS = ("models", "community", "blueprints")
# All rooms depend on these, whether they import them or not.
GROUND = ("models.base", "models.migrations", "community.app", "community.config", "community.extensions")
# The main branch in a clone; without it, the changes since the last commit count.
MAIN, LAST_COMMIT = "origin/HEAD", "HEAD~1"
# Tests that read all of the source in seconds.
ALWAYS = (
    "tests/test_architecture.py",
    "tests/test_rooms_apart.py",
    "tests/test_translations.py",
    "tests/test_static.py",
)
# Tests of every endpoint of every room, or of every mechanism that rooms join.
WALKS = ("tests/access", "tests/audit", "tests/specimen")
# Tests of pages and mails composed of what all rooms hand over.
COMPOSED = tuple(
    f"tests/{part}"
    for part in ("demo", "home", "mailings", "moderation", "notifications", "page_cache", "realtime", "rooms", "search")
)
FORMS = "tests/forms/test_every_form.py::test_every_form_bears_every_string"
# Tests of what lies outside the floors.
DOCUMENTS = ("tests/app/test_configuration_page.py", "tests/demo/test_cast.py", "tests/text/test_commonmark.py")
ELSEWHERE = {
    "docs/": DOCUMENTS,
    "README": ALWAYS,
    "CHANGELOG": ALWAYS,
    "LICENSE": ALWAYS,
    "benchmarks/": ALWAYS,
    "deploy/": ("tests/deploy", *DOCUMENTS),
    "static/js/": ("tests/js",),
}


def list_changed(root: Path = ROOT) -> list[str]:
    """Return the files changed since this branch left the main one, new ones too. Raises CalledProcessError."""
    since = (_git(root, "for-each-ref", "--format=%(refname)", f"refs/remotes/{MAIN}") or [LAST_COMMIT])[0]
    if since != LAST_COMMIT:
        (since,) = _git(root, "merge-base", since, "HEAD")
    changed = _git(root, "diff", "--name-only", "--no-renames", since)
    return sorted({*changed, *_git(root, "ls-files", "--others", "--exclude-standard")})


def _git(root: Path, *arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)  # noqa: S607  the git of whoever runs the tests
    return done.stdout.splitlines()


def list_tests(changed: Iterable[str], root: Path = ROOT) -> list[str] | None:
    """Return what to hand to pytest: files, folders and single tests. None: all, for changes that belong to no room."""
    found: set[str] = set()
    modules: set[str] = set()
    for path in changed:
        elsewhere = next((tests for start, tests in ELSEWHERE.items() if path.startswith(start)), None)
        if elsewhere:
            found.update(elsewhere)
        elif (here := _own_tests(path, root)) is not None:
            found.add(here)
        elif path.endswith(".py") and (module := _room_s_module(path)):
            modules.add(module)
        elif (room := _room_of_a_page(path)) and (root / "blueprints" / room).is_dir():
            modules.add(f"blueprints.{room}")
        else:
            return None
    if modules:
        found |= {
            *WALKS,
            *(COMPOSED if any(_is_of_a_room(each, root) for each in modules) else ()),
            *_tests_of_rooms(_rooms_on(modules), root),
        }
    return sorted({*found, *ALWAYS}) if found else []


def _own_tests(path: str, root: Path) -> str | None:
    """Return the changed test itself; for a module shared by tests of one folder only, the folder."""
    parts = Path(path).parts
    if parts[0] != "tests" or len(parts) == 1:
        return None
    if parts[-1].startswith("test_"):
        return path if (root / path).exists() else ALWAYS[0]
    folder = Path(*parts[:2])
    if len(parts) == 2 or not (root / folder).is_dir():
        return None
    name = ".".join(Path(path).with_suffix("").parts)
    others = (file for file in (root / "tests").rglob("*.py") if not file.is_relative_to(root / folder))
    return None if any(name in file.read_text() for file in others) else str(folder)


def _room_s_module(path: str) -> str | None:
    """Return the module's dotted name; None if all rooms depend on it."""
    floor, *rest = Path(path).parts
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    of_all_pages = floor == "blueprints" and len(rest) == 1
    return None if floor not in FLOORS or module in FLOORS or module.startswith(GROUND) or of_all_pages else module


def _is_of_a_room(module: str, root: Path) -> bool:
    """Return whether the module belongs to a room with a description."""
    floor, room, *_ = *module.split("."), ""
    return (root / floor / room / "room.py").is_file()


def _room_of_a_page(path: str) -> str | None:
    parts = Path(path).parts
    return parts[1] if parts[0] in {"templates", "static"} and len(parts) > 2 else None


def _rooms_on(modules: set[str]) -> set[str]:
    """Return the rooms whose code imports one of these modules, directly or not."""
    graph = grimp.build_graph(*FLOORS)
    reached = set(modules)
    for module in modules & graph.modules:  # what imported a deleted module has changed too
        reached |= graph.find_downstream_modules(module, as_package=module.count(".") == 1)
    return {module.split(".")[1] for module in reached if "." in module}


def _tests_of_rooms(rooms: set[str], root: Path) -> Iterator[str]:
    for room in rooms:
        for folder in (f"tests/{room}", f"tests/{room}_pages"):
            if (root / folder).is_dir():
                yield folder
        for file in (f"tests/test_{room}.py", f"tests/test_{room.removesuffix('s')}.py"):
            if (root / file).exists():
                yield file
        if (root / "blueprints" / room).is_dir():
            yield from (f"{FORMS}[{database}-{room}]" for database in ("sqlite", "postgresql"))
