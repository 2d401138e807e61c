"""What a socket may say: which channels it wants to hear. All else is in the pages."""

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
from community.realtime.channels import Channel, parse
from community.realtime.managers import CutsRooms
from models.accounts import Member
from models.base import is_reading, set_reading

from .authorization import may_hear

logger = logging.getLogger(__name__)

# A page has its topic, its viewer and a few accounts.
MAX_CHANNELS = 20
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
    """Join those of the wanted channels that the rules grant at this moment; return which, and which not."""
    wanted = _wanted(said)
    if _is_hurried():
        return {"joined": [], "refused": [str(channel) for channel in wanted]}
    manager: CutsRooms = current_app.extensions["socketio"].server.manager
    cuts = manager.cuts
    with _only_reading():
        member = _listener()
        granted = [channel for channel in wanted if _grants(member, channel)]
    joined = [str(channel) for channel in granted if _enter(str(channel))]
    if manager.cuts != cuts:
        # Rights have changed somewhere since we looked, and this socket was not yet in the channel that was cut.
        disconnect()
        return {"joined": [], "refused": [str(channel) for channel in wanted]}
    return {"joined": joined, "refused": [str(channel) for channel in wanted if str(channel) not in joined]}


def leave(*said: object) -> None:
    """Leave these channels."""
    for channel in _wanted(said):
        leave_room(str(channel))


def _wanted(said: tuple[object, ...]) -> list[Channel]:
    """Return the channels named in what a client sent: a list, or one under "channels"; at most MAX_CHANNELS."""
    names = said[0] if said else None
    if isinstance(names, dict):
        names = names.get("channels")
    if not isinstance(names, list):
        return []
    parsed = (parse(name) for name in names[:MAX_CHANNELS])
    return list(dict.fromkeys(channel for channel in parsed if channel is not None))


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


def _grants(member: Member | None, channel: Channel) -> bool:
    try:
        return may_hear(member, channel)
    except Exception:
        logger.exception("nobody could say who may hear a channel", extra={"kind": channel.kind})
        return False


def _enter(channel: str) -> bool:
    if len(_channels()) >= MAX_CHANNELS and channel not in _channels():
        return False
    try:
        join_room(channel)
    except ValueError:  # the socket has gone meanwhile
        return False
    return True


def _channels() -> set[str]:
    """Return the channels this socket is in; the one of its own that the library gives each socket is left out."""
    entered: list[Any] = rooms()
    return {name for name in entered if name is not None and parse(name) is not None}


@contextmanager
def _only_reading() -> Iterator[None]:
    """No write lock for a question, and no promise left behind: connection threads live on after the event."""
    before = is_reading()
    set_reading(True)
    try:
        yield
    finally:
        set_reading(before)
