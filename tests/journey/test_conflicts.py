"""Two tabs edit one thing: the second is told what changed meanwhile, and chooses."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journey.browsing import ASKER, ASKERS_COMPANY, CS, DESKTOP, PHONE, Person
from tests.journey.test_companies import account_id, fits
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MANAGER = "hayasaka@kumihimo.example.jp"
FIRST, SECOND = "一つめの画面で書いた文", "二つめの画面で書いた文"


@pytest.fixture(scope="module")
def tsudoi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation("embedded", tmp_path_factory.mktemp("conflicts"), demo=True) as running:
        yield running


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def enter(request: pytest.FixtureRequest, browser: Browser, tsudoi: Installation) -> Iterator[Callable[[str], Person]]:
    people: list[Person] = []
    viewport: ViewportSize = request.param

    def come_in(email: str) -> Person:
        people.append(Person(browser, tsudoi.url(), email, viewport=viewport).sign_in())
        return people[-1]

    yield come_in
    for person in people:
        person.close()


def number_of(tsudoi: Installation, query: str) -> int:
    with tsudoi.database() as connection:
        return connection.execute(sa.text(query)).scalar_one()


def save(page: Page) -> None:
    page.locator("main form").get_by_role("button", name="保存する").click()


def edit_in_two_tabs(person: Person, path: str, field: str) -> Page:
    """Save in one tab, then in the other; return the other, which is asked."""
    one, two = person.page, person.context.new_page()
    for tab in (one, two):
        tab.goto(path)
    before = one.locator(field).input_value()
    one.locator(field).fill(FIRST)
    two.locator(field).fill(SECOND)
    save(one)
    expect(one.locator(".conflict")).to_have_count(0)
    expect(one).not_to_have_url(f"{person.url}{path}")
    save(two)
    told = two.locator(".conflict")
    expect(told).to_contain_text("編集しているあいだに、内容が変わりました")
    expect(told).to_be_focused()
    expect(two.locator(field)).to_have_value(SECOND)
    fits(two)
    one.goto(path)
    expect(one.locator(field)).to_have_value(FIRST)
    assert before not in {FIRST, SECOND}
    return two


def overwrite(person: Person, two: Page, path: str, field: str) -> None:
    """Choose what was typed in the second tab."""
    save(two)
    expect(two).not_to_have_url(f"{person.url}{path}")
    two.goto(path)
    expect(two.locator(field)).to_have_value(SECOND)


def take_what_is_stored(two: Page, field: str) -> None:
    two.get_by_role("link", name="いまの内容で開き直す").click()
    expect(two.locator(".conflict")).to_have_count(0)
    expect(two.locator(field)).to_have_value(FIRST)


def test_two_tabs_on_a_post(enter: Callable[[str], Person], tsudoi: Installation) -> None:
    asker, field = enter(ASKER), "textarea[name=body]"
    topic = number_of(tsudoi, "select id from topic where hidden_at is null order by id desc limit 1")
    asker.answer(f"/forums/topics/{topic}", "はじめに書いた文")
    post = number_of(tsudoi, "select max(id) from post")
    path = f"/forums/posts/{post}/edit"
    two = edit_in_two_tabs(asker, path, field)
    expect(two.locator(".conflict del")).to_have_text("一")
    expect(two.locator(".conflict ins")).to_have_text("二")
    overwrite(asker, two, path, field)


def test_two_tabs_on_a_company(enter: Callable[[str], Person], tsudoi: Installation) -> None:
    cs = enter(CS)
    path, field = f"/companies/{account_id(tsudoi, ASKERS_COMPANY)}/edit", "input[name=industry]"
    two = edit_in_two_tabs(cs, path, field)
    row = two.locator(".conflict tbody tr")
    expect(row.locator("th, td")).to_have_text(["業種", FIRST, SECOND])
    overwrite(cs, two, path, field)
    _restore(two, path, field, "製造業")


def test_two_tabs_on_a_category(enter: Callable[[str], Person], tsudoi: Installation) -> None:
    manager = enter(MANAGER)
    shelf = number_of(tsudoi, "select min(id) from category")
    path, field = f"/forums/categories/{shelf}/edit", "input[name=name_en]"
    two = edit_in_two_tabs(manager, path, field)
    expect(two.locator(".conflict")).to_contain_text("さんが変えました")
    take_what_is_stored(two, field)
    _restore(two, path, field, "Apps")


def test_two_tabs_on_the_profile(enter: Callable[[str], Person]) -> None:
    asker, path, field = enter(ASKER), "/me/profile", "textarea[name=bio]"
    two = edit_in_two_tabs(asker, path, field)
    take_what_is_stored(two, field)
    _restore(two, path, field, "よろしくお願いします。")


def _restore(page: Page, path: str, field: str, value: str) -> None:
    """For the next screen."""
    page.goto(path)
    page.locator(field).fill(value)
    save(page)
    expect(page.locator(".conflict")).to_have_count(0)
