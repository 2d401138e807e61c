"""Writing a story in a browser: slow saves of one's own, a crash, a lost connection, two tabs."""

import re
import time
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page, Request, Route, expect

from tests.journey.browsing import ASKER, PHONE, Door, Person

pytestmark = pytest.mark.browser

# What a crash may lose, as the issue says, and what the machine takes on top of it.
LOST_SECONDS = 5
SAVED = re.compile("保存しました")
# A page that crashes saves nothing with its last breath.
NOTHING_GOES_ALONG = "addEventListener('pagehide', (event) => event.stopImmediatePropagation())"


@pytest.fixture
def writer(door: Door) -> Iterator[Person]:
    person = door.enter(ASKER, viewport=PHONE, touch=True)
    yield person
    person.close()


def begin(page: Page) -> str:
    """Begin a story, as its button does (test_stories.py presses it), and open its second question.

    Return the address of its contents.
    """
    shown = BeautifulSoup(page.request.get("/stories/new").text(), "html.parser")
    fields = {str(field["name"]): str(field["value"]) for field in shown.select("main form input[type=hidden]")}
    begun = page.request.post("/stories/new", form={**fields})
    open_part(page, begun.url)
    return begun.url


def open_part(page: Page, contents: str, name: str = "problem") -> None:
    page.goto(f"{contents}/{name}")
    page.wait_for_function("!document.querySelector('[data-autosave]') || document.querySelector('markdown-toolbar')")
    page.wait_for_load_state("networkidle")


def field_of(page: Page):  # noqa: ANN201  Playwright's Locator
    return page.locator("textarea[name=body]")


def stored(page: Page, contents: str) -> str:
    """What the server has, without a tab of its own: that costs more than the page."""
    shown = BeautifulSoup(page.request.get(f"{contents}/problem").text(), "html.parser")
    field = shown.select_one("textarea[name=body]")
    assert field is not None
    return field.text.removeprefix("\n")


def test_a_slow_save_under_way_typing_and_the_button_are_one_text(writer: Person) -> None:
    page = writer.page
    contents = begin(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/autosave", hold)
    field_of(page).press_sequentially("紙の点検表が、", delay=20)
    page.wait_for_timeout(3000)
    assert len(held) == 1
    field_of(page).press_sequentially("ロッカー四つ分。", delay=20)
    page.get_by_role("button", name="つぎ").click()
    page.get_by_role("heading", name="なぜ、この方法にしましたか。").wait_for()
    late: Request = held[0].request
    answer = page.request.post(
        late.url, data=late.post_data_buffer or b"", headers={**late.headers, "origin": page.url.split("/stories")[0]}
    )
    assert answer.json()["saved"] is False
    assert stored(page, contents) == "紙の点検表が、ロッカー四つ分。"
    assert writer.errors == []


def test_a_crash_loses_at_most_five_seconds(writer: Person) -> None:
    page = writer.page
    page.add_init_script(NOTHING_GOES_ALONG)
    contents = begin(page)
    field_of(page).focus()
    began, typed = time.monotonic(), []
    while time.monotonic() - began < 9:  # without a pause, so that only the latest time saves
        page.keyboard.insert_text("あ")
        typed.append(time.monotonic())
        page.wait_for_timeout(200)
    crashed = time.monotonic()
    page.close()
    again = writer.context.new_page()
    again.add_init_script("localStorage.clear()")
    again.goto(f"{contents}/problem")
    must_be_there = sum(at < crashed - LOST_SECONDS for at in typed)
    assert len(field_of(again).input_value()) >= must_be_there > 0


def test_without_a_network_it_says_so_keeps_the_text_and_goes_on(writer: Person) -> None:
    page = writer.page
    contents = begin(page)
    writer.context.set_offline(offline=True)
    field_of(page).fill("電車の中で書いた文。")
    expect(page.locator("[data-autosave-status]")).to_contain_text("つながっていません")
    writer.context.set_offline(offline=False)
    expect(page.locator("[data-autosave-status]")).to_contain_text(SAVED)
    assert stored(page, contents) == "電車の中で書いた文。"


def test_without_a_network_a_press_stays_on_the_page_and_says_so(writer: Person) -> None:
    page = writer.page
    contents = begin(page)
    writer.context.set_offline(offline=True)
    field_of(page).fill("地下で書いた文。")
    page.get_by_role("button", name="つぎ").click()
    expect(page.locator("[data-autosave-status]")).to_contain_text("まだ進めません")
    expect(field_of(page)).to_have_value("地下で書いた文。")
    writer.context.set_offline(offline=False)
    expect(page.locator("[data-autosave-status]")).to_contain_text(SAVED)
    page.get_by_role("button", name="つぎ").click()
    page.get_by_role("heading", name="なぜ、この方法にしましたか。").wait_for()
    assert stored(page, contents) == "地下で書いた文。"


def test_a_text_that_is_too_long_waits_on_the_device(writer: Person) -> None:
    page = writer.page
    contents = begin(page)
    field_of(page).fill("あ" * 120_000)
    page.get_by_role("button", name="つぎ").click()
    page.locator(".error-summary").wait_for()
    expect(page.locator("[data-autosave-status]")).to_have_text("まだ保存していません")
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="目次").first.click()
    page.locator(".story-title").wait_for()
    open_part(page, contents)
    expect(field_of(page)).to_have_value("")
    page.get_by_role("button", name="枠に入れて直す").click()
    assert len(field_of(page).input_value()) == 120_000
    field_of(page).fill("短くした文。")
    expect(page.locator("[data-autosave-status]")).to_contain_text(SAVED)
    assert stored(page, contents) == "短くした文。"


