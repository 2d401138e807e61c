"""A room's description, and all of them as one application knows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Flask, current_app

from .pages import GuestTable
from .things import ThingKind


@dataclass(frozen=True)
class Room:
    """What one room hands over on this floor. `name`: its word on every floor, "forums"."""

    name: str
    things: tuple[ThingKind[Any, Any], ...] = ()
    guest_tables: tuple[GuestTable[Any], ...] = ()


@dataclass(frozen=True)
class Rooms:
    """All rooms of an application, in the order of the list."""

    rooms: tuple[Room, ...] = field(default=())

    @cached_property
    def thing_kinds(self) -> Mapping[str, ThingKind[Any, Any]]:
        """Return every kind of thing by its name."""
        return {kind.name: kind for room in self.rooms for kind in room.things}

    @cached_property
    def guest_tables(self) -> Mapping[str, tuple[GuestTable[Any], ...]]:
        """Return what rooms say of each table that guests' pages show, by the table's name."""
        found: dict[str, tuple[GuestTable[Any], ...]] = {}
        for table in (table for room in self.rooms for table in room.guest_tables):
            name = table.model.__tablename__
            found[name] = (*found.get(name, ()), table)
        return found


def hand_over(app: Flask, rooms: Iterable[Room]) -> None:
    """Tell the application which rooms there are."""
    app.extensions["rooms"] = Rooms(tuple(rooms))


def current_rooms() -> Rooms:
    """Return the rooms of the current application."""
    return current_app.extensions["rooms"]
