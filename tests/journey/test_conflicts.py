"""Two tabs edit one thing: the second is told what changed meanwhile, and chooses."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests.journey.browsing import ASKER, ASKERS_COMPANY, CS, DESKTOP, PHONE, Door, Person, expect_to_fit
from tests.journey.test_companies import account_id
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MANAGER = "hayasaka@kumihimo.example.jp"

Enter = Callable[[str], Person]
# What is typed in the first tab and in the second.
SAID = "一つめの画面の文", "二つめの画面の文"


@pytest.fixture
def enter(door: Door) -> Iterator[Enter]:
    people: list[Person] = []

    def come_in(email: str) -> Person:
        people.append(door.enter(email, viewport=PHONE))
        return people[-1]

    yield come_in
    for person in people:
        person.close()


def read(tsudoi: Installation, query: str, **values: object) -> Any:  # noqa: ANN401  a column of any type
    with tsudoi.database() as connection:
        return connection.execute(sa.text(query), values).scalar_one()


def save(page: Page) -> None:
    page.locator("main form").get_by_role("button", name="保存する").click()


def edit_in_two_tabs(person: Person, path: str, field: str, stored: Callable[[], str]) -> Page:
    """Save in one tab, then in the other; return the other, which is asked."""
    one, two = person.page, person.context.new_page()
    for tab in (one, two):
        tab.goto(path)
    before = stored()
    for tab, text in zip((one, two), SAID, strict=True):
        tab.locator(field).fill(text)
    save(one)
    expect(one).not_to_have_url(f"{person.url}{path}")
    expect(one.locator(".conflict")).to_have_count(0)
    save(two)
    told = two.locator(".conflict")
    expect(told).to_contain_text("編集しているあいだに、内容が変わりました")
    expect(told).to_be_focused()
    expect(two.locator(field)).to_have_value(SAID[1])
    for viewport in (DESKTOP, PHONE):  # from the desk to the telephone, on which it goes on
        two.set_viewport_size(viewport)
        expect_to_fit(two)
    assert stored() == SAID[0] != before  # the form may show a draft of the second tab
    return two


def overwrite(person: Person, two: Page, path: str, field: str, typed: str) -> None:
    """Choose what was typed in the second tab."""
    save(two)
    expect(two).not_to_have_url(f"{person.url}{path}")
    two.goto(path)
    expect(two.locator(field)).to_have_value(typed)


def take_what_is_stored(two: Page, field: str, stored: str) -> None:
    two.get_by_role("link", name="いまの内容で開き直す").click()
    expect(two.locator(".conflict")).to_have_count(0)
    expect(two.locator(field)).to_have_value(stored)


def test_two_tabs_on_a_post(enter: Enter, tsudoi: Installation) -> None:
    asker, field = enter(ASKER), "textarea[name=body]"
    asker.answer(asker.ask(f"直します：{SAID[0]}", "どうなりますか。"), "はじめに書いた文")
    post = read(tsudoi, "select max(id) from post")
    path = f"/forums/posts/{post}/edit"
    two = edit_in_two_tabs(asker, path, field, lambda: read(tsudoi, "select body from post where id = :id", id=post))
    expect(two.locator(".conflict del")).to_have_text("一")
    expect(two.locator(".conflict ins")).to_have_text("二")
    overwrite(asker, two, path, field, SAID[1])


def test_two_tabs_on_a_company(enter: Enter, tsudoi: Installation) -> None:
    cs = enter(CS)
    company, industry = account_id(tsudoi, ASKERS_COMPANY), "select industry from account where id = :id"
    path, field = f"/companies/{company}/edit", "input[name=industry]"
    two = edit_in_two_tabs(cs, path, field, lambda: read(tsudoi, industry, id=company))
    row = two.locator(".conflict tbody tr")
    expect(row.locator("th, td")).to_have_text(["業種", *SAID])
    overwrite(cs, two, path, field, SAID[1])


def test_two_tabs_on_a_category(enter: Enter, tsudoi: Installation) -> None:
    manager = enter(MANAGER)
    category, name = read(tsudoi, "select min(id) from category"), "select name_en from category where id = :id"
    path, field = f"/forums/categories/{category}/edit", "input[name=name_en]"
    two = edit_in_two_tabs(manager, path, field, lambda: read(tsudoi, name, id=category))
    expect(two.locator(".conflict")).to_contain_text("さんが変えました")
    take_what_is_stored(two, field, SAID[0])


def test_two_tabs_on_the_profile(enter: Enter, tsudoi: Installation) -> None:
    asker, path, field = enter(ASKER), "/me/profile", "textarea[name=bio]"
    bio = "select bio from member where email = :email"
    two = edit_in_two_tabs(asker, path, field, lambda: read(tsudoi, bio, email=ASKER))
    take_what_is_stored(two, field, SAID[0])
