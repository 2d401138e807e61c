"""What the walks ask of stories."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from community.stories import queries
from community.stories.approval import answers, approvals, visits
from community.stories.consent.consent_ledger import read_basis
from models.base import db, now, today
from models.stories import ApprovalAnswer, Story, StoryApproval, StoryState
from tests import walks
from tests.access.world import EVERYBODY, STAFF, World
from tests.journey.browsing import CS, Door
from tests.stories.asking import ask, submit
from tests.stories.telling import UNNAMED, add_approver, give_domain
from tests.walks import GUEST, Act, Knock, Meanwhile, RoomWalk, Stop

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.journey.pages import Things  # which is made of rooms that say this

NAME = "stories: approval"
AUTHORS = {"owner"}
WORKING = STAFF | AUTHORS
COMPANY = WORKING | {"company_admin"}


@dataclass
class Told:
    """A published story with an open request and an answered one."""

    story: Story
    open: StoryApproval
    answered: StoryApproval


def populate(world: World) -> Told:
    """Return a story of the owner's that one approver has allowed and another one is asked about."""
    cast = world.cast
    give_domain(cast.a.id, "asahi.example.jp")
    story, version = submit(cast)
    answered = ask(story, cast)
    answers.answer_request(answered, approvals.token_of(answered), ApprovalAnswer.APPROVED, dict(UNNAMED))
    story = queries.load_with_people(story.id)
    waiting = ask(story, cast, add_approver(story, cast.cs, email="koho@asahi.example.jp"))
    story.published_version_id, story.published_at, story.state = version.id, now(), StoryState.PUBLISHED
    visits.send_code(waiting)
    world.given |= {approvals.token_of(answered), approvals.token_of(waiting)}
    db.session.flush()
    return Told(story, waiting, answered)


def list_knocks(world: World) -> list[Knock]:
    told: Told = world.of_rooms[NAME]
    return [*_of_approvers(told), *_of_links(told), *_of_consents(told)]


def _of_approvers(told: Told) -> list[Knock]:
    story = {"story_id": told.story.id}
    approver = {**story, "approver_id": told.open.approver_id}
    return [
        Knock("stories.list_approvers", WORKING, values=story),
        Knock("stories.add_approver", WORKING, "POST", story),
        Knock("stories.ask_approvers", STAFF, "POST", story),
        Knock("stories.ask_approver", WORKING, "POST", approver),
        Knock("stories.ask_about_removing", WORKING, values=approver),
        Knock("stories.remove_approver", WORKING, "POST", approver),
    ]


def _of_links(told: Told) -> list[Knock]:
    """Links say whose matter it is, to everybody who has one; what that opens is in test_approval_pages.py."""
    link, used = {"token": approvals.token_of(told.open)}, {"token": approvals.token_of(told.answered)}
    return [
        Knock("stories.show_approval", EVERYBODY, values=link),
        Knock("stories.send_approval_code", EVERYBODY, "POST", link),
        Knock("stories.enter_approval_code", EVERYBODY, "POST", link, {"code": "1"}),
        Knock("stories.answer_approval", EVERYBODY, "POST", link, {"answer": "approved"}),
        Knock("stories.show_approval_receipt", EVERYBODY, values=used),
        Knock("stories.show_approval_picture", set(), values={**link, "key": "a" * 22}, about="before the code"),
        Knock("stories.ask_about_withdrawal", EVERYBODY, values=used),
        Knock("stories.withdraw_by_link", EVERYBODY, "POST", used, {"uses": "members", "confirmed": "1"}),
    ]


def _of_consents(told: Told) -> list[Knock]:
    story = {"story_id": told.story.id}
    return [
        Knock("stories.show_consents", COMPANY, values=story),
        Knock("stories.withdraw_consents", COMPANY, "POST", story, {"uses": "members"}),
        Knock("stories.ask_about_renewal", AUTHORS, values=story),
        Knock("stories.renew_consents", AUTHORS, "POST", story, {"use_members": "y", "end_members": "none"}),
    ]


def list_further_acts(world: World) -> list[Act]:
    told: Told = world.of_rooms[NAME]
    story, reason = {"story_id": told.story.id}, "11月30日、広報の方から電話で頼まれたため"
    approver = {**story, "approver_id": told.open.approver_id}
    new = {"role": "pr", "name": "榎本 薫", "email": "enomoto@asahi.example.jp"}
    due = {"due_on": (today() + timedelta(days=9)).isoformat()}
    renewed = {"use_members": "y", "end_members": "none", "basis": read_basis(told.story.id)}
    taken = {"uses": "members", "confirmed": "1", "withdrawal_reason": reason}
    return [
        Act("stories.add_approver", "cs", "stories.name_approver", story, new, "stories.list_approvers"),
        Act("stories.ask_approver", "cs", "stories.ask_approver", approver, {}, "stories.list_approvers"),
        Act("stories.remove_approver", "cs", "stories.remove_approver", approver),
        Act("stories.withdraw_consents", "cs", "stories.withdraw_consents", story, taken, reason=reason),
        Act(
            "stories.withdraw_consents", "company_admin", "stories.withdraw_consents", story,
            {"uses": "members", "confirmed": "1"},
        ),
        Act("stories.renew_consents", "owner", "stories.renew_consents", story, renewed, ""),
        Act("stories.ask_approvers", "cs", "stories.ask_approver", story, due, "stories.list_approvers"),
    ]  # fmt: skip


