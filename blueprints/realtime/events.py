"""What a socket may say: which rooms it wants to hear of. All else is in the pages."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app, request
from flask_login import current_user
from flask_socketio import SocketIO, disconnect, join_room, leave_room, rooms

from blueprints.access import current_member
from community.accounts import rules
from community.realtime.managers import CutsRooms
from community.realtime.rooms import Room, parse
from models.accounts import Member
from models.base import is_reading, set_reading

from .authorisers import may_enter

logger = logging.getLogger(__name__)

# A page has its topic, its reader and a few accounts.
MAX_ROOMS = 20
# Each joining asks the database; a page joins once, and once more after each lost connection.
MAX_JOINS_A_MINUTE = 30
MINUTE_SECONDS = 60.0
JOINED_AT = "tsudoi.joined_at"


def register(socketio: SocketIO) -> None:
    """Have the server of this application answer these events."""
    socketio.on_event("connect", connect)
    socketio.on_event("join", join)
    socketio.on_event("leave", leave)


def connect(*_: object) -> bool:
    """Everybody may connect, as everybody may read the public pages; what one hears is up to `join`."""
    return True


def join(*said: object) -> dict[str, list[str]]:
    """Enter those of the wanted rooms that the rules grant at this moment; answer which, and which not."""
    wanted = _wanted(said)
    if _is_hurried():
        return {"joined": [], "refused": [str(room) for room in wanted]}
    manager: CutsRooms = current_app.extensions["socketio"].server.manager
    cuts = manager.cuts
    with _only_reading():
        member = _listener()
        granted = [room for room in wanted if _grants(member, room)]
    joined = [str(room) for room in granted if _enter(str(room))]
    if manager.cuts != cuts:
        # Rights have changed somewhere since we looked, and this socket was not yet in the room to be cut.
        disconnect()
        return {"joined": [], "refused": [str(room) for room in wanted]}
    return {"joined": joined, "refused": [str(room) for room in wanted if str(room) not in joined]}


def leave(*said: object) -> None:
    """Hear no more of these rooms."""
    for room in _wanted(said):
        leave_room(str(room))


def _wanted(said: tuple[object, ...]) -> list[Room]:
    """The rooms named in whatever a client sent: a list of names, or one under "rooms"; at most MAX_ROOMS of them."""
    names = said[0] if said else None
    if isinstance(names, dict):
        names = names.get("rooms")
    if not isinstance(names, list):
        return []
    parsed = (parse(name) for name in names[:MAX_ROOMS])
    return list(dict.fromkeys(room for room in parsed if room is not None))


def _is_hurried() -> bool:
    """Whether this socket has joined too often within a minute. Counted where the connection keeps its facts."""
    now = time.monotonic()
    recent = [at for at in request.environ.get(JOINED_AT, ()) if at > now - MINUTE_SECONDS]
    request.environ[JOINED_AT] = [*recent, now][-MAX_JOINS_A_MINUTE:]
    return len(recent) >= MAX_JOINS_A_MINUTE


def _listener() -> Member | None:
    """Who listens, asked of the database at every join: sessions end, and people are suspended, while sockets live."""
    member = current_member() if current_user else None
    return member if member is not None and rules.can_sign_in(member) else None


def _grants(member: Member | None, room: Room) -> bool:
    try:
        return may_enter(member, room)
    except Exception:
        logger.exception("nobody could say who may enter", extra={"kind": room.kind})
        return False


def _enter(room: str) -> bool:
    if len(_rooms()) >= MAX_ROOMS and room not in _rooms():
        return False
    try:
        join_room(room)
    except ValueError:  # the socket has gone meanwhile
        return False
    return True


def _rooms() -> set[str]:
    """The rooms this socket is in, its own (each socket is a room) left out."""
    entered: list[Any] = rooms()
    return {room for room in entered if room is not None and parse(room) is not None}


@contextmanager
def _only_reading() -> Iterator[None]:
    """No write lock for a question, and no promise left behind: connection threads live on after the event."""
    before = is_reading()
    set_reading(True)
    try:
        yield
    finally:
        set_reading(before)
