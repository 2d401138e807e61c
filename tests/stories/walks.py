"""What the walks ask of stories; each part of the room adds its own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.access.world import World
from tests.walks import Knock, RoomWalk, Stop

from . import walks_reading

if TYPE_CHECKING:
    from tests.journey.pages import Things  # which is made of rooms that say this

NAME = "stories"


@dataclass(frozen=True)
class WalkedStories:
    """The stories that the walks are about, by what is done with them."""

    read: walks_reading.ReadStories


def populate(world: World) -> WalkedStories:
    return WalkedStories(read=walks_reading.publish_stories(world))


def list_knocks(world: World) -> list[Knock]:
    stories: WalkedStories = world.of_rooms[NAME]
    return [*walks_reading.list_knocks(stories.read)]


def list_stops(things: "Things") -> list[Stop]:
    return [*walks_reading.list_stops(things)]


STORIES_WALK = RoomWalk(
    name=NAME,
    populate=populate,
    knocks=list_knocks,
    cached_pages=walks_reading.CACHED_PAGES,
    stops=list_stops,
    no_page=walks_reading.NO_PAGE,
)
