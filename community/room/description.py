"""A room's description, and all of them as one application knows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Flask, current_app

from .notifications import NotificationKind
from .things import ThingKind


@dataclass(frozen=True)
class Room:
    """What one room hands over on this floor. `name`: its word on every floor, "forums"."""

    name: str
    things: tuple[ThingKind[Any, Any], ...] = ()
    notifications: tuple[NotificationKind, ...] = ()  # the most personal first


@dataclass(frozen=True)
class Rooms:
    """All rooms of an application, in the order of the list."""

    rooms: tuple[Room, ...] = field(default=())

    @cached_property
    def thing_kinds(self) -> Mapping[str, ThingKind[Any, Any]]:
        """Return every kind of thing by its name."""
        return {kind.name: kind for room in self.rooms for kind in room.things}

    @cached_property
    def notification_kinds(self) -> Mapping[str, NotificationKind]:
        """Return every kind of notification by its name, each room's most personal first."""
        return {kind.name: kind for room in self.rooms for kind in room.notifications}


def hand_over(app: Flask, rooms: Iterable[Room]) -> None:
    """Tell the application which rooms there are."""
    app.extensions["rooms"] = Rooms(tuple(rooms))


def current_rooms() -> Rooms:
    """Return the rooms of the current application."""
    return current_app.extensions["rooms"]