def test_a_copy_of_a_lost_page_comes_back(writer: Person) -> None:
    page = writer.page
    page.add_init_script(NOTHING_GOES_ALONG)
    contents = begin(page)
    page.route("**/autosave", lambda route: route.abort())
    field_of(page).fill("送れなかった文。")
    expect(page.locator("[data-autosave-status]")).to_contain_text("つながっていません")
    page.close()
    again = writer.context.new_page()
    open_part(again, contents)
    expect(field_of(again)).to_have_value("送れなかった文。")
    assert stored(again, contents) == "送れなかった文。"


def test_a_stale_tab_is_asked_and_overwrites_nothing(writer: Person) -> None:
    page = writer.page
    contents = begin(page)
    stale = writer.context.new_page()
    open_part(stale, contents)
    field_of(page).fill("机で書いた文。")
    expect(page.locator("[data-autosave-status]")).to_contain_text(SAVED)
    field_of(stale).fill("電話に残っていた文。")
    expect(stale.locator("[data-autosave-offer]")).to_contain_text("文と分かれました")
    expect(stale.locator("[data-autosave-offer]")).to_be_in_viewport()
    expect(stale.locator("[data-autosave-status]")).to_have_text("まだ保存していません")
    assert stored(page, contents) == "机で書いた文。"
    stale.get_by_role("button", name="違いを確かめる").click()
    expect(stale.locator(".conflict")).to_contain_text("編集しているあいだに、内容が変わりました")
    stale.get_by_role("button", name="この文に置きかえる").click()
    stale.locator(".story-title").wait_for()
    assert stored(page, contents) == "電話に残っていた文。"
    stale.goto(f"{contents}/problem/texts")
    expect(stale.locator("main")).to_contain_text("机で書いた文。")
    open_part(stale, contents)
    expect(stale.locator("[data-autosave-offer]")).to_be_hidden()


def test_leaving_by_a_link_saves_what_was_typed(writer: Person) -> None:
    page = writer.page
    contents = begin(page)
    field_of(page).fill("すぐに離れた文。")
    page.get_by_role("link", name="目次").first.click()
    page.locator(".story-title").wait_for()
    # It is sent beside the next page, not before it; the contents know of it all the same.
    expect(page.locator("ol.contents")).to_contain_text("すぐに離れた文。")
    assert stored(page, contents) == "すぐに離れた文。"


def test_back_and_forward_show_what_is_stored_and_a_press_keeps_it(writer: Person) -> None:
    page = writer.page
    contents = begin(page)
    page.get_by_role("link", name="目次").first.click()
    page.locator("a[href$='/problem']").first.click()
    page.wait_for_load_state("networkidle")
    field_of(page).fill("もう保存した文。")
    expect(page.locator("[data-autosave-status]")).to_contain_text(SAVED)
    page.go_back()
    page.locator(".story-title").wait_for()
    page.go_forward()
    expect(field_of(page)).to_have_value("もう保存した文。")
    page.get_by_role("button", name="つぎ").click()
    page.get_by_role("heading", name="なぜ、この方法にしましたか。").wait_for()
    assert stored(page, contents) == "もう保存した文。"


def test_an_old_page_from_a_cache_that_keeps_all_overwrites_nothing(writer: Person) -> None:
    """As a browser that takes no heed of no-store, or a tab that is duplicated: the page as it was first served."""
    page = writer.page
    contents = begin(page)
    answer = page.request.get(f"{contents}/problem")
    first = answer.text()
    page.route("**/write/problem", lambda route: route.fulfill(body=first, content_type="text/html"), times=2)
    open_part(page, contents)
    field_of(page).fill("もう保存した文。")
    expect(page.locator("[data-autosave-status]")).to_contain_text(SAVED)
    open_part(page, contents)
    page.unroute_all()
    page.get_by_role("button", name="つぎ").click()
    page.get_by_role("heading", name="なぜ、この方法にしましたか。").wait_for()
    open_part(page, contents)
    expect(field_of(page)).to_have_value("もう保存した文。")
    assert stored(page, contents) == "もう保存した文。"
