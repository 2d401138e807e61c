"""What a room is: one description of what it hands to the mechanisms of this floor.

A mechanism (notifications, search, moderation …) takes the type of its part from here and asks `current_rooms()` for
what there is; it imports no room. A room names its parts in `community/<room>/room.py`; `community/rooms.py` lists the
rooms, and `create_app` hands them over.
"""

from .description import Room, Rooms, current_rooms, hand_over, rooms_of
from .erasures import Erasure, Treatment
from .sample import SampleCommunity, SamplePart
from .schedule import ScheduledTask, WorkerTasks
from .things import Key, Thing, ThingKind
from .transfers import Transfer, TransferFollower

__all__ = [
    "Erasure",
    "Key",
    "Room",
    "Rooms",
    "SampleCommunity",
    "SamplePart",
    "ScheduledTask",
    "Thing",
    "ThingKind",
    "Transfer",
    "TransferFollower",
    "Treatment",
    "WorkerTasks",
    "current_rooms",
    "hand_over",
    "rooms_of",
]
