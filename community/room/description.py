"""A room's description, and all of them as one application knows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Flask, current_app

from .erasures import Erasure
from .sample import SamplePart
from .schedule import WorkerTasks
from .things import ThingKind
from .transfers import TransferFollower


@dataclass(frozen=True)
class Room:
    """What one room hands over on this floor. `name`: its word on every floor, "forums"."""

    name: str
    things: tuple[ThingKind[Any, Any], ...] = ()
    transfer_followers: tuple[TransferFollower, ...] = ()
    erasures: tuple[Erasure, ...] = ()
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
    def transfer_followers(self) -> tuple[TransferFollower, ...]:
        """Return what corrects the rooms' rows when a person changes company, in the rooms' order."""
        return tuple(follower for room in self.rooms for follower in room.transfer_followers)

    @cached_property
    def erasures(self) -> tuple[Erasure, ...]:
        """Return where the rooms' tables name people, and what becomes of it, in the rooms' order."""
        return tuple(erasure for room in self.rooms for erasure in room.erasures)


def hand_over(app: Flask, rooms: Iterable[Room]) -> None:
    """Tell the application which rooms there are."""
    app.extensions["rooms"] = Rooms(tuple(rooms))


def rooms_of(app: Flask) -> Rooms:
    """Return the rooms of the application, which need not be the current one."""
    return app.extensions["rooms"]


def current_rooms() -> Rooms:
    """Return the rooms of the current application."""
    return current_app.extensions["rooms"]
