"""What happens elsewhere appears on an open page where it belongs, and the reader's place stays."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journey.browsing import ANSWERER, ASKER, Door, edit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# Nobody else's: other journeys change how the others sign in.
READER = "koga@yuime-lab.example.jp"

WORDS = "\n\n".join(f"{n}行目の説明です。" for n in range(1, 30))


def top_of(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"]


def open_live(page: Page, path: str) -> None:
    """And wait until the page hears what happens: before, a note beside the posts may come and go."""
    with page.expect_response(re.compile(rf"{path}/\w+\?")):  # asked when the socket is there
        page.goto(path)
    expect(page.locator("[data-live]")).not_to_have_attribute("data-polling", "")


def test_an_accepted_answer_and_an_edit_appear_on_an_open_page_and_nothing_moves(door: Door) -> None:
    asker, answerer, reader = door.enter(ASKER), door.enter(ANSWERER), door.enter(READER)
    path = asker.ask("開いたままのページ", WORDS)
    answerer.answer(path, "これで直ります。")
    answerer.answer(path, "もうひとつの方法です。")
    page = reader.page
    open_live(page, path)
    last = page.locator("#posts > article").last
    last.evaluate("post => post.scrollIntoView()")
    before = top_of(page, "#posts > article:last-child")
    assert page.evaluate("scrollY") > 0

    asker.page.goto(path)
    asker.page.get_by_role("button", name="この回答で解決").first.click()
    expect(asker.page.locator(".answer")).to_contain_text("これで直ります。")

    expect(page.locator(".answer")).to_contain_text("これで直ります。")
    expect(page.locator(".topic-state")).to_contain_text("解決")
    expect(page.locator("#posts .answer-here")).to_be_attached()
    assert abs(top_of(page, "#posts > article:last-child") - before) <= 1

    # The reader is busy within a post that changes: it waits until they are through.
    reaction = last.get_by_role("button").first
    reaction.focus()
    edit(answerer.page.locator("#posts > article").last)
    answerer.page.locator("textarea[name=body]").fill("直した方法です。")
    answerer.page.get_by_role("button", name="保存する").click()
    expect(answerer.page.locator("#posts")).to_contain_text("直した方法です。")
    page.wait_for_timeout(3000)
    expect(reaction).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    expect(last).to_contain_text("直した方法です。")
    for person in (asker, answerer, reader):
        person.close()
