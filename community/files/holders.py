"""Who still needs pictures that hang on nothing yet. Each room says it for what its people are writing."""

from collections.abc import Callable, Collection, Mapping
from enum import IntEnum, auto


class Hold(IntEnum):
    """How much a picture is needed."""

    GIVEN_UP = auto()  # by what was given up and can still be restored
    WRITTEN = auto()  # by what somebody is writing


FindHeld = Callable[[Collection[str], Collection[int]], Mapping[str, Hold]]

_find_held: list[FindHeld] = []


def register(find_held: FindHeld) -> None:
    """Have `find_held(keys, owner_ids)` return those of the owners' pictures that are still needed, and how much."""
    _find_held.append(find_held)


def are_known() -> bool:
    """Whether any room has registered; where none has, nobody can say that a picture is not needed."""
    return bool(_find_held)


def list_held(keys: Collection[str], owner_ids: Collection[int]) -> dict[str, Hold]:
    """Return those of the owners' pictures that some room still needs, and how much."""
    held: dict[str, Hold] = {}
    for find_held in _find_held if keys else ():
        for key, hold in find_held(keys, owner_ids).items():
            held[key] = max(hold, held.get(key, hold))
    return held
