"""Every page that can be asked for, with an address that shows it full, and who looks at it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from flask import Flask
from itsdangerous import URLSafeSerializer
from playwright.sync_api import Browser

from tests.journey.browsing import ADMINISTRATOR, ANSWERER, ASKER, Door, Person, edit
from tests.processes import Installation
from tests.walked_rooms import WALKS
from tests.walks import GUEST, MEMBER, STAFF, RoomWalk, Stop

PEOPLE = {GUEST: None, MEMBER: ASKER, STAFF: ADMINISTRATOR}
ANYBODY = (GUEST, MEMBER, STAFF)
INVITED, FORGETFUL = "shinjin@kitahama.example.jp", ANSWERER
JOINER = "nakamichi@kitahama.example.jp"

PREVIEW, END = "どうなるか確かめる", "最後の日を登録する"

# What answers with data, a picture or a redirection draws no page; `test_security.py` looks at the pages of those who
# have a second factor.
NO_PAGE = {
    "signin.ask_for_code",
    "signin.ask_for_recovery_codes",
    "signin.ask_to_turn_off",
    "accounts.download_data_export",
    "accounts.suggest_people",
    "files.show_file",
    "notifications.count_unread",
    # Drawn for newcomers, and for who has something to agree to: tests/journey/test_joining.py looks at them.
    "home.show_welcome",
    "joining.ask_for_consent",
    "static",
    "system.healthz",
    "system.readyz",
    "system.show_security_contact",
    "system.show_metrics",
}


def list_unvisited(app: Flask, things: "Things", walks: Collection[RoomWalk] = WALKS) -> set[str]:
    """The endpoints that draw a page at which no stop looks."""
    drawn = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    no_page = NO_PAGE.union(*(walk.no_page for walk in walks))
    return drawn - no_page - {stop.endpoint for stop in list_stops(things, walks)}


def list_stops(things: "Things", walks: Collection[RoomWalk] = WALKS) -> list[Stop]:
    of_rooms = [stop for walk in walks for stop in walk.stops(things)]
    return [*_gates(things), *_rooms(things), *_staff(things), *of_rooms, *_refusals(things)]


def _gates(things: "Things") -> list[Stop]:
    return [
        Stop("signin.sign_in", "/sign-in", (GUEST,)),
        Stop("signin.forgot_password", "/password/forgot", (GUEST,)),
        Stop("signin.show_reset_sent", "/password/sent", (GUEST,)),
        Stop("joining.show_join", "/join", (GUEST,)),
        Stop("joining.show_join_sent", "/join/sent", (GUEST,)),
        Stop("joining.show_company_link", things.company_link, (GUEST,)),
        Stop("joining.confirm_address", things.joining, (GUEST,)),
        Stop(
            "joining.confirm_address", "/join/confirm/no-such-link", (GUEST,), status=410, keep="join void"
        ),  # as all void links
        Stop("joining.show_terms", "/terms", (GUEST, MEMBER)),
        Stop("joining.show_privacy", "/privacy", (GUEST,)),
        Stop("signin.show_reset_password", things.reset, (GUEST,)),
        Stop("mailings.show_stop", things.stop, (GUEST,), keep="stop mails"),
        Stop("mailings.stop_mails", things.stop, (GUEST,), "このメールを止める", 200, "mails stopped"),
        Stop("joining.show_invitation", things.invitation, (GUEST,)),
    ]


def _rooms(things: "Things") -> list[Stop]:
    return [
        Stop("home.show_home", "/", ANYBODY),
        Stop("search.find", "/search?q=承認", ANYBODY),
        Stop("search.find", "/search?q=佐", (STAFF,), keep="search for people"),
        Stop("search.find", "/search?q=承認&state=open&age=week&author=zz", keep="search narrowed"),
        Stop("search.find", "/search?q=ありえない言葉", (MEMBER,), keep="search empty"),
        Stop("search.find", "/search", (GUEST,), keep="search blank"),
        Stop("notifications.list_notifications", "/notifications"),
        Stop("accounts.show_profile", f"/people/{things.handle}"),
        Stop("accounts.edit_profile", "/me/profile"),
        Stop("accounts.edit_settings", "/me/settings"),
        Stop("accounts.show_data_export", "/me/data"),
        Stop("accounts.show_company", "/company"),
        Stop("accounts.ask_about_sharing", "/company/people/saeki", keep="company admin"),
        Stop("mailings.edit_choices", "/me/mails", keep="mail settings"),
        Stop("signin.edit_password", "/me/password"),
        Stop("signin.edit_email", "/me/email"),
        Stop("signin.show_confirm_email", "/email/confirm/no-such-link", status=410, keep="address void"),
        Stop("signin.show_stop_email", "/email/stop/no-such-link", (GUEST,), status=410, keep="address stop void"),
        Stop("signin.list_sign_ins", "/me/sessions"),
        Stop("signin.ask_to_reauthenticate", "/me/proof", keep="proof"),
        Stop("signin.show_two_step", "/me/two-step"),
        Stop("signin.set_up_two_step", "/me/two-step/set-up"),
        Stop("styleguide.show_styleguide", "/styleguide", (GUEST,)),
    ]


def _staff(things: "Things") -> list[Stop]:
    return [
        Stop("joining.list_invitations", "/invitations", (STAFF,)),
        Stop("joining.list_links", "/invitations/links", (STAFF,)),
        Stop("joining.show_csv_invitations", "/invitations/csv", (STAFF,)),
        Stop("joining.list_terms", "/terms/versions", (STAFF,)),
        Stop("accounts.list_companies", "/companies", (STAFF,)),
        Stop("accounts.create_company", "/companies/new", (STAFF,)),
        Stop("accounts.edit_company", f"/companies/{things.account}/edit", (STAFF,)),
        Stop("accounts.edit_contract", f"/companies/{things.account}/end", (STAFF,)),
        Stop("accounts.list_competitors", f"/companies/{things.account}/competitors", (STAFF,)),
        Stop("accounts.list_people", f"/companies/{things.account}/people", (STAFF,)),
        Stop("signin.edit_rights", f"/people/{things.handle}/rights", (STAFF,)),
        Stop("signin.ask_about_company_admin", f"/people/{things.handle}/company-admin", (STAFF,), keep="make admin"),
        Stop("accounts.transfer_member", f"/people/{things.handle}/company", (STAFF,)),
        Stop("moderation.remove", things.removal, (STAFF,)),
        Stop("moderation.remove", f"/moderation/topic/{things.solved}/remove", (STAFF,), keep="remove topic"),
        Stop("search.list_misses", "/search/missed", (STAFF,)),
        Stop("audit.list_entries", "/staff/audit/", (STAFF,)),
        Stop("audit.show_entry", f"/staff/audit/{things.audit_entry}", (STAFF,)),
        Stop("audit.ask_about_erasing", f"/staff/audit/{things.audit_entry}/erase", (STAFF,)),
        Stop("projections.show_projections", "/staff/ledger/", (STAFF,)),
        Stop("mailings.list_failed", "/staff/mails", (STAFF,), keep="mails that failed"),
        Stop("mail.show_mailbox", "/mailbox", (STAFF,)),
        Stop("mail.show_mail", f"/mailbox/{things.mail}", (STAFF,)),
    ]


def _refusals(things: "Things") -> list[Stop]:
    """Forms sent empty, and the pages of errors."""
    return [
        Stop("signin.let_in", "/sign-in", (GUEST,), "サインインする", 422, "sign-in refused"),
        Stop("joining.accept_invitation", things.invitation, (GUEST,), "参加する", 422, "invitation refused"),
        Stop("joining.ask_to_join", "/join", (GUEST,), "確認メールを受け取る", 422, "join refused"),
        Stop("joining.become_member", things.joining, (GUEST,), "参加する", 422, "joining refused"),
        Stop("signin.confirm_two_step", "/me/two-step/set-up", (MEMBER,), "2段階認証をはじめる", 422, "code refused"),
        Stop("signin.change_password", "/me/password", (MEMBER,), "このパスワードにする", 422, "password refused"),
        Stop("joining.invite", "/invitations", (STAFF,), "招待する", 422, "invite refused"),
        Stop("joining.preview_csv_invitations", "/invitations/csv", (STAFF,), "内容を確かめる", 422, "csv refused"),
        Stop("joining.publish_terms", "/terms/versions", (STAFF,), "公開する", 422, "terms refused"),
        Stop("accounts.create_company", "/companies/new", (STAFF,), "保存する", 422, "company refused"),
        Stop("signin.give_role", f"/people/{things.handle}/rights", (STAFF,), "役割を変える", 422, "rights refused"),
        Stop("accounts.transfer_member", f"/people/{things.handle}/company", (STAFF,), PREVIEW, 422, "move refused"),
        Stop("accounts.write_to_vendor", "/company", (MEMBER,), "送る", 422, "message refused"),
        Stop("accounts.end_contract", f"/companies/{things.account}/end", (STAFF,), END, 422, "end refused"),
        Stop("moderation.remove", things.removal, (STAFF,), "取り下げる", 422, "removal refused"),
        Stop("error", "/no-such-page", (GUEST, MEMBER), status=404, keep="error 404"),
        Stop("error", "/accounts", (MEMBER,), status=403, keep="error 403"),
    ]  # fmt: skip


@dataclass
class Things:
    """What the addresses are about."""

    category_slug: str
    category: int
    public: int
    solved: int
    unanswered: int
    removed: int
    own_post: int
    removal: str
    handle: str
    account: int
    mail: int
    audit_entry: int
    invitation: str
    reset: str
    company_link: str
    joining: str
    stop: str
    of_rooms: Mapping[str, Any] = field(default_factory=dict)  # what the rooms' walks have prepared, by their names


# For lists of which only the endpoints are read.
NOTHING = Things("x", 1, 1, 1, 1, 1, 1, "/x", "x", 1, 1, 1, "/x", "/x", "/x", "/x", "/x")
LONG_TITLE = "受注台帳の自動採番と、承認が差し戻されたときの履歴の残し方について、みなさんの運用を教えてください"
A_REPLY = "select id from post where topic_id = :id and position = 2"
RESET = "select text from mail where to_address = :to and text like '%/password/reset/%' order by id desc"
LINK = re.compile(r"https?://[^/\s]+(/\S+)")


def prepare(browser: Browser, installation: Installation) -> Things:
    """Find the things in the sample community, and make through its pages what it lacks."""
    own, removed = _write_and_remove(browser, installation.url())
    company_link = _invite_and_forget(browser, installation.url())
    of_rooms = prepare_rooms(Door(browser, installation.url()))
    with installation.database() as connection:
        found = _find(connection, own, removed, company_link, _way_out(installation))
    return replace(found, of_rooms=of_rooms)


def prepare_rooms(door: Door, walks: Collection[RoomWalk] = WALKS) -> dict[str, Any]:
    """Let each room's walk make or find what its stops are about."""
    return {walk.name: walk.prepare(door) for walk in walks if walk.prepare}


