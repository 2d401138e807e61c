"""What a room is on this floor: one description of the pages and parts of pages it hands over.

What draws a page from parts of several rooms (the menu, the first page, a profile …) asks `current_pages()` for them;
it imports no room. A room names its parts in `blueprints/<room>/room.py`; `blueprints/rooms.py` lists the rooms.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from flask import Blueprint, current_app
from flask.sansio.app import App

from community.room import Scope

from .search_parts import SearchPart


@dataclass(frozen=True)
class RoomPages:
    """What one room hands over on this floor. `name`: its word on every floor, "forums".

    `guest_scopes` returns the scopes that lists of the room's things depend on as guests see them: those of the first
    page, which shows some of each room (`blueprints/page_cache.py`).
    """

    name: str
    blueprint: Blueprint
    search: SearchPart | None = None
    guest_scopes: Callable[[], Collection[Scope]] = tuple


@dataclass(frozen=True)
class Pages:
    """All rooms of an application on this floor, in the order of the list."""

    rooms: tuple[RoomPages, ...] = ()

    @property
    def search_parts(self) -> tuple[SearchPart, ...]:
        """Return what the rooms add to the search page."""
        return tuple(room.search for room in self.rooms if room.search is not None)


def hand_over(app: App, rooms: Iterable[RoomPages]) -> None:
    """Tell the application which rooms there are."""
    app.extensions["room_pages"] = Pages(tuple(rooms))


def current_pages() -> Pages:
    """Return the rooms of the current application."""
    return current_app.extensions["room_pages"]
