"""What the walks ask of stories."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.base import db, today
from models.stories import StoryFilter, StoryTag, TagKind
from tests.access.world import SCORES, World
from tests.journey.browsing import ADMINISTRATOR, Door
from tests.walks import STAFF, Act, Knock, Meanwhile, RoomWalk, Stop

from .telling import UNNAMED, publish, write_story

if TYPE_CHECKING:
    from tests.journey.pages import Things  # which is made of rooms that say this

NAME = "stories: library"


@dataclass
class Told:
    """The rows of the walk: a published story of A, a tag, and a filter that the administrator saved."""

    story_id: int
    tag_id: int
    filter_id: int


def populate(world: World) -> Told:
    cast = world.cast
    story = write_story(cast.a, cast.owner)
    publish(story, cast.cs, UNNAMED)
    tag = StoryTag(kind=TagKind.PROBLEM, slug="paper-approval", name="紙の申請と承認", position=1)
    saved = StoryFilter(owner_id=cast.administrator.id, name="秋の会", query="theme=紙")
    db.session.add_all([tag, StoryTag(kind=TagKind.PROBLEM, slug="audit", name="内部監査", position=2), saved])
    db.session.flush()
    return Told(story.id, tag.id, saved.id)


def list_knocks(world: World) -> list[Knock]:
    return _list_library_knocks(world.of_rooms[NAME])


def _list_library_knocks(told: Told) -> list[Knock]:
    story, saved, tag = {"story_id": told.story_id}, {"filter_id": told.filter_id}, {"tag_id": told.tag_id}
    return [
        Knock("stories.show_library", SCORES),
        Knock("stories.list_candidates", SCORES),
        Knock("stories.save_filter", SCORES, "POST"),
        Knock("stories.edit_filter", {"administrator"}, values=saved, about="nobody else's"),
        Knock("stories.edit_filter", {"administrator"}, "POST", saved),
        Knock("stories.place_story", SCORES, values=story),
        Knock("stories.place_story", SCORES, "POST", story),
        Knock("stories.list_tags", SCORES),
        Knock("stories.add_tag", SCORES, "POST", {"kind": "problem"}),
        Knock("stories.edit_tag", SCORES, values=tag),
        Knock("stories.edit_tag", SCORES, "POST", tag),
        Knock("stories.move_tag", SCORES, "POST", {**tag, "direction": "down"}),
        Knock("stories.archive_tag", SCORES, "POST", {**tag, "what": "archive"}),
        Knock("stories.delete_filter", {"administrator"}, "POST", saved),
    ]


def list_acts(world: World) -> list[Act]:
    return _list_library_acts(world.of_rooms[NAME])


def _list_library_acts(told: Told) -> list[Act]:
    tag, tags = {"tag_id": told.tag_id}, "stories.list_tags"
    placed = {"placement_kind": "webinar", "used_on": today().isoformat()}
    new_tag = {"problem-name": "夜間の受付", "problem-slug": "night-desk"}
    return [
        Act("stories.place_story", "cs", "stories.record_placement", {"story_id": told.story_id}, placed),
        Act("stories.add_tag", "cs", "stories.add_tag", {"kind": "problem"}, new_tag, tags),
        Act("stories.edit_tag", "cs", "stories.rename_tag", tag, {"name": "紙と判子"}),
        Act("stories.move_tag", "cs", "stories.move_tag", {**tag, "direction": "down"}, {}, tags),
        Act("stories.archive_tag", "cs", "stories.archive_tag", {**tag, "what": "archive"}, {}, tags),
    ]


NOWHERE = ("/stories/tags/1/edit", "/stories/library/filters/1")


def save_a_filter(door: Door) -> tuple[str, str]:
    """Save a filter by the library's form; return the paths of a tag's page and of the filter's."""
    staff = door.enter(ADMINISTRATOR)
    page = staff.page
    page.goto("/stories/library?theme=紙")
    page.locator(".save-filter input[name=name]").fill("秋のウェビナー")
    page.get_by_role("button", name="条件を保存する").click()
    saved = page.locator("main a[href*='/library/filters/']").first.get_attribute("href") or ""
    page.goto("/stories/tags")
    tag = page.locator("main a[href^='/stories/tags/']").first.get_attribute("href") or ""
    staff.close()
    return tag, saved


def list_stops(things: "Things") -> list[Stop]:
    tag, saved = things.of_rooms.get(NAME, NOWHERE)
    return [
        Stop("stories.show_library", "/stories/library?use=any", (STAFF,)),
        Stop(
            "stories.show_library", "/stories/library?theme=紙の申請をなくしたい製造業", (STAFF,), keep="library theme"
        ),
        Stop("stories.show_library", "/stories/library?theme=紙&trade=none", (STAFF,), keep="library none"),
        Stop("stories.list_candidates", "/stories/candidates", (STAFF,)),
        Stop("stories.list_tags", "/stories/tags", (STAFF,)),
        Stop("stories.edit_tag", tag, (STAFF,)),
        Stop("stories.edit_filter", saved, (STAFF,)),
    ]


WALK = RoomWalk(
    name=NAME,
    populate=populate,
    knocks=list_knocks,
    acts=list_acts,
    meanwhile={
        "stories.save_filter": Meanwhile.CREATES,
        "stories.delete_filter": Meanwhile.ONE_PRESS,
        "stories.place_story": Meanwhile.CREATES,
        "stories.add_tag": Meanwhile.CREATES,
        "stories.move_tag": Meanwhile.ONE_PRESS,
        "stories.archive_tag": Meanwhile.ONE_PRESS,
    },
    checked={"stories.edit_tag": "story tag", "stories.edit_filter": "story filter"},
    stops=list_stops,
    prepare=save_a_filter,
)
