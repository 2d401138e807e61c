"""What the walks ask of the pages on which stories are read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.stories import ConsentUse, Story
from tests.access.world import EVERYBODY, MEMBERS, World
from tests.stories.telling import UNNAMED, publish, write_story
from tests.walks import GUEST, MEMBER, STAFF, Knock, RoomWalk, Stop

if TYPE_CHECKING:
    from tests.journey.pages import Things  # which is made of rooms that say this

NAME = "stories: reading"
NOBODYS = 999_999_999


@dataclass(frozen=True)
class ReadStories:
    """Published stories of A's: one that everybody reads, one for members."""

    public: Story
    inside: Story


def publish_stories(world: World) -> ReadStories:
    """Return two published stories, neither of which may name its company: a walk looks for names that are hidden."""
    cast = world.cast
    public, inside = write_story(cast.a, cast.owner), write_story(cast.a, cast.colleague, "会員だけの話。")
    publish(public, cast.cs, UNNAMED)
    publish(inside, cast.cs, {use: None for use in UNNAMED if use != ConsentUse.PUBLIC_WEB})
    return ReadStories(public, inside)


def list_knocks(world: World) -> list[Knock]:
    stories: ReadStories = world.of_rooms[NAME]
    public, inside = {"story_id": stories.public.id}, {"story_id": stories.inside.id}
    return [
        Knock("stories.show_gallery", EVERYBODY),
        Knock("stories.show_story", EVERYBODY, values=public, about="a public one"),
        Knock("stories.show_story", MEMBERS, values=inside, about="one for members"),
        Knock("stories.show_share_image", EVERYBODY, values=public, about="a public one"),
        Knock("stories.show_share_image", MEMBERS, values=inside, about="one for members"),
        Knock("stories.show_picture", set(), values={**public, "key": "none"}, about="it shows no such picture"),
    ]


CACHED_PAGES = frozenset({"stories.show_gallery", "stories.show_story"})
NO_PAGE = frozenset({"stories.show_picture", "stories.show_share_image"})


def list_stops(_things: "Things") -> list[Stop]:
    return [
        Stop("stories.show_gallery", "/stories", (GUEST, MEMBER, STAFF)),
        Stop("stories.show_story", f"/stories/{NOBODYS}", (GUEST, MEMBER), status=404, keep="story not public"),
    ]


WALK = RoomWalk(
    name=NAME,
    populate=publish_stories,
    knocks=list_knocks,
    cached_pages=CACHED_PAGES,
    stops=list_stops,
    no_page=NO_PAGE,
)
