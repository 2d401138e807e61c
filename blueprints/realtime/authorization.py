"""Who may hear which channel: rooms say it in their descriptions."""

from community.realtime.channels import Channel
from community.room import current_rooms
from community.things import can_see
from models.accounts import Member


def may_hear(member: Member | None, channel: Channel) -> bool:
    """Return whether the person (None: a guest) may hear the channel. A kind that no room has: nobody may.

    A thing's channel is heard by those who may see the thing.
    """
    rooms = current_rooms()
    private = rooms.channel_kinds.get(channel.kind)
    if private is not None:
        return private.may_hear(member, channel.id)
    thing_kind = rooms.thing_kinds.get(channel.kind)
    is_live = thing_kind is not None and thing_kind.is_live and channel.id > 0
    return is_live and can_see(member, (channel.kind, channel.id))
