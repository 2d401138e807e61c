"""Events that a socket may send: which channels it wants to hear."""

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
    """Register the handlers of these events with the socket server."""
    socketio.on_event("connect", connect)
    socketio.on_event("join", join)
    socketio.on_event("leave", leave)


def connect(*_: object) -> bool:
    """Let everybody connect, as everybody may read the public pages; rights are checked by `join`."""
    return True


def join(*said: object) -> dict[str, list[str]]:
    """Join those of the channels that the rules allow now. Return which were joined and which refused."""
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
        # Rights have changed since the check, when this socket was not yet in the channel that was cut.
        disconnect()
        return {"joined": [], "refused": [str(channel) for channel in wanted]}
    return {"joined": joined, "refused": [str(channel) for channel in wanted if str(channel) not in joined]}


def leave(*said: object) -> None:
    """Leave these channels."""
    for channel in _wanted(said):
        leave_room(str(channel))


def _wanted(said: tuple[object, ...]) -> list[Channel]:
    """Return the channels that a client named: in a list, or under "channels"; at most MAX_CHANNELS."""
    names = said[0] if said else None
    if isinstance(names, dict):
        names = names.get("channels")
    if not isinstance(names, list):
        return []
    parsed = (parse(name) for name in names[:MAX_CHANNELS])
    return list(dict.fromkeys(channel for channel in parsed if channel is not None))


def _is_hurried() -> bool:
    """Return whether this socket has joined too often within a minute. Counted in the connection's session."""
    now = time.monotonic()
    recent = [at for at in request.environ.get(JOINED_AT, ()) if at > now - MINUTE_SECONDS]
    request.environ[JOINED_AT] = [*recent, now][-MAX_JOINS_A_MINUTE:]
    return len(recent) >= MAX_JOINS_A_MINUTE


def _listener() -> Member | None:
    """Return who listens, read from the database at every join: sessions may end while sockets stay open."""
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
    """Return the channels of this socket, without the one of its own that the library gives each socket."""
    entered: list[Any] = rooms()
    return {name for name in entered if name is not None and parse(name) is not None}


@contextmanager
def _only_reading() -> Iterator[None]:
    """Let the block only read. The flag is restored, since connection threads outlive the event."""
    before = is_reading()
    set_reading(True)
    try:
        yield
    finally:
        set_reading(before)
