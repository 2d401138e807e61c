"""What the walks ask of the stories.

`Stories` holds a story in each state that a walk needs; a further part of the room adds its fields and its rows below.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from community.stories.writing import saving
from models.base import db
from models.stories import Story, StoryPartName, StoryPartText, StoryState, StoryTag, TagKind
from tests.access.world import MEMBERS, STAFF, World
from tests.journey.browsing import ASKER, Door
from tests.stories.telling import add_figure, join, write_story
from tests.walks import MEMBER, Knock, Meanwhile, RoomWalk, Stop

if TYPE_CHECKING:
    from tests.journey.pages import Things  # which is made of rooms that say this

NAME = "stories: writing"
WRITERS = {"owner", "colleague", "cs"}  # of the draft: its author, a coauthor, its interviewer


@dataclass
class Stories:
    """A draft of the owner's, which the colleague writes too and for which CS interviews; and one under review."""

    draft: Story
    review: Story
    figure_id: int
    removed_figure_id: int
    earlier: StoryPartText


def populate(world: World) -> Stories:
    cast = world.cast
    tag = StoryTag(kind=TagKind.PROBLEM, slug="paper", name="紙が多い")
    db.session.add(tag)
    draft = write_story(cast.a, cast.owner)
    join(draft, cast.colleague)
    draft.interviewer_id = cast.cs.id
    figure, removed = add_figure(draft), add_figure(draft, "外した数字")
    removed.removed_at = draft.created_at
    earlier = saving.keep_aside(draft.id, StoryPartName.PROBLEM, "前に書いた文です。", by=cast.owner)
    assert earlier is not None
    review = write_story(cast.a, cast.owner, title="確認を待つ話")
    review.state = StoryState.REVIEW
    db.session.flush()
    return Stories(draft, review, figure.id, removed.id, earlier)


def list_knocks(world: World) -> list[Knock]:
    return [*_of_writing(world)]


def _of_writing(world: World) -> list[Knock]:
    stories: Stories = world.of_rooms[NAME]
    draft, review = {"story_id": stories.draft.id}, {"story_id": stories.review.id}
    part, figure = {**draft, "slug": "problem"}, {**draft, "figure_id": stories.figure_id}
    colleague = {**draft, "handle": world.cast.colleague.handle}
    text = {**part, "text_id": stories.earlier.id}
    typed = {"body": "x", "form_key": "a" * 32, "save_number": "1"}
    return [
        Knock("stories.new_story", MEMBERS),
        Knock("stories.begin_story", MEMBERS - STAFF, "POST"),
        Knock("stories.list_own_stories", MEMBERS),
        Knock("stories.show_contents", WRITERS, values=draft, about="a draft"),
        Knock("stories.show_contents", {"owner"} | STAFF, values=review, about="under review"),
        Knock("stories.write_part", WRITERS, values=part),
        Knock("stories.save_part", WRITERS, "POST", part, typed),
        Knock("stories.save_part", set(), "POST", {**review, "slug": "problem"}, typed, about="under review"),
        Knock("stories.autosave_part", WRITERS, "POST", part, typed),
        Knock("stories.preview_part", MEMBERS, "POST", data={"body": "x"}),
        Knock("stories.list_part_texts", WRITERS, values=part),
        Knock("stories.restore_part_text", WRITERS, "POST", text, {"seen": "1"}),
        Knock("stories.add_figure", WRITERS, values=draft),
        Knock("stories.add_figure", WRITERS, "POST", draft),
        Knock("stories.edit_figure", WRITERS, values=figure),
        Knock("stories.edit_figure", WRITERS, "POST", figure),
        Knock("stories.move_figure", WRITERS, "POST", {**figure, "direction": "up"}),
        Knock("stories.remove_figure", WRITERS, "POST", figure),
        Knock("stories.restore_figure", WRITERS, "POST", {**draft, "figure_id": stories.removed_figure_id}),
        Knock("stories.choose_tags", WRITERS, values=draft),
        Knock("stories.choose_tags", WRITERS, "POST", draft),
        Knock("stories.show_team", WRITERS, values=draft),
        Knock("stories.add_coauthor", {"owner", "colleague"}, "POST", colleague),
        Knock("stories.remove_coauthor", {"owner", "colleague"}, "POST", colleague),
        Knock("stories.choose_interviewer", {"owner", "colleague"}, "POST", draft, {"interviewer": ""}),
        Knock("stories.leave_team", {"colleague", "cs"}, "POST", draft),
    ]


