"""Reads the TOML files that the sample community is made of."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of one TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def read_folder(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the stem and the content of each TOML file in a folder, ordered by name."""
    for path in sorted(folder.glob("*.toml")):
        yield path.stem, read_toml(path)
