"""The product's main job without a mouse: whatever is needed is reached by keys, and what has the focus is seen."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from community.signin.passwords import SAMPLE_PASSWORD
from tests.journey.browsing import ANSWERER, ANSWERERS_COMPANY, ASKER, CS, Person
from tests.journey.test_conflicts import MANAGER
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

QUESTION = "キーボードだけで質問できますか"
ANSWER = "はい、できました。"
# More stops than any page has before what is looked for.
MOST_STOPS = 120
FOCUSED = """() => {
  const element = document.activeElement;
  const labels = [...(element.labels ?? [])].map((label) => label.textContent);
  const name = element.getAttribute('aria-label') ?? (labels.join(' ') || element.textContent);
  // A field inside a box may leave the ring to its box.
  const box = element.closest('.composer, .topic-row, .filter, .search, label');
  const isRinged = (each) => {
    const style = each && getComputedStyle(each);
    return Boolean(each) && (style.outlineStyle !== 'none' || style.boxShadow !== 'none');
  };
  return {name: name.trim(), inMain: Boolean(element.closest('main')), isSeen: [element, box].some(isRinged)};
}"""


@pytest.fixture
def url(tsudoi: Installation) -> str:
    """Of the shared installation, where nobody's draft stands in the fields."""
    with tsudoi.database() as connection:
        connection.execute(sa.text("delete from draft"))
    return tsudoi.url()


class Typist:
    """Somebody without a mouse."""

    def __init__(self, browser: Browser, url: str, email: str) -> None:
        self.person = Person(browser, url, email)
        self.page: Page = self.person.page

    def sign_in(self) -> "Typist":
        self.page.goto("/sign-in")
        self.tab_to("メールアドレス")
        self.type(self.person.email)
        self.tab_to("パスワード")
        self.type(SAMPLE_PASSWORD)
        self.press_and_go()
        expect(self.page.locator("#me-button")).to_be_visible()
        return self

    def tab_to(self, name: str, *, in_main: bool = False) -> None:
        """From here on with Tab, as far as it takes; every stop on the way can be seen."""
        stops = []
        for _ in range(MOST_STOPS):
            self.press("Tab")
            focused = self.page.evaluate(FOCUSED)
            stops.append(focused["name"][:30])
            assert focused["isSeen"], f"{focused} has the focus and does not show it"
            if name in focused["name"] and (focused["inMain"] or not in_main):
                return
        pytest.fail(f"{name} is not reached from {self.page.url}: {stops}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def press_and_go(self, key: str = "Enter") -> None:
        """And wait for the page that this leads to, with its scripts."""
        with self.page.expect_navigation():
            self.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)


def test_the_journey_needs_no_mouse(browser: Browser, url: str) -> None:
    asker, answerer = Typist(browser, url, ASKER).sign_in(), Typist(browser, url, ANSWERER).sign_in()

    path = ask(asker)
    reply(answerer)
    asker.page.goto(path)
    asker.tab_to("この回答で解決")
    asker.press_and_go()
    expect(asker.page.locator(".answer")).to_contain_text(ANSWER)

    look_at_the_score(Typist(browser, url, CS).sign_in())
    remove_and_restore(Typist(browser, url, MANAGER).sign_in(), path)
    for typist in (asker, answerer):
        typist.person.close()


def ask(asker: Typist) -> str:
    asker.tab_to("質問する")
    asker.press_and_go()
    expect(asker.page.get_by_role("heading", level=1)).to_have_text("質問する")
    asker.tab_to("題")
    asker.type(QUESTION)
    asker.tab_to("書き込むカテゴリ")
    asker.press("ArrowDown")
    asker.tab_to("本文")
    asker.type("マウスがありません。")
    asker.press_and_go("Control+Enter")
    expect(asker.page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    return asker.page.url.removeprefix(asker.person.url)


def reply(answerer: Typist) -> None:
    """The newest is the first of the list: J, Enter, R."""
    answerer.tab_to("質問・相談")
    answerer.press_and_go()
    expect(answerer.page.locator("[data-list] li").first).to_contain_text(QUESTION)
    answerer.press("j")
    expect(answerer.page.locator(".is-current")).to_contain_text(QUESTION)
    answerer.press_and_go()
    expect(answerer.page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    answerer.press("r")
    expect(answerer.page.locator("#reply-body")).to_be_focused()
    answerer.type(ANSWER)
    answerer.press_and_go("Control+Enter")
    expect(answerer.page.locator("#posts")).to_contain_text(ANSWER)


def look_at_the_score(cs: Typist) -> None:
    cs.tab_to("契約企業")
    cs.press_and_go()
    cs.tab_to("表で見る")
    cs.press_and_go()
    cs.tab_to(ANSWERERS_COMPANY, in_main=True)
    cs.press_and_go()
    expect(cs.page.get_by_role("heading", level=1)).to_contain_text(ANSWERERS_COMPANY)
    cs.tab_to("行動の一覧")
    cs.press_and_go()
    expect(cs.page.locator("table").first).to_be_visible()
    cs.person.close()


def remove_and_restore(moderator: Typist, path: str) -> None:
    moderator.page.goto(path)
    moderator.tab_to("取り下げる（運営）", in_main=True)
    moderator.press_and_go()
    moderator.tab_to("宣伝")
    moderator.press("Space")
    moderator.tab_to("取り下げる", in_main=True)
    moderator.press_and_go()
    moderator.tab_to("もとに戻す", in_main=True)
    moderator.press_and_go()
    expect(moderator.page.locator("#main")).to_contain_text(ANSWER)
    moderator.person.close()
