"""What a room is: one description of what it hands to the mechanisms of this floor.

A mechanism (notifications, search, moderation …) takes the type of its part from here and asks `current_rooms()` for
what there is; it imports no room. A room names its parts in `community/<room>/room.py`; `community/rooms.py` lists the
rooms, and `create_app` hands them over.
"""

from .audit import AuditWords
from .channels import ChannelKind
from .description import Room, Rooms, current_rooms, hand_over
from .moderation import Moderation
from .notifications import Act, Greeting, NotificationKind, SignalSource, Summary
from .pages import EVERYTHING, GuestTable, Scope
from .pictures import FindHeld, Hold
from .search import Condition, IndexAfter, Searchable, SearchKind
from .things import Key, Thing, ThingKind

__all__ = [
    "EVERYTHING",
    "Act",
    "AuditWords",
    "ChannelKind",
    "Condition",
    "FindHeld",
    "Greeting",
    "GuestTable",
    "Hold",
    "IndexAfter",
    "Key",
    "Moderation",
    "NotificationKind",
    "Room",
    "Rooms",
    "Scope",
    "SearchKind",
    "Searchable",
    "SignalSource",
    "Summary",
    "Thing",
    "ThingKind",
    "current_rooms",
    "hand_over",
]
