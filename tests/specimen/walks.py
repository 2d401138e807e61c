"""What the walks ask of the specimen."""

from typing import TYPE_CHECKING

from tests.access.world import EVERYBODY, MANAGERS, MEMBERS, MODERATORS, World
from tests.journey.browsing import ASKER, Door
from tests.walks import GUEST, MEMBER, STAFF, Act, Knock, Meanwhile, RoomWalk, Stop

from . import actions
from .models import Note

if TYPE_CHECKING:
    from tests.journey.pages import Things  # which is made of rooms that say this

NAME = "notes"


def populate(world: World) -> Note:
    """Return a note of the owner's."""
    return actions.write_note(world.cast.owner, "朝の手順", "まず鍵をあけます。")


def list_knocks(world: World) -> list[Knock]:
    note: Note = world.of_rooms[NAME]
    values, item = {"note_id": note.id}, {"kind": "note", "item_id": note.id}
    return [
        Knock("notes.list_notes", EVERYBODY),
        Knock("notes.show_note", EVERYBODY, values=values),
        Knock("notes.show_updates", EVERYBODY, values=values),
        Knock("notes.write_note", MEMBERS),
        Knock("notes.write_note", MEMBERS, "POST"),
        Knock("notes.edit_note", {"owner"}, values=values),
        Knock("notes.edit_note", {"owner"}, "POST", values),
        Knock("notes.present_note", MEMBERS, "POST", values),
        Knock("notes.ask_for_review", {"owner"}, "POST", {**values, "handle": world.cast.cs.handle}),
        Knock("notes.pin_note", MANAGERS, "POST", values),
        Knock("moderation.remove", MODERATORS, values=item),
        Knock("moderation.remove", MODERATORS, "POST", item),
        Knock("moderation.take_back", {"owner"}, "POST", item),
        Knock("moderation.restore", set(), "POST", item),
    ]


def list_acts(world: World) -> list[Act]:
    note: Note = world.of_rooms[NAME]
    return [
        Act("notes.pin_note", "community_manager", "notes.pin", {"note_id": note.id}, {}, "notes.show_note"),
    ]


def write_note(door: Door) -> str:
    """Write a note as its pages have it; return the path of its page."""
    writer = door.enter(ASKER)
    page = writer.page
    page.goto("/notes/new")
    page.get_by_label("題", exact=True).fill("朝の手順")
    page.get_by_label("本文").fill("まず**鍵**をあけます。\n\n- 表の扉\n- 裏の扉")
    page.get_by_role("button", name="保存する").click()
    page.get_by_role("heading", name="朝の手順").wait_for()
    path = page.url.removeprefix(door.url)
    writer.close()
    return path


def list_stops(things: "Things") -> list[Stop]:
    note: str = things.of_rooms[NAME]
    return [
        Stop("notes.list_notes", "/notes", (GUEST, MEMBER, STAFF)),
        Stop("notes.show_note", note, (GUEST, MEMBER, STAFF)),
        Stop("notes.write_note", "/notes/new"),
        Stop("notes.edit_note", f"{note}/edit"),
        Stop("notes.write_note", "/notes/new", (MEMBER,), "保存する", 422, "note refused"),
    ]


NOTES_WALK = RoomWalk(
    name=NAME,
    populate=populate,
    knocks=list_knocks,
    meanwhile={
        "notes.write_note": Meanwhile.CREATES,
        "notes.present_note": Meanwhile.CREATES,
        "notes.ask_for_review": Meanwhile.ONE_PRESS,
        "notes.pin_note": Meanwhile.ONE_PRESS,
    },
    checked={"notes.edit_note": "note"},  # its scene is test_two_tabs_edit_it
    acts=list_acts,
    cached_pages=frozenset({"notes.list_notes", "notes.show_note"}),
    stops=list_stops,
    no_page=frozenset({"notes.show_updates"}),
    prepare=write_note,
)
