"""Pictures that hang on nothing yet, as a room's people need them for what they are writing."""

from collections.abc import Callable, Collection, Mapping
from enum import IntEnum, auto
from typing import TypeAlias


class Hold(IntEnum):
    """How much a picture is needed."""

    GIVEN_UP = auto()  # by what was given up and can still be restored
    WRITTEN = auto()  # by what somebody is writing


# Takes keys of pictures and ids of their owners; returns those of the owners' pictures that are needed, and how much.
FindHeld: TypeAlias = Callable[[Collection[str], Collection[int]], Mapping[str, Hold]]
