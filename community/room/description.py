"""The description of a room, and the descriptions of all rooms of an application."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Flask, current_app

from models.ledger import SignalKind

from .audit import AuditWords, ReasonCopy, merge_words
from .channels import ChannelKind
from .erasures import Erasure
from .loose_files import FindHeld
from .moderation import Moderation
from .names import check_names
from .notifications import NotificationKind
from .pages import GuestTable
from .sample import SamplePart
from .schedule import WorkerTasks
from .search import Searchable, SearchKind
from .things import ThingKind
from .transfers import TransferFollower


@dataclass(frozen=True)
class Room:
    """What one room hands over on this floor. `name`: its word on every floor, "forums".

    `signals`: kinds of acts that the room records in the ledger; kinds that no room has come from imported files.
    `find_held_files`: which loose files its authors still need; if absent, none.
    """

    name: str
    things: tuple[ThingKind[Any, Any], ...] = ()
    channels: tuple[ChannelKind, ...] = ()
    signals: tuple[SignalKind, ...] = ()
    find_held_files: FindHeld | None = None
    audit_words: AuditWords = field(default_factory=AuditWords)
    reason_copies: tuple[ReasonCopy, ...] = ()
    notifications: tuple[NotificationKind, ...] = ()  # the most personal first
    search: Searchable[Any] | None = None
    moderation: tuple[Moderation[Any, Any], ...] = ()
    guest_tables: tuple[GuestTable[Any], ...] = ()
    transfer_followers: tuple[TransferFollower, ...] = ()
    erasures: tuple[Erasure, ...] = ()
    secret_mails: frozenset[str] = frozenset()  # kinds of mails with links or codes: their text is erased once sent
    tasks: WorkerTasks = field(default_factory=WorkerTasks)
    sample: SamplePart | None = None


@dataclass(frozen=True)
class Rooms:
    """All rooms of an application, in the order of the list."""

    rooms: tuple[Room, ...] = field(default=())

    @cached_property
    def thing_kinds(self) -> Mapping[str, ThingKind[Any, Any]]:
        """Return every kind of thing by its name."""
        return {kind.name: kind for room in self.rooms for kind in room.things}

    @cached_property
    def channel_kinds(self) -> Mapping[str, ChannelKind]:
        """Return every kind of channel that is no thing's own, by its name."""
        return {kind.name: kind for room in self.rooms for kind in room.channels}

    @cached_property
    def signals(self) -> tuple[SignalKind, ...]:
        """Return the kinds of acts that rooms record in the ledger, in the rooms' order."""
        return tuple(kind for room in self.rooms for kind in room.signals)

    @cached_property
    def audit_words(self) -> AuditWords:
        """Return the words of all rooms for the log of privileged acts."""
        return merge_words(room.audit_words for room in self.rooms)

    @cached_property
    def reason_copies(self) -> Mapping[str, ReasonCopy]:
        """Return where rooms keep the reasons of acts a second time, by the act's name in the log."""
        return {copy.action: copy for room in self.rooms for copy in room.reason_copies}

    @cached_property
    def notification_kinds(self) -> Mapping[str, NotificationKind]:
        """Return every kind of notification by its name, each room's most personal first."""
        return {kind.name: kind for room in self.rooms for kind in room.notifications}

    @cached_property
    def searchables(self) -> tuple[Searchable[Any], ...]:
        """Return how the rooms' things are found, in the order in which the index is built."""
        return tuple(room.search for room in self.rooms if room.search is not None)

    @cached_property
    def search_kinds(self) -> Mapping[str, SearchKind]:
        """Return every kind of thing that can be found, by its name, in the order of the search page."""
        kinds = [kind for searchable in self.searchables for kind in searchable.kinds]
        return {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.position)}

    @cached_property
    def moderations(self) -> Mapping[str, Moderation[Any, Any]]:
        """Return how things are hidden and restored, by their kind."""
        return {part.kind: part for room in self.rooms for part in room.moderation}

    @cached_property
    def guest_tables(self) -> Mapping[str, tuple[GuestTable[Any], ...]]:
        """Return the descriptions of each table that guests' pages show, by the table's name."""
        found: dict[str, tuple[GuestTable[Any], ...]] = {}
        for table in (table for room in self.rooms for table in room.guest_tables):
            name = table.model.__tablename__
            found[name] = (*found.get(name, ()), table)
        return found

    @cached_property
    def transfer_followers(self) -> tuple[TransferFollower, ...]:
        """Return the functions that correct the rooms' rows for a transfer, in the rooms' order."""
        return tuple(follower for room in self.rooms for follower in room.transfer_followers)

    @cached_property
    def secret_mails(self) -> frozenset[str]:
        """Return the kinds of mails with secret links or codes, of all rooms."""
        return frozenset(kind for room in self.rooms for kind in room.secret_mails)

    @cached_property
    def erasures(self) -> tuple[Erasure, ...]:
        """Return how the rooms' tables are treated when a person is erased, in the rooms' order."""
        return tuple(erasure for room in self.rooms for erasure in room.erasures)


# Parts that are found by their name, whichever room's they are.
_NAMES: Mapping[str, Callable[[Room], Iterable[str]]] = {
    "kinds of things": lambda room: (kind.name for kind in room.things),
    "channels": lambda room: (
        *(kind.name for kind in room.channels),
        *(kind.name for kind in room.things if kind.is_live),
    ),
    "acts whose reason is kept twice": lambda room: (copy.action for copy in room.reason_copies),
    "notification kinds": lambda room: (kind.name for kind in room.notifications),
    "search kinds": lambda room: (kind.name for kind in room.search.kinds) if room.search is not None else (),
    "kinds of moderated things": lambda room: (part.kind for part in room.moderation),
    "scheduled tasks": lambda room: (entry.name for entry in room.tasks.schedule),
}


def set_rooms(app: Flask, rooms: Iterable[Room]) -> None:
    """Set the rooms of the application. Raise ValueError where two have a part of one name."""
    given = tuple(rooms)
    for parts, names_of in _NAMES.items():
        check_names(parts, ((name, room.name) for room in given for name in names_of(room)))
    app.extensions["rooms"] = Rooms(given)


def rooms_of(app: Flask) -> Rooms:
    """Return the rooms of an application."""
    return app.extensions["rooms"]


def current_rooms() -> Rooms:
    """Return the rooms of the current application; none if it was not made by `create_app`."""
    return current_app.extensions.get("rooms", Rooms())
