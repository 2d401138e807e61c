"""Which unattached pictures are still needed. Each room answers for what its members are writing."""

from collections.abc import Callable, Collection, Mapping
from enum import IntEnum, auto


class Hold(IntEnum):
    """How much a picture is needed; the larger value wins."""

    GIVEN_UP = auto()  # by a discarded draft that can still be restored
    WRITTEN = auto()  # by a draft


FindHeld = Callable[[Collection[str], Collection[int]], Mapping[str, Hold]]

_find_held: list[FindHeld] = []


def register(find_held: FindHeld) -> None:
    """Register `find_held(keys, owner_ids)`: it returns the owners' pictures that a room still needs, and how much."""
    _find_held.append(find_held)


def are_known() -> bool:
    """Return whether any room has registered. Without one, no picture may be dropped."""
    return bool(_find_held)


def list_held(keys: Collection[str], owner_ids: Collection[int]) -> dict[str, Hold]:
    """Return those of the owners' pictures that any room still needs, and how much."""
    held: dict[str, Hold] = {}
    for find_held in _find_held if keys else ():
        for key, hold in find_held(keys, owner_ids).items():
            held[key] = max(hold, held.get(key, hold))
    return held
