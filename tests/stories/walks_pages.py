"""Pages of single stories of the sample community, for those who look at every page."""

import re
from typing import TYPE_CHECKING

from tests.journey.browsing import ASKER, CS, Door
from tests.walks import GUEST, MEMBER, STAFF, RoomWalk, Stop

if TYPE_CHECKING:
    from tests.journey.pages import Things  # which is made of rooms that say this

NAME = "stories: pages"
# For lists of which only the endpoints are read.
NOWHERE = ("/stories/1", "/stories/1", "/stories/1")
OF_ONE_STORY = {
    "stories.show_desk": "desk",
    "stories.compare_versions": "versions",
    "stories.ask_changes": "ask-changes",
    "stories.take_up": "take-up",
    "stories.change_due": "due",
    "stories.publish_story": "publish",
    "stories.withdraw_story": "withdraw",
    "stories.list_approvers": "approvers",
    "stories.show_consents": "consents",
    "stories.preview_story": "preview",
}


def find_stories(door: Door) -> tuple[str, str, str]:
    """Return the paths of a story under review, of one that everybody reads, and of the asker's that is made new."""
    staff = door.enter(CS)
    staff.page.goto("/stories/review")
    under_review = staff.page.locator("tr, li, [data-row]").filter(has_text="担当者の確認").get_by_role("link").first
    review = re.sub("/desk$", "", under_review.get_attribute("href") or "")
    staff.close()
    guest = door.browser.new_context(base_url=door.url)
    page = guest.new_page()
    page.goto("/stories")
    links = [link.get_attribute("href") or "" for link in page.locator("main a[href^='/stories/']").all()]
    guest.close()
    return review, next(link for link in links if re.fullmatch(r"/stories/\d+", link)), _begin_an_update(door)


def _begin_an_update(door: Door) -> str:
    author = door.enter(ASKER)
    author.page.goto("/stories/mine")
    rows, published = author.page.locator("main .rows li"), author.page.get_by_text("公開", exact=True)
    published = rows.filter(has=published).last
    path = (published.get_by_role("link").first.get_attribute("href") or "").removesuffix("/write")
    author.page.goto(f"{path}/desk")
    author.page.get_by_role("button", name="新しくする").click()
    author.page.get_by_text("更新を始めました。").wait_for()
    author.close()
    return path


def list_stops(things: "Things") -> list[Stop]:
    review, public, own = things.of_rooms.get(NAME, NOWHERE)
    return [
        *(Stop(endpoint, f"{review}/{page}", (STAFF,)) for endpoint, page in OF_ONE_STORY.items()),
        Stop("stories.submit_story", f"{own}/submit"),
        Stop("stories.show_desk", f"{own}/desk", keep="desk of an author"),
        Stop("stories.ask_about_renewal", f"{own}/consents/renew"),
        Stop("stories.show_story", public, (GUEST, MEMBER, STAFF)),
        Stop("stories.show_desk", f"{public}/desk", (STAFF,), keep="desk of a published story"),
        Stop("stories.ask_update", f"{public}/ask-update", (STAFF,)),
        Stop("stories.place_story", f"{public}/placements", (STAFF,)),
    ]


WALK = RoomWalk(name=NAME, knocks=lambda _world: [], stops=list_stops, prepare=find_stories)