@dataclass(frozen=True)
class Links:
    """Paths of two approvers' links, opened by their codes, and what that left in the browser; one has answered."""

    open: str = "/stories/approve/x"
    answered: str = "/stories/approve/x"
    removal: str = "/stories/1/approvers/1/remove"  # of one of them, as staff ask about it
    cookies: Sequence[Any] = ()


# In the sample community it waits for two approvers.
WAITING_TITLE = "四十八時間以内に"


def open_links(door: Door) -> Links:
    """Ask both approvers of a sample story again, open their links by the mailed codes, and let one of them agree."""
    staff, guest = door.enter(CS), door.browser.new_context(base_url=door.url)
    page = staff.page
    page.goto("/stories/review?state=approval")
    desk = page.get_by_role("link", name=re.compile(WAITING_TITLE)).get_attribute("href") or ""
    page.goto(desk.removesuffix("desk") + "approvers")
    removal = page.get_by_role("link", name=re.compile("外す")).first.get_attribute("href") or ""
    first, second = (_ask_again(page, guest, at) for at in range(2))
    _open_by_code(guest, first)
    reader = _open_by_code(guest, second)
    reader.goto(f"{second}?wishes=1")
    reader.get_by_role("button", name="つの使い方を承認する").click()
    reader.wait_for_url("**/receipt")
    cookies = [each for each in guest.cookies() if "/approve/" in each.get("path", "")]
    guest.close()
    staff.close()
    return Links(first, second, removal, cookies)


def _ask_again(page: "Page", guest: "BrowserContext", at: int) -> str:
    """Press the button of one approver on their list; return the path of the link that was mailed."""
    with page.expect_navigation():
        page.get_by_role("button", name="もう一度お願いする").nth(at).click()
    mail = re.findall(r"/mailbox/\d+", _find_newest_mail(guest, "社外に出してよいか"))[0]
    return re.findall(r"/stories/approve/[\w-]+", guest.request.get(mail).text())[0]


def _open_by_code(guest: "BrowserContext", path: str) -> "Page":
    page = guest.new_page()
    page.goto(path)
    page.get_by_role("button", name="確認コードを送る").click()
    page.locator("input[name=code]").wait_for()
    page.locator("input[name=code]").fill(re.findall(r"\d{6}", _find_newest_mail(guest, "確認コード"))[0])
    page.get_by_role("button", name="開く").click()
    page.locator(".approval").wait_for()
    return page


def _find_newest_mail(guest: "BrowserContext", subject: str) -> str:
    """Return the mailbox's first row with that subject, as HTML."""
    rows = re.findall(r'<a href="/mailbox/\d+">[^<]*', guest.request.get("/mailbox").text())
    return next(row for row in rows if subject in row)


def list_stops(things: "Things") -> list[Stop]:
    links: Links = things.of_rooms.get(NAME, Links())
    receipt, void = f"{links.answered}/receipt", "/stories/approve/no-such-link"
    return [
        Stop("stories.show_approval", void, (GUEST,), status=410, keep="approval void"),
        Stop("stories.show_approval", links.open, (GUEST,), keep="approval gate"),
        Stop("stories.send_approval_code", links.open, (GUEST,), "確認コードを送る", keep="approval code"),
        Stop("stories.show_approval", links.open, (GUEST,), cookies=links.cookies),
        Stop("stories.show_approval_receipt", receipt, (GUEST,), cookies=links.cookies),
        Stop("stories.ask_about_removing", links.removal, (walks.STAFF,)),
        Stop("stories.ask_about_withdrawal", f"{links.answered}/withdraw", (GUEST,), cookies=links.cookies),
    ]


WALK = RoomWalk(
    name=NAME,
    populate=populate,
    knocks=list_knocks,
    unseen_forms={
        # Behind a code that was mailed; tests/stories/test_approval_pages.py types into them.
        "stories.enter_approval_code": ({"token": "x"}, ("code", "purpose")),
        "stories.answer_approval": ({"token": "x"}, ("answer", "note", "use_members", "end_members", "day_members")),
        "stories.withdraw_by_link": ({"token": "x"}, ("uses", "confirmed")),
    },
    meanwhile={
        "stories.add_approver": Meanwhile.CREATES,
        "stories.ask_approver": Meanwhile.ONE_PRESS,
        "stories.ask_approvers": Meanwhile.ONE_PRESS,
        "stories.remove_approver": Meanwhile.ONE_PRESS,
        "stories.send_approval_code": Meanwhile.CREATES,
        "stories.enter_approval_code": Meanwhile.PROVEN,
        "stories.answer_approval": Meanwhile.PROVEN,
        "stories.withdraw_by_link": Meanwhile.PREVIEWED,
        "stories.withdraw_consents": Meanwhile.PREVIEWED,
        "stories.renew_consents": Meanwhile.CREATES,
    },
    further_acts=list_further_acts,
    stops=list_stops,
    no_page=frozenset({"stories.show_approval_picture"}),
    prepare=open_links,
)
