"""Who still needs files that hang on nothing yet: each room in which people write with files says it."""

from collections.abc import Collection

from community.room import FindHeld, Hold, current_rooms


def are_known() -> bool:
    """Return whether any room says which files it needs; where none does, nobody knows that one is not needed."""
    return bool(_find_held())


def list_held(keys: Collection[str], owner_ids: Collection[int]) -> dict[str, Hold]:
    """Return those of the owners' files that any room still needs, and how much."""
    held: dict[str, Hold] = {}
    for find_held in _find_held() if keys else ():
        for key, hold in find_held(keys, owner_ids).items():
            held[key] = max(hold, held.get(key, hold))
    return held


def _find_held() -> list[FindHeld]:
    return [room.find_held_files for room in current_rooms().rooms if room.find_held_files]
