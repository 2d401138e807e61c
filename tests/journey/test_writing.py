"""What somebody has written never disappears: sent twice, cut off, removed under their hands, come back, given up."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.journey.browsing import (
    ANSWERER,
    ANSWERERS_COMPANY,
    ASKER,
    Door,
    Person,
    expect_to_fit,
    follow,
    hold,
    stopped_clock,
    wait_for_composer,
)
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

FIRST = "こちらでも試しました。設定の「時間帯」を変えると直ります。"
OTHER = "別の話ですが、帳票の番号も二重になりました。"
ADDED = f"{FIRST}\n版は 5.2 でした。"
STATUS = "[data-draft-status]"
OF_TOPIC = "(select category_id from topic where id = :topic)"
# Without a key, after which a draft is saved; where it is not what is shown, nobody waits for it.
A_PAUSE_MS = 2000


# What does not depend on the width, or must fit into the narrow one.
ONE_SIZE = pytest.mark.parametrize("viewport", ["phone"], indirect=True)


@pytest.fixture(scope="module")
def path(door: Door) -> str:
    """A question to which everybody here replies."""
    asker = door.enter(ASKER)
    asked = asker.ask("書いたものが消えません", "はじめの文です。")
    asker.close()
    return asked


@pytest.fixture
def writer(door: Door, tsudoi: Installation, viewport: ViewportSize) -> Iterator[Person]:
    """Somebody without any drafts."""
    drafts = sa.text("delete from draft where member_id = (select id from member where email = :email)")
    with tsudoi.database() as connection:
        connection.execute(drafts, {"email": ANSWERER})
    person = door.enter(ANSWERER, viewport=viewport)
    yield person
    person.close()


def open_reply(page: Page, path: str) -> None:
    page.goto(path)
    page.locator("#reply-body").focus()
    wait_for_composer(page)


def write(page: Page, text: str) -> None:
    page.locator("#reply-body").fill(text)


def write_and_wait(page: Page, text: str, *, in_real_time: bool = False) -> None:
    """Until the server has it. In real time where saves of two devices are told apart by their clocks."""
    if not in_real_time:
        page.clock.install()
    write(page, text)
    if not in_real_time:
        page.clock.fast_forward(A_PAUSE_MS)
    expect(page.locator(STATUS)).to_contain_text("下書きを保存しました")


def send(page: Page) -> None:
    page.locator("#reply-body").focus()
    page.get_by_role("button", name="返信する").click()


def count(tsudoi: Installation, query: str, **values: object) -> int:
    with tsudoi.database() as connection:
        return connection.execute(sa.text(f"select count(*) from {query}"), values).scalar_one()  # noqa: S608  ours


def count_posts(tsudoi: Installation, body: str) -> int:
    return count(tsudoi, "post where body = :body", body=body)


def change(tsudoi: Installation, statement: str, values: dict[str, object]) -> None:
    """What somebody else does meanwhile. `values`: those that the statement names are taken."""
    query = sa.text(statement)
    with tsudoi.database() as connection:
        connection.execute(query, {name: values[name] for name in query.compile().params})


def read_category(tsudoi: Installation, topic_id: int) -> dict[str, object]:
    """Return who may read and write beside the topic."""
    found = f"select stages, posters, readers from category where id = {OF_TOPIC}"  # noqa: S608  ours
    with tsudoi.database() as connection:
        return dict(connection.execute(sa.text(found), {"topic": topic_id}).mappings().one())


# --- sent means stored


@ONE_SIZE
def test_back_and_a_different_reply_are_two_posts(writer: Person, tsudoi: Installation, path: str) -> None:
    page, first, second = writer.page, FIRST, OTHER
    page.goto(path)
    follow(page.locator("#main").get_by_role("link", name="引用").first, re.compile("quote="))
    wait_for_composer(page)
    quotation = page.locator("#reply-body").input_value()
    write(page, quotation + first)
    send(page)
    expect(page.locator("#posts")).to_contain_text(first)
    page.go_back()
    write(page, quotation + second)
    send(page)
    expect(page.locator("#posts")).to_contain_text(second)
    assert count(tsudoi, "post where body like :body", body=f"%{first}") == 1
    assert count(tsudoi, "post where body like :body", body=f"%{second}") == 1
    expect_no_drafts(page)


def expect_no_drafts(page: Page) -> None:
    page.goto("/forums/drafts")
    expect(page.locator("main")).to_contain_text("下書きはありません")


@ONE_SIZE
def test_after_a_cut_connection_the_addition_is_kept(writer: Person, tsudoi: Installation, path: str) -> None:
    page, first, added = writer.page, f"切れる前：{FIRST}", f"切れる前：{ADDED}"

    def cut(route: Route) -> None:
        """The server takes it; its answer never arrives."""
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    open_reply(page, path)
    write(page, first)
    page.route("**/posts", cut)
    send(page)
    page.wait_for_url("chrome-error://**")
    assert count_posts(tsudoi, first) == 1
    page.unroute("**/posts")
    open_reply(page, path)
    expect(page.locator("#posts")).to_contain_text(first)
    write(page, added)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("前に送ったものがあります")
    expect(page.locator(".stored-text")).to_contain_text(FIRST)
    expect(page.locator("textarea[name=body]")).to_have_value(added)
    page.get_by_role("button", name="前の投稿を書きかえる").click()
    expect(page.locator("#posts")).to_contain_text("版は 5.2 でした。")
    assert (count_posts(tsudoi, first), count_posts(tsudoi, added)) == (0, 1)
    expect_no_drafts(page)


@ONE_SIZE
def test_a_save_under_way_when_the_reply_is_sent_brings_nothing_back(
    writer: Person, tsudoi: Installation, path: str
) -> None:
    page = writer.page
    open_reply(page, path)
    held = hold(page, "**/forums/drafts/topic:*")
    with page.expect_request("**/forums/drafts/topic:*") as under_way:
        write(page, "遅れて届く書きかけ")
    save = under_way.value
    assert save.post_data
    write(page, "遅れて届く書きかけを、送りました。")
    send(page)
    expect(page.locator("#posts")).to_contain_text("書きかけを、送りました。")
    page.unroute("**/forums/drafts/topic:*")
    assert held
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    headers = {"X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}
    late = page.request.post(save.url, data=save.post_data, headers=headers)
    assert (late.status, late.json()["saved"]) == (200, False)
    expect_no_drafts(page)


# --- the place goes away under one's hands


def given_back(page: Page, text: str, sentence: str) -> None:
    """The page that comes instead says why, shows the text, and leads to the draft."""
    expect(page.locator(".error-page")).to_contain_text(sentence)
    expect(page.locator(".error-page [readonly]").last).to_have_value(text)
    page.get_by_role("link", name="下書きの一覧へ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("下書き")
    expect(page.locator("main")).to_contain_text("書き込む先が、いまはありません")
    expect(page.locator("textarea")).to_have_value(text)
    expect_to_fit(page)


# What happens, how it is undone (who may read and write: as before), what the writer reads.
HAPPENINGS = {
    "removed": (
        "update topic set hidden_at = created_at where id = :topic",
        "update topic set hidden_at = null where id = :topic",
        "取り下げられたか",
    ),
    "closed": (
        f"update category set stages = 'onboarding', posters = 'staff', readers = 'staff' where id = {OF_TOPIC}",  # noqa: S608  ours
        f"update category set stages = :stages, posters = :posters, readers = :readers where id = {OF_TOPIC}",  # noqa: S608  ours
        "いまのあなたには見えない場所",
    ),
    "contract": (
        "update account set contract_ended_on = :day where name like :company",
        "update account set contract_ended_on = null where name like :company",
        "ご契約が終わった",
    ),
}


@ONE_SIZE
@pytest.mark.parametrize("happening", HAPPENINGS)
def test_a_reply_comes_back_whatever_happens_to_its_place(
    writer: Person, tsudoi: Installation, path: str, happening: str
) -> None:
    done, undone, sentence = HAPPENINGS[happening]
    day = datetime.now(ZoneInfo("Asia/Tokyo")).date() - timedelta(days=3)
    topic = int(path.rpartition("/")[2])
    values = {"topic": topic, "day": day.isoformat(), "company": f"%{ANSWERERS_COMPANY}%"}
    values |= read_category(tsudoi, topic)
    open_reply(writer.page, path)
    write(writer.page, ADDED)
    change(tsudoi, done, values)
    try:
        send(writer.page)
        given_back(writer.page, ADDED, sentence)
    finally:
        change(tsudoi, undone, values)


# --- without a token, beside a draft


@ONE_SIZE
def test_a_form_without_its_token_takes_its_place_beside_the_draft(writer: Person, path: str) -> None:
    page = writer.page
    old = writer.context.new_page()
    open_reply(old, path)
    open_reply(page, path)
    write_and_wait(page, "前から書いていた下書きです。")
    write(old, "古い画面から送った文です。")
    old.locator("#reply input[name=csrf_token]").evaluate("field => { field.value = 'of a session that ended' }")
    send(old)
    expect(old.locator("[data-draft-note]")).to_contain_text("の書きかけを戻しました")
    expect(old.locator("#reply-body")).to_have_value("古い画面から送った文です。")
    old.get_by_role("link", name="ほかの下書き").click()
    expect(old.locator(".draft-list > li")).to_have_count(2)
    expect(old.locator("main")).to_contain_text("前から書いていた下書きです。")


# --- drafts that come back


@ONE_SIZE
def test_a_draft_comes_back_says_so_and_is_discarded_with_one_press(writer: Person, path: str) -> None:
    page, text = writer.page, "途中で閉じられた文です。"
    open_reply(page, path)
    write_and_wait(page, text)
    page.close()  # the tab is killed
    page = writer.context.new_page()
    open_reply(page, path)
    expect(page.locator("[data-draft-note]")).to_contain_text(
        re.compile(r"\d+月\d+日 \d+:\d\d ?の書きかけを戻しました")
    )
    expect(page.locator("#reply-body")).to_have_value(text)
    page.locator("[data-draft-note]").get_by_role("button", name="破棄する").click()
    expect(page.locator("#toasts")).to_contain_text("下書きを破棄しました。")
    expect(page.locator("#reply-body")).to_have_value("")
    with page.expect_navigation():
        page.get_by_role("button", name="元に戻す").click()
    page.goto("/forums/drafts")
    expect(page.locator(".draft-list")).to_contain_text(text)
    page.get_by_role("link", name=re.compile("の続きを書く")).click()
    expect(page.locator("#reply-body")).to_have_value(text)
    send(page)
    expect(page.locator("#posts")).to_contain_text(text)
    expect_no_drafts(page)


def test_the_list_of_drafts_is_reached_from_ones_menu_and_leads_back(writer: Person, path: str) -> None:
    page = writer.page
    open_reply(page, path)
    write_and_wait(page, "返信の書きかけです。")
    page.goto("/forums/topics/new")
    wait_for_composer(page)
    with stopped_clock(page):  # both are saved at once
        page.locator("input[name=title]").fill("新しい題")
        page.locator("textarea[name=body]").fill("本文のはじめです。")
        page.clock.run_for(A_PAUSE_MS)
    expect(page.locator(STATUS)).to_contain_text("下書きを保存しました")
    page.goto("/")
    page.locator("#me-button").click()
    page.get_by_role("link", name="下書き", exact=True).click()
    rows = page.locator(".draft-list > li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("新しい題")
    expect(rows.last).to_contain_text("返信の書きかけです。")
    expect_to_fit(page)
    rows.first.get_by_role("link", name="新しい題", exact=True).click()
    expect(page.locator("input[name=title]")).to_have_value("新しい題")
    expect(page.locator("textarea[name=body]")).to_have_value("本文のはじめです。")


@ONE_SIZE
def test_a_stale_device_replaces_nothing_newer(door: Door, writer: Person, path: str) -> None:
    """Typed without a network on one device, typed on at another one: both are there."""
    page = writer.page
    open_reply(page, path)
    write_and_wait(page, "電車で書きはじめました。", in_real_time=True)
    writer.context.set_offline(True)
    write(page, "電車で書きはじめました。トンネルの中です。")
    expect(page.locator(STATUS)).to_contain_text("下書きはこの端末に保存しています")
    desk = door.enter(ANSWERER)
    open_reply(desk.page, path)
    expect(desk.page.locator("#reply-body")).to_have_value("電車で書きはじめました。")
    write_and_wait(desk.page, "電車で書きはじめました。会社で続きを書きました。", in_real_time=True)
    desk.close()
    # The switch above does not hold what a page sends while it is closed.
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')); }")
    page.close()
    writer.context.set_offline(False)
    page = writer.context.new_page()
    open_reply(page, path)
    expect(page.locator("#reply-body")).to_have_value("電車で書きはじめました。会社で続きを書きました。")
    expect(page.locator(STATUS)).to_contain_text("下書きの一覧に入れました")
    page.goto("/forums/drafts")
    expect(page.locator(".draft-list")).to_contain_text("トンネルの中です。")
    expect(page.locator(".draft-list")).to_contain_text("会社で続きを書きました。")
