"""No room is named outside itself: mechanisms that rooms join know none of them, and rooms do not know each other."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from blueprints.rooms import ROOM_PAGES
from community.config import ROOT
from community.rooms import ROOMS

FLOORS = ("models", "community", "blueprints")
# A room is a row in each of the first three, and may be one in the last.
LISTS = {
    "community/rooms.py",
    "blueprints/rooms.py",
    "models/__init__.py",
    "community/projections/projectors.py",
}
# These are part of every installation: people, how they join and sign in, and the scores.
# Others may know them as far as the stairs allow, and the addresses of their pages, but their blueprints are their
# own.
GROUND = {"accounts", "signin", "joining", "health"}
# Modules that may name a room, by (module, room), each with its reason; a test fails on one that is not needed.
KNOWN: dict[tuple[str, str], str] = {
    ("community/app/scrubbing.py", "stories"): "addresses with secrets are blanked in logs before there is a room",
}
# In pages and scripts this word is the method of forms.
NO_KINDS_THERE = {"post"}
NAMES = sorted({room.name for room in ROOMS} | {room.name for room in ROOM_PAGES})
KINDS = {room.name: {kind.name for kind in room.things} for room in ROOMS}
SOURCES = [
    *(path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py")) if "migrations" not in path.parts),
    ROOT / "wsgi.py",
]
TEXTS = [
    *sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file()),
    *sorted((ROOT / "static" / "js").rglob("*.js")),
]


def owner_of(name: str) -> str:
    """Return the room or part of the house that the file belongs to, by its folder or its own name."""
    parts = name.removeprefix("static/").split("/")
    return parts[1].partition(".")[0] if len(parts) > 1 else ""


def imports_of(name: str, tree: ast.AST) -> Iterator[str]:
    """Yield everything that is imported, relative imports by their full names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = name.split("/")[: -node.level] if node.level else []
            yield from (".".join([*package, *filter(None, [node.module]), alias.name]) for alias in node.names)


def literals_of(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Yield every string, and whether something is compared with it."""
    compared = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare | ast.MatchValue)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, id(node) in compared


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def names_in_source(name: str, tree: ast.Module, room: str, kinds: set[str]) -> set[str]:
    """Return by what a module names the room: an import, an endpoint or task, a template or path, a kind, a table."""
    found = {each for each in imports_of(name, tree) if re.match(rf"(?:{'|'.join(FLOORS)})\.{room}(?:\.|$)", each)}
    kind = "|".join(sorted(kinds)) or "(?!)"
    for literal, is_compared in literals_of(tree):
        if (
            re.fullmatch(rf"{room}\.\w+", literal)
            or re.match(rf"/?{room}/", literal)
            or re.match(rf"(?:{kind})(?::|\.id$)", literal)
            or (is_compared and re.fullmatch(kind, literal))
        ):
            found.add(literal)
    return found


def names_in_text(text: str, room: str, kinds: set[str]) -> set[str]:
    """Return by what a template or a script names the room."""
    kind = "|".join(sorted(kinds - NO_KINDS_THERE)) or "(?!)"
    return set(re.findall(rf"[\"'`](?:/?{room}/[\w./-]*|{room}\.\w+|(?:{kind}):)|[=!]= *[\"'](?:{kind})[\"']", text))


@cache
def stairs() -> dict[str, int]:
    """Return how far below the top each part of the community stands."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract.get("containers") == ["community"])
    return {part: n for n, layer in enumerate(layers) for part in re.findall(r"\w+", layer)}


def leans_on(owner: str, room: str) -> bool:
    """Return whether `owner` is a room that stands above the other."""
    down = stairs()
    return owner in NAMES and down[owner] < down[room]


@pytest.mark.parametrize("room", [name for name in NAMES if name not in GROUND])
def test_nobody_names_a_room_but_itself(room: str) -> None:
    kinds = KINDS.get(room, set())
    named: dict[str, set[str]] = {}
    for path in (*SOURCES, *TEXTS):
        name = str(path.relative_to(ROOT))
        if owner_of(name) == room or name in LISTS or leans_on(owner_of(name), room):
            continue
        found = (
            names_in_source(name, tree_of(path), room, kinds)
            if path.suffix == ".py"
            else names_in_text(path.read_text(), room, kinds)
        )
        if found:
            named[name] = found
    known = {name for name, about in KNOWN if about == room}
    assert {name: found for name, found in named.items() if name not in known} == {}
    assert known <= named.keys(), "needs no exception any more"


@pytest.mark.parametrize("room", NAMES)
def test_a_rooms_pages_are_imported_by_itself_and_the_list(room: str) -> None:
    importing = set()
    for path in SOURCES:
        name = str(path.relative_to(ROOT))
        is_own = name.startswith(f"blueprints/{room}/")
        imported = imports_of(name, tree_of(path))
        if not is_own and any(re.match(rf"blueprints\.{room}(?:\.|$)", each) for each in imported):
            importing.add(name)
    assert importing == ({"blueprints/rooms.py"} if room in {each.name for each in ROOM_PAGES} else set())


def test_each_room_has_its_stair() -> None:
    assert set(NAMES) <= stairs().keys()


def test_the_exceptions_are_of_rooms_there_are() -> None:
    assert {room for _name, room in KNOWN} <= set(NAMES) - GROUND


def test_every_way_to_name_a_room_is_found() -> None:
    source = """
import community.notes.rules
from community.notes import queries
from community import notes
from models.notes import Note
from . import notes
from .notes import bp
from notes_of_others import notes
url_for("notes.list_notes"); url_for("notes.list_notes and more"); render_template("notes/list.html")
path = f"/notes/{note_id}"; channel = f"note:{note_id}"; key = "note"; sa.ForeignKey("note.id")
if kind == "note": pass
match kind:
    case "note": pass
"""
    assert names_in_source("blueprints/page.py", ast.parse(source), "notes", {"note"}) == {
        "community.notes.rules", "community.notes.queries", "community.notes", "models.notes.Note", "blueprints.notes",
        "blueprints.notes.bp", "notes.list_notes", "notes/list.html", "/notes/", "note:", "note.id", "note",
    }  # fmt: skip
    assert names_in_source("blueprints/page.py", ast.parse('key = "note"'), "notes", {"note"}) == set()
    template = """{{ url_for("notes.list_notes") }} {% include "notes/_row.html" %} <a href='/notes/'> {{ note.notes }}
        {% if kind == "note" %} {{ "note" }} if (kind === 'note') `note:${id}`"""
    assert names_in_text(template, "notes", {"note"}) == {
        '"notes.list_notes', '"notes/_row.html', "'/notes/", '== "note"', "== 'note'", "`note:",
    }  # fmt: skip


def test_a_file_belongs_to_its_room() -> None:
    files = ("models/notes.py", "community/notes/rules.py", "templates/notes/a/b.html", "static/js/notes.js", "wsgi.py")
    assert [owner_of(name) for name in files] == ["notes", "notes", "notes", "notes", ""]


def test_a_room_above_may_lean_on_one_below() -> None:
    assert leans_on("forums", "accounts")
    assert not leans_on("accounts", "forums")
    assert not leans_on("forums", "forums")
    assert not leans_on("demo", "forums"), "it stands above, and is no room"


def test_everything_is_looked_at() -> None:
    looked_at = {path.relative_to(ROOT) for path in (*SOURCES, *TEXTS)}
    assert {Path("wsgi.py"), Path("templates/base.html"), Path("static/js/live.js")} <= looked_at
