"""Floor 2: HTTP and sockets. Load, ask a rule, parse, act, answer."""

from collections.abc import Iterable

from flask import Blueprint

from . import (
    audit,
    files,
    home,
    mail,
    mailings,
    moderation,
    notifications,
    projections,
    realtime,
    search,
    styleguide,
    system,
)
from .navigation import HOUSE_NAVIGATION
from .room import RoomPages, set_pages
from .rooms import ROOM_PAGES

# What is there whichever rooms there are.
HOUSE = (
    system.bp,
    home.bp,
    files.bp,
    notifications.bp,
    projections.bp,
    audit.bp,
    mail.bp,
    mailings.bp,
    realtime.bp,
    search.bp,
    moderation.bp,
    styleguide.bp,
)


def blueprints_of(rooms: Iterable[RoomPages]) -> tuple[Blueprint, ...]:
    """Return the blueprints of the house and of these rooms. Registering them hands the rooms to the application."""
    rooms = tuple(rooms)
    roof = Blueprint("rooms", __name__)
    roof.record_once(lambda state: set_pages(state.app, rooms, HOUSE_NAVIGATION))
    return roof, *HOUSE, *(room.blueprint for room in rooms)


ALL_BLUEPRINTS = blueprints_of(ROOM_PAGES)
