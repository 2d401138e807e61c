"""What a room is: one description of what it hands to the mechanisms of this floor.

A mechanism (notifications, search, moderation …) takes the type of its part from here and asks `current_rooms()` for
what there is; it imports no room. A room names its parts in `community/<room>/room.py`; `community/rooms.py` lists the
rooms, and `create_app` hands them over.
"""

from .description import Room, Rooms, current_rooms, hand_over
from .pages import EVERYTHING, GuestTable, Scope
from .things import Key, Thing, ThingKind

__all__ = [
    "EVERYTHING",
    "GuestTable",
    "Key",
    "Room",
    "Rooms",
    "Scope",
    "Thing",
    "ThingKind",
    "current_rooms",
    "hand_over",
]
