"""Who still needs pictures that hang on nothing yet. Each room says it for what its people are writing."""

from collections.abc import Callable, Collection

FindHeld = Callable[[Collection[str]], set[str]]

_find_held: list[FindHeld] = []


def register(find_held: FindHeld) -> None:
    """Have `find_held(keys)` return those of the keys that are still needed."""
    _find_held.append(find_held)


def are_known() -> bool:
    """Whether any room has registered; where none has, nobody can say that a picture is not needed."""
    return bool(_find_held)


def list_held(keys: Collection[str]) -> set[str]:
    """Return those of the keys that some room still needs."""
    return {key for find_held in _find_held for key in find_held(keys)} if keys else set()
