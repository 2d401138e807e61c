"""The TOML files beside this module."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def read_folder(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every file in it by its stem, in the order of the names."""
    for path in sorted((FOLDER / name).glob("*.toml")):
        yield path.stem, read_toml(f"{name}/{path.name}")
