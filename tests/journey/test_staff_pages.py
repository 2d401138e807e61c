"""Pages of the staff on a phone: nothing is cut off without a hint, and the log of privileged acts fits its screen."""

import pytest
from playwright.sync_api import Browser, Page

from tests.journey.browsing import CS, PHONE, Person
from tests.journey.looking import THEMES
from tests.journey.pages import ADMINISTRATOR, STAFF, list_stops, prepare
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# Rows of the log that are to be seen at once.
ROWS_SEEN = 10
# What reaches over an edge of the window outside of a box that scrolls, and boxes that scroll and do not show it.
CUT_OFF = """() => {
  const scrolls = (e) => /auto|scroll/.test(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1;
  const isInABox = (e) => e !== null && (scrolls(e) || isInABox(e.parentElement));
  const isShown = (e) => e.checkVisibility() && getComputedStyle(e).clipPath !== "inset(50%)";
  const isSeen = (e) => e.matches("img, svg, input, select, textarea, button, .btn, .card")
    || [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
  const isOver = (e) => {
    const { left, right, width } = e.getBoundingClientRect();
    return width > 1 && (left < -1 || right > document.documentElement.clientWidth + 1);
  };
  const all = [...document.querySelectorAll("#main *")].filter(isShown);
  const name = (e) => `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 40)}`;
  const over = all.filter((e) => isSeen(e) && isOver(e) && !isInABox(e));
  const hasHint = (e) => {
    const { backgroundImage, backgroundAttachment } = getComputedStyle(e);
    const isShaded = backgroundImage.includes("gradient") && backgroundAttachment.includes("local");
    return isShaded && e.tabIndex === 0 && e.hasAttribute("aria-label") && e.hasAttribute("role");
  };
  const unmarked = all.filter((e) => scrolls(e) && !hasHint(e));
  return [...over.map((e) => `over the edge: ${name(e)}`), ...unmarked.map((e) => `without a hint: ${name(e)}`)];
}"""


@pytest.fixture(scope="module")
def staff(browser: Browser, tsudoi: Installation) -> Page:
    person = Person(browser, tsudoi.url(), ADMINISTRATOR, viewport=PHONE, touch=True)
    return person.sign_in().page


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_cut_off_without_a_hint(browser: Browser, tsudoi: Installation, staff: Page, theme: str) -> None:
    staff.emulate_media(color_scheme=theme)  # pyright: ignore[reportArgumentType]  one of the two
    stops = [stop for stop in list_stops(prepare(browser, tsudoi)) if stop.by == (STAFF,) and not stop.press]
    assert len(stops) > 20
    shaded = 0
    wrong: list[str] = []
    for stop in stops:
        staff.goto(stop.path)
        wrong += [f"{stop.path}: {fault}" for fault in staff.evaluate(CUT_OFF)]
        shaded += staff.locator(".table-box").count()
    assert shaded > 0
    assert not wrong, "\n".join(wrong)


def test_ten_rows_of_the_log_fit_a_screen(staff: Page) -> None:
    staff.goto("/staff/audit/")
    rows = staff.locator(".log [data-row]")
    assert rows.count() > ROWS_SEEN
    head, last = staff.locator(".log h2").first.bounding_box(), rows.nth(ROWS_SEEN - 1).bounding_box()
    bars = sum(box["height"] for name in (".topbar", ".tabbar") if (box := staff.locator(name).bounding_box()))
    assert head is not None
    assert last is not None
    assert last["y"] + last["height"] - head["y"] <= PHONE["height"] - bars


def test_cs_finds_a_company_by_its_reading(browser: Browser, tsudoi: Installation) -> None:
    page = Person(browser, tsudoi.url(), CS, viewport=PHONE, touch=True).sign_in().page
    page.goto("/companies")
    page.get_by_role("searchbox").last.fill("ｷﾀﾊﾏ")
    page.locator("main").get_by_role("button", name="さがす").click()
    page.wait_for_url("**/companies?*q=*")
    assert page.locator("main .row-title").all_inner_texts() == ["株式会社北浜精工"]