def _write_and_remove(browser: Browser, url: str) -> tuple[int, int]:
    """Two questions: one was edited, the other removed."""
    asker = Person(browser, url, ASKER).sign_in()
    own, removed = (_number(asker.ask(title, "帳票ごとに番号を分けたいです。")) for title in (LONG_TITLE, "宣伝です"))
    page = asker.page
    page.goto(f"/forums/topics/{own}")
    edit(page.locator("#main"))
    page.locator("textarea[name=body]").fill("帳票と年度ごとに番号を分けたいです。\n\n- 見積\n- 受注")
    page.get_by_role("button", name="保存する").click()
    page.wait_for_url("**/forums/topics/*")
    asker.close()
    staff = Person(browser, url, ADMINISTRATOR).sign_in()
    staff.page.goto(f"/moderation/topic/{removed}/remove")
    staff.page.locator("input[name=reason]").first.check()
    staff.page.get_by_role("button", name="取り下げる").click()
    staff.page.get_by_text("投稿した人には理由が見えます").wait_for()
    staff.close()
    return own, removed


def _number(path: str) -> int:
    return int(path.rpartition("/")[2])


def _invite_and_forget(browser: Browser, url: str) -> str:
    """An invitation and a lost password; and the path of a company's link, by which somebody has begun to join."""
    staff = Person(browser, url, ADMINISTRATOR).sign_in()
    staff.page.goto("/invitations")
    staff.page.locator("input[name=email]").fill(INVITED)
    staff.page.locator("select[name=account]").select_option(label="株式会社北浜精工")
    staff.page.get_by_role("button", name="招待する").click()
    staff.page.get_by_text("招待状を送りました").wait_for()
    staff.page.goto("/password/forgot")
    staff.page.locator("input[name=email]").fill(FORGETFUL)
    staff.page.get_by_role("button", name="リンクを送る").click()
    staff.page.wait_for_url("**/password/sent")
    staff.page.goto("/invitations/links")
    staff.page.locator("select[name=account]").select_option(label="株式会社北浜精工")
    staff.page.get_by_role("button", name="参加リンクを作る").click()
    company_link = staff.page.locator("[data-made-link]").input_value().removeprefix(url)
    staff.page.goto(company_link)
    staff.page.get_by_label("会社のメールアドレス").fill(JOINER)
    staff.page.get_by_role("button", name="確認メールを受け取る").click()
    staff.page.get_by_role("heading", name="メールを確かめてください").wait_for()
    staff.close()
    return company_link


