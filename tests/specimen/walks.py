"""What the walks ask of the specimen."""

from tests.access.world import EVERYBODY, MANAGERS, MEMBERS, MODERATORS, World
from tests.walks import Act, Knock, Meanwhile, RoomWalk

from .models import Note

# Its row in a world: a note of the owner's.
NAME = "notes"


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


NOTES_WALK = RoomWalk(
    name=NAME,
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
)
