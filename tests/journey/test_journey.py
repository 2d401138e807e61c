"""The product's main job, from a customer's question to the score it moves, and back."""

import math
import re
import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.journey.browsing import (
    ANSWERER,
    ANSWERERS_COMPANY,
    ASKER,
    ASKERS_COMPANY,
    CS,
    MODERATOR,
    PHONE,
    Person,
    follow,
)
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

QUESTION = "検査表の写真が、承認の画面で横向きになります"
ANSWER = "撮るときに端末を縦にして、取り込みの前に「向きを直す」を押すと直りました。"
PROCESSED_SECONDS = 90
# A look is a page that is made, on the cores that process what is waited for; it is drawn when it has changed.
LOOK_SECONDS = 1


def until_behavior_differs(cs: Person, company: str, changed_from: float) -> float:
    """The first value that differs, as the company's page shows it: scores follow within seconds."""
    deadline = time.monotonic() + PROCESSED_SECONDS
    while time.monotonic() < deadline:
        if not math.isclose(cs.ask_for_behavior_of(company), changed_from, abs_tol=1e-9):
            return cs.behavior_of(company)
        time.sleep(LOOK_SECONDS)
    pytest.fail(f"the score stayed at {changed_from}")


def list_acts(page: Page) -> str:
    """From a company's page, which has a table too; the second table here is folded."""
    follow(page.get_by_role("link", name="行動の一覧"), re.compile(r"/acts(\?.*)?$"))
    return page.locator("table").first.inner_text()


def test_a_customers_post_moves_the_score_and_its_removal_takes_it_back(
    installation: Installation, browser: Browser, tmp_path: Path
) -> None:
    screenshot = tmp_path / "screenshot.png"
    Image.new("RGB", (640, 360), "#B0450E").save(screenshot)
    last = installation.webs - 1
    asker = Person(browser, installation.url(0), ASKER).sign_in()
    answerer = Person(browser, installation.url(last), ANSWERER, viewport=PHONE).sign_in()
    cs = Person(browser, installation.url(last), CS).sign_in()
    moderator = Person(browser, installation.url(0), MODERATOR).sign_in()
    asker_before, answerer_before = cs.behavior_of(ASKERS_COMPANY), cs.behavior_of(ANSWERERS_COMPANY)

    path = ask_with_a_screenshot(asker, screenshot)
    answerer.answer(path, ANSWER)
    see_it_arrive(asker.page)

    # A accepts; both companies' scores have moved within seconds.
    asker.page.get_by_role("button", name="この回答で解決").click()
    expect(asker.page.locator(".answer")).to_contain_text(ANSWER)
    asker_after = until_behavior_differs(cs, ASKERS_COMPANY, asker_before)
    assert asker_after > asker_before
    answerer_after = until_behavior_differs(cs, ANSWERERS_COMPANY, answerer_before)
    answerer_after = wait_for_two_acts(cs, answerer_after)
    assert answerer_after > answerer_before

    # The page draws it, says why, and leads to those very acts.
    expect(cs.page.locator("svg path").first).to_be_attached()
    expect(cs.page.locator(".why .lead")).to_contain_text("行動力は")
    listed = list_acts(cs.page)
    assert "解決した回答" in listed
    assert QUESTION in listed

    # A moderator removes it as spam: the score goes back and the withdrawal is on record.
    remove_as_spam(moderator.page, path)
    gone = until_behavior_differs(cs, ANSWERERS_COMPANY, answerer_after)
    assert math.isclose(gone, answerer_before, abs_tol=1e-9)
    assert "取り消し" in list_acts(cs.page)
    answerer.page.goto(path)
    expect(answerer.page.locator("main")).to_contain_text("宣伝・迷惑な投稿")

    # It was a mistake: restored, and so is the score.
    moderator.page.goto(path)
    moderator.page.get_by_role("button", name="もとに戻す").first.click()
    restored = until_behavior_differs(cs, ANSWERERS_COMPANY, gone)
    assert math.isclose(restored, answerer_after, abs_tol=1e-9)

    # Stopped and started, then killed: nothing is lost.
    installation.stop()
    installation.start()
    assert math.isclose(cs.behavior_of(ANSWERERS_COMPANY), answerer_after, abs_tol=1e-9)
    installation.kill("worker")
    installation.kill("web")
    installation.wait_until_up()
    assert math.isclose(cs.behavior_of(ANSWERERS_COMPANY), answerer_after, abs_tol=1e-9)
    expect(cs.page.locator(".why .lead")).to_contain_text("行動力は")
    for person in (asker, answerer, cs, moderator):
        person.close()


def ask_with_a_screenshot(asker: Person, screenshot: Path) -> str:
    path = asker.ask(QUESTION, "縦で撮った写真が横になります。", screenshot)
    picture = asker.page.locator("article img").first
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 640)  # once it is loaded
    return path


def see_it_arrive(page: Page) -> None:
    """The answer is announced, and nothing moves until the reader asks for it."""
    pill = page.get_by_role("button", name=re.compile("新しい返信が1件"))
    expect(pill).to_be_visible()
    expect(page.locator("#posts")).not_to_contain_text(ANSWER)
    pill.click()
    expect(page.locator("#posts")).to_contain_text(ANSWER)
    expect(page.locator("#bell-count")).to_have_text(re.compile("[1-9]"))


def remove_as_spam(page: Page, path: str) -> None:
    page.goto(path)
    answer = page.locator(".answer, #posts article").filter(has_text=ANSWER).first
    answer.get_by_role("link", name="取り下げる（運営）").click()
    page.get_by_label(re.compile("宣伝")).check()
    page.get_by_role("button", name="取り下げる").click()


def wait_for_two_acts(cs: Person, seen: float) -> float:
    """Reply and acceptance are two acts; the first may have been processed a moment before the second."""
    deadline = time.monotonic() + PROCESSED_SECONDS
    while time.monotonic() < deadline:
        listed = list_acts(cs.page)
        score = cs.behavior_of(ANSWERERS_COMPANY)
        if listed.count(QUESTION) >= 2 and math.isclose(score, seen, abs_tol=1e-9):
            return score
        seen = score
        time.sleep(LOOK_SECONDS)
    pytest.fail("the acceptance did not arrive")
