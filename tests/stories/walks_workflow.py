"""What the walks ask of stories. Each part of the room has its own lists, joined below."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from community.stories import locking
from community.stories.turns import owners
from community.stories.workflow import workflow
from models.accounts import Member
from models.stories import Story
from tests.access.world import MODERATORS, World
from tests.stories.conftest import approve, submit
from tests.stories.telling import UNNAMED, write_story
from tests.stories.test_workflow import version_of
from tests.walks import STAFF, Act, Knock, Meanwhile, RoomWalk, Stop

if TYPE_CHECKING:
    from tests.journey.pages import Things  # which is made of rooms that say this

NAME = "stories: workflow"
AUTHORS = {"owner"}
WORKS = {"cs", "community_manager", "administrator"}
WITHDRAW = AUTHORS | WORKS | {"company_admin"}
ASKED = "月に何件くらいでしたか。"


def populate(world: World) -> Mapping[str, Story]:
    """Stories of the owner's, by where they stand."""
    owner, cs = world.cast.owner, world.cast.cs
    made = {name: _write(owner, name) for name in ("draft", "review", "ready", "published", "withdrawn", "gone")}
    for name in ("review", "ready", "published", "withdrawn"):
        submit(made[name], owner)
    for name in ("ready", "published"):
        approve(made[name], version_of(made[name]), cs, *UNNAMED)
    workflow.publish(made["published"], cs)
    for name in ("withdrawn", "gone"):
        workflow.withdraw_story(made[name], owner, "")
    return made


def _write(owner: Member, name: str) -> Story:
    assert owner.account
    story = write_story(owner.account, owner, f"紙をやめた話（{name}）")
    locking.lock_story(story.id)
    return story


def list_knocks(world: World) -> list[Knock]:
    return [*_of_workflow(world)]


def _of_workflow(world: World) -> list[Knock]:
    stories: Mapping[str, Story] = world.of_rooms[NAME]
    of = {name: {"story_id": story.id} for name, story in stories.items()}
    draft, review, published, withdrawn = of["draft"], of["review"], of["published"], of["withdrawn"]
    item = {"kind": "story", "item_id": stories["published"].id}
    return [
        Knock("stories.list_waiting", WORKS),
        Knock("stories.show_desk", AUTHORS, values=draft, about="a draft"),
        Knock("stories.show_desk", AUTHORS | WORKS, values=review),
        Knock("stories.show_desk", AUTHORS | WORKS, values=published, about="a published one"),
        Knock("stories.show_desk", AUTHORS | WORKS, values=withdrawn, about="a withdrawn one"),
        Knock("stories.show_desk", AUTHORS, values=of["gone"], about="a draft that was thrown away"),
        Knock("stories.preview_story", AUTHORS, values=draft, about="a draft"),
        Knock("stories.preview_story", AUTHORS | WORKS, values=review),
        Knock("stories.publish_story", WORKS, values=of["ready"], about="one that all consented to"),
        Knock("stories.compare_versions", AUTHORS, values=draft, about="a draft"),
        Knock("stories.compare_versions", AUTHORS | WORKS, values=review),
        Knock("stories.add_comment", AUTHORS, "POST", draft, {"body": "一言"}, about="a draft"),
        Knock("stories.add_comment", AUTHORS | WORKS, "POST", review, {"body": "一言"}),
        Knock("stories.add_comment", WORKS, "POST", review, {"body": "一言", "audience": "staff"}, about="for staff"),
        Knock("stories.submit_story", AUTHORS, values=draft),
        Knock("stories.send_story", AUTHORS, "POST", draft),
        *(
            Knock(f"stories.{name}", WORKS, method, values)
            for name, values in (
                ("ask_changes", review),
                ("publish_story", review),
                ("take_up", review),
                ("change_due", review),
                ("ask_update", published),
            )
            for method in ("GET", "POST")
        ),
        Knock("stories.withdraw_story", AUTHORS, values=draft, about="a draft"),
        Knock("stories.withdraw_story", WITHDRAW, values=review),
        Knock("stories.withdraw_story", WITHDRAW, "POST", review),
        Knock("stories.begin_again", AUTHORS, "POST", withdrawn),
        Knock("stories.begin_update", AUTHORS, "POST", published),
        Knock("moderation.remove", MODERATORS, values=item, about="a story"),
        Knock("moderation.remove", MODERATORS, "POST", item, about="a story"),
        Knock("moderation.take_back", set(), "POST", item, about="a story has its own page for it"),
        Knock("moderation.restore", set(), "POST", item, about="it is not hidden"),
    ]


def list_acts(world: World) -> list[Act]:
    stories: Mapping[str, Story] = world.of_rooms[NAME]
    of = {name: {"story_id": story.id} for name, story in stories.items()}
    other = next(member.id for member in owners.list_staff() if member.id != world.cast.cs.id)
    return [
        Act("stories.ask_changes", "cs", "stories.ask_changes", of["review"], {"note": ASKED}),
        Act("stories.publish_story", "cs", "stories.publish", of["ready"]),
        Act("stories.ask_update", "cs", "stories.ask_update", of["published"], {"note": ASKED}),
        Act("stories.take_up", "cs", "stories.take_up", of["review"], {"owner": str(other)}),
        Act("stories.change_due", "cs", "stories.change_due", of["review"], {"due_on": "2099-01-05"}),
    ]


def list_further_acts(world: World) -> list[Act]:
    stories: Mapping[str, Story] = world.of_rooms[NAME]
    of = {name: {"story_id": story.id} for name, story in stories.items()}
    return [
        Act("stories.withdraw_story", "cs", "stories.withdraw", of["review"], {"note": "重複しています。"}),
        Act("stories.begin_again", "owner", "stories.begin_again", of["withdrawn"], shown_on="stories.show_desk"),
        Act("stories.begin_update", "owner", "stories.begin_update", of["published"], shown_on="stories.show_desk"),
    ]


def list_stops(things: "Things") -> list[Stop]:
    del things
    return [Stop("stories.list_waiting", "/stories/review", (STAFF,))]


WALK = RoomWalk(
    name=NAME,
    populate=populate,
    knocks=list_knocks,
    # Its button stands on the desk of a published story, which is neither the first nor the last of the pages.
    unseen_forms={"stories.begin_update": ({"story_id": 0}, ())},
    meanwhile={
        "stories.add_comment": Meanwhile.CREATES,
        "stories.ask_changes": Meanwhile.ONE_PRESS,
        "stories.ask_update": Meanwhile.ONE_PRESS,
        "stories.begin_again": Meanwhile.ONE_PRESS,
        "stories.begin_update": Meanwhile.ONE_PRESS,
        "stories.change_due": Meanwhile.ONE_PRESS,
        "stories.publish_story": Meanwhile.PREVIEWED,
        "stories.send_story": Meanwhile.PREVIEWED,
        "stories.take_up": Meanwhile.ONE_PRESS,
        "stories.withdraw_story": Meanwhile.ONE_PRESS,
    },
    acts=list_acts,
    further_acts=list_further_acts,
    stops=list_stops,
)
