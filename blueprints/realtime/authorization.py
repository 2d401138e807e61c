"""Judges who may hear which channel, by the rooms' descriptions."""

from community.realtime.channels import Channel
from community.room import current_rooms
from community.things import can_see
from models.accounts import Member


def may_hear(member: Member | None, channel: Channel) -> bool:
    """Return whether the member (None: a guest) may hear the channel; nobody may if no room has its kind.

    A thing's channel is heard by those who may see the thing.
    """
    rooms = current_rooms()
    private = rooms.channel_kinds.get(channel.kind)
    if private is not None:
        return private.may_hear(member, channel.id)
    thing_kind = rooms.thing_kinds.get(channel.kind)
    is_live = thing_kind is not None and thing_kind.is_live and channel.id > 0
    return is_live and can_see(member, (channel.kind, channel.id))
