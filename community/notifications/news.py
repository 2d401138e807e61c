"""The bell: how much a person has not read, told to their open pages."""

from collections.abc import Collection

from community import realtime
from models.base import now

from .queries import count_unread_of


def tell(member_ids: Collection[int]) -> None:
    """Have these people's pages show the number as it is now.

    `version` is the instant of counting in milliseconds: of two numbers the younger is right.
    """
    version = int(now().timestamp() * 1000)
    for member_id, unread in count_unread_of(member_ids).items():
        realtime.push(f"member:{member_id}", "notifications", {"unread": unread, "version": version})
