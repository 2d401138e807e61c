"""Types of a room's description: what the room hands to each mechanism of this floor.

A mechanism (notifications, search, moderation …) takes the type of its part from here and asks `current_rooms()` for
the parts; it imports no room. A room fills its description in `community/<room>/room.py`; `community/rooms.py` lists
the rooms, and `create_app` hands them over.
"""

from .audit import AuditWords, ReasonCopy, merge_words
from .channels import ChannelKind
from .description import Room, Rooms, current_rooms, rooms_of, set_rooms
from .erasures import Erasure, Treatment
from .loose_files import FindHeld, Hold
from .moderation import Moderation
from .names import check_names
from .notifications import Act, Greeting, NotificationKind, SignalSource, Summary
from .pages import EVERYTHING, GuestTable, Scope
from .sample import SampleCommunity, SamplePart
from .schedule import ScheduledTask, WorkerTasks
from .search import Condition, IndexAfter, Searchable, SearchKind
from .things import Key, Thing, ThingKind
from .transfers import Transfer, TransferFollower

__all__ = [
    "EVERYTHING",
    "Act",
    "AuditWords",
    "ChannelKind",
    "Condition",
    "Erasure",
    "FindHeld",
    "Greeting",
    "GuestTable",
    "Hold",
    "IndexAfter",
    "Key",
    "Moderation",
    "NotificationKind",
    "ReasonCopy",
    "Room",
    "Rooms",
    "SampleCommunity",
    "SamplePart",
    "ScheduledTask",
    "Scope",
    "SearchKind",
    "Searchable",
    "SignalSource",
    "Summary",
    "Thing",
    "ThingKind",
    "Transfer",
    "TransferFollower",
    "Treatment",
    "WorkerTasks",
    "check_names",
    "current_rooms",
    "merge_words",
    "rooms_of",
    "set_rooms",
]