def _way_out(installation: Installation) -> str:
    """The link with which somebody stops a kind of mail."""
    secret = (installation.data / "secret-key").read_text()
    return "/mails/stop/" + URLSafeSerializer(secret, salt="stop mails").dumps([1, "reply"])


def _find(connection: sa.Connection, own: int, removed: int, company_link: str, stop: str) -> Things:
    def first(query: str, **values: object) -> Any:  # noqa: ANN401  a column of any type
        found = connection.execute(sa.text(query), values).scalars().first()
        assert found is not None, query
        return found

    solved = first("select id from topic where accepted_post_id is not null order by last_position desc, id")
    category = first("select category_id from topic where id = :id", id=solved)
    open_to_all = (
        "select topic.id from topic join category on category.id = category_id "
        "where category.readers = 'public' order by last_position desc, topic.id"
    )
    return Things(
        category_slug=first("select slug from category where id = :id", id=category),
        category=category,
        public=first(open_to_all),
        solved=solved,
        unanswered=own,
        removed=removed,
        own_post=first("select id from post where topic_id = :id and position = 1", id=own),
        removal=f"/moderation/post/{first(A_REPLY, id=solved)}/remove",
        handle=first("select handle from member where email = :email", email=ANSWERER),
        account=first("select id from account where name = '株式会社北浜精工'"),
        mail=first("select max(id) from mail"),
        audit_entry=first("select max(entry_id) from audit_text"),
        invitation=_link(first("select text from mail where to_address = :to order by id desc", to=INVITED)),
        reset=_link(first(RESET, to=FORGETFUL)),
        company_link=company_link,
        joining=_link(first("select text from mail where to_address = :to order by id desc", to=JOINER)),
        stop=stop,
    )


def _link(text: str) -> str:
    """The path that a mail leads to."""
    found = LINK.search(text)
    assert found, text
    return found[1]
