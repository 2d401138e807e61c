"""Only the room's own modules know the tables of stories, so that no output can show more than a permit holds."""

import ast

from community.config import ROOT
from models.base import Base

# Of those who read stories; what they show is a permit, or a card that was made of one.
VIEWS_OF_READERS = [
    *(ROOT / "blueprints/stories/reading").glob("*.py"),
    *(ROOT / f"blueprints/stories/{name}.py" for name in ("home", "people", "search")),
]


def modules_that_import(package: str) -> set[str]:
    """Return the modules of the three floors that import the package or something of it."""
    found = set()
    for path in (each for floor in ("models", "community", "blueprints") for each in (ROOT / floor).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            if any(name == package or name.startswith(f"{package}.") for name in names):
                found.add(str(path.relative_to(ROOT)))
    return found


def test_only_the_room_names_its_tables() -> None:
    importing = modules_that_import("models.stories")
    strangers = {name for name in importing if not name.startswith(("community/stories/", "models/stories/"))}
    assert "community/stories/consent/permits.py" in importing
    assert strangers == set()


def test_views_of_readers_name_no_row_of_a_story() -> None:
    """By whatever path: also what a module below has imported, and what stands behind a dot."""
    rows = {
        each.class_.__name__ for each in Base.registry.mappers if each.class_.__module__.startswith("models.stories.")
    }
    assert {"Story", "StoryVersion", "StoryPart"} <= rows
    assert len(VIEWS_OF_READERS) > len(("home", "people", "search"))
    named = {
        (path.name, name)
        for path in VIEWS_OF_READERS
        for node in ast.walk(ast.parse(path.read_text()))
        for name in names_in(node)
        if name in rows
    }
    assert named == set()


def names_in(node: ast.AST) -> list[str]:
    """Return the names that the node itself uses: of a variable, behind a dot, of an import."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    return [alias.name.rpartition(".")[2] for alias in node.names] if isinstance(node, ast.ImportFrom) else []
