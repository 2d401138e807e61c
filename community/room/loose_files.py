"""Which loose files, those that belong to no thing yet, the members of a room still need."""

from collections.abc import Callable, Collection, Mapping
from enum import IntEnum, auto
from typing import TypeAlias


class Hold(IntEnum):
    """How much a loose file is needed."""

    GIVEN_UP = auto()  # by a discarded draft that can still be restored
    WRITTEN = auto()  # by a text that somebody is writing


# Takes keys of files and ids of their owners; returns how much each file is needed, by key, and leaves out those
# that are not needed.
FindHeld: TypeAlias = Callable[[Collection[str], Collection[int]], Mapping[str, Hold]]