def write_draft(door: Door) -> str:
    """Begin a story by its pages, with an answer, an earlier text and a figure; return the path of its contents."""
    writer = door.enter(ASKER)
    page = writer.page
    page.goto("/stories/new")
    page.get_by_role("button", name="書きはじめる").click()
    page.locator(".story-title").wait_for()
    path = page.url.removeprefix(door.url)
    for body in ("朝の点検表が、ロッカー四つ分ありました。", "点検表の紙が、ロッカー四つ分ありました。"):
        page.goto(f"{path}/problem")
        page.locator("textarea[name=body]").fill(body)
        page.get_by_role("button", name="つぎ").click()
        page.get_by_role("heading", name="なぜ、この方法にしましたか。").wait_for()
    page.goto(path.removesuffix("/write") + "/figures/new")
    for label, typed in (("何の数字ですか", "点検表の紙"), ("変わる前", "1,840枚/月"), ("いま", "210枚/月")):
        page.get_by_label(label, exact=True).fill(typed)
    page.get_by_role("button", name="保存する").click()
    page.locator(".figure-card").wait_for()
    writer.close()
    return path


def list_stops(things: "Things") -> list[Stop]:
    contents: str = things.of_rooms.get(NAME, "/stories/1/write")
    story = contents.removesuffix("/write")
    return [
        Stop("stories.new_story", "/stories/new"),
        Stop("stories.list_own_stories", "/stories/mine"),
        Stop("stories.show_contents", contents),
        Stop("stories.write_part", f"{contents}/result"),
        Stop("stories.write_part", f"{contents}/title", keep="write title"),
        Stop("stories.list_part_texts", f"{contents}/problem/texts"),
        Stop("stories.add_figure", f"{story}/figures/new"),
        Stop("stories.add_figure", f"{story}/figures/new", (MEMBER,), "保存する", 422, "figure refused"),
        Stop("stories.choose_tags", f"{story}/tags"),
        Stop("stories.show_team", f"{story}/team"),
    ]


_TYPED = ("form_key", "body", "seen", "save_number")
WALK = RoomWalk(
    name=NAME,
    populate=populate,
    knocks=list_knocks,
    unseen_forms={
        "stories.autosave_part": ({"story_id": 0, "slug": "problem"}, _TYPED),
        "stories.preview_part": ({}, ("body",)),
        "stories.restore_figure": ({"story_id": 0, "figure_id": 0}, ()),
        "stories.remove_figure": ({"story_id": 0, "figure_id": 0}, ()),
        "stories.move_figure": ({"story_id": 0, "figure_id": 0, "direction": "up"}, ()),
    },
    meanwhile={
        "stories.begin_story": Meanwhile.CREATES,
        "stories.autosave_part": Meanwhile.ONE_PRESS,  # compares as save_part does, and answers 409
        "stories.preview_part": Meanwhile.ONE_PRESS,
        "stories.restore_part_text": Meanwhile.ONE_PRESS,  # what it replaces is in the same list
        "stories.add_figure": Meanwhile.CREATES,
        "stories.move_figure": Meanwhile.ONE_PRESS,
        "stories.remove_figure": Meanwhile.ONE_PRESS,
        "stories.restore_figure": Meanwhile.ONE_PRESS,
        "stories.add_coauthor": Meanwhile.ONE_PRESS,
        "stories.remove_coauthor": Meanwhile.ONE_PRESS,
        "stories.choose_interviewer": Meanwhile.ONE_PRESS,
        "stories.leave_team": Meanwhile.ONE_PRESS,
    },
    checked={
        "stories.save_part": "story part",
        "stories.edit_figure": "story figure",
        "stories.choose_tags": "story tags",
    },
    stops=list_stops,
    no_page=frozenset({"stories.edit_figure"}),  # drawn as add_figure is
    prepare=write_draft,
)
