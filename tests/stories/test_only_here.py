"""Only the room's own modules know the tables of stories, so that no output can show more than a permit holds."""

import ast

from community.config import ROOT


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
