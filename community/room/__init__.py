"""What a room is: one description of what it hands to the mechanisms of this floor.

A mechanism (notifications, search, moderation …) takes the type of its part from here and asks `current_rooms()` for
what there is; it imports no room. A room names its parts in `community/<room>/room.py`; `community/rooms.py` lists the
rooms, and `create_app` hands them over.
"""

from .audit import AuditWords
from .channels import ChannelKind
from .description import Room, Rooms, current_rooms, hand_over
from .notifications import Act, Greeting, NotificationKind, SignalSource, Summary
from .pictures import FindHeld, Hold
from .things import Key, Thing, ThingKind

__all__ = [
    "Act",
    "AuditWords",
    "ChannelKind",
    "FindHeld",
    "Greeting",
    "Hold",
    "Key",
    "NotificationKind",
    "Room",
    "Rooms",
    "SignalSource",
    "Summary",
    "Thing",
    "ThingKind",
    "current_rooms",
    "hand_over",
]
