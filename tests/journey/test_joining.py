"""Joining in each of the four ways, and a newcomer's first act, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from models.joining import TermsAcceptance, TermsVersion
from tests.journey.browsing import ASKER, ASKERS_COMPANY, PHONE, Door, Person
from tests.journey.looking import Looking
from tests.journey.pages import ADMINISTRATOR
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

OF_THE_SAME_TRADE = "鞆浦建材株式会社"
QUESTION = "検品の写真が、一覧で横向きになります"


@pytest.fixture
def staff(door: Door) -> Iterator[Page]:
    person = door.enter(ADMINISTRATOR)
    Looking.prepare(person.context)
    yield person.page
    person.close()


def newcomer(browser: Browser, tsudoi: Installation, email: str) -> Person:
    person = Person(browser, tsudoi.url(), email, viewport=PHONE)
    Looking.prepare(person.context)
    return person


def mailed_path(tsudoi: Installation, email: str) -> str:
    with tsudoi.database() as connection:
        found = connection.execute(
            sa.text("select text from mail where to_address = :to order by id desc"), {"to": email}
        )
        text: Any = found.scalars().first()
    assert text, email
    return re.findall(r"https?://[^/\s]+(/\S+)", text)[0]


def become_member(person: Person, path: str, *, family_name: str | None, handle: str) -> None:
    page = person.page
    page.goto(path)
    if family_name is not None:
        page.get_by_label("姓", exact=True).fill(family_name)
    page.get_by_label("ハンドル").fill(handle)
    page.get_by_label("パスワード", exact=True).fill("hajimete-no-asa")
    page.get_by_label("同意します").check()
    page.get_by_role("button", name="参加する").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ようこそ、")


def look_with_axe(page: Page) -> None:
    looking = Looking()
    page.wait_for_load_state()
    assert looking.check(page) == []
    assert looking.check_colours(page)[0] == []


def expect_company(person: Person, name: str) -> None:
    person.page.locator("#me-button").click()
    expect(person.page.locator("#me-menu .who")).to_be_visible()
    expect(person.page.locator("#me-menu .who")).to_contain_text(name)


def test_by_letter_and_the_first_act(browser: Browser, tsudoi: Installation, door: Door, staff: Page) -> None:
    with tsudoi.database() as connection:
        connection.execute(
            sa.text("update account set industry = '食品製造業' where name in (:a, :b)"),
            {"a": ASKERS_COMPANY, "b": OF_THE_SAME_TRADE},
        )
    asker = door.enter(ASKER)
    asker.ask(QUESTION, "縦に撮っても横になります。")
    asker.close()
    email = "hajime@private.example.jp"
    staff.goto("/invitations")
    staff.get_by_label("招待する人のメールアドレス").fill(email)
    staff.locator("select[name=account]").select_option(label=OF_THE_SAME_TRADE)
    staff.get_by_role("button", name="招待する").click()
    expect(staff.get_by_text("招待状を送りました")).to_be_visible()
    person = newcomer(browser, tsudoi, email)
    become_member(person, mailed_path(tsudoi, email), family_name="初瀬", handle="hatsuse")
    page = person.page
    expect(page.locator(".card")).to_contain_text(QUESTION)
    look_with_axe(page)
    page.get_by_role("button", name="うちも同じ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    expect(page.locator("article").first.get_by_role("button", name=re.compile("うちも同じ"))).to_have_attribute(
        "aria-pressed", "true"
    )
    page.goto("/welcome")
    expect(page).to_have_url(tsudoi.url() + "/")
    person.close()


def test_by_the_companys_link(browser: Browser, tsudoi: Installation, staff: Page) -> None:
    staff.goto("/invitations/links")
    staff.locator("select[name=account]").select_option(label=ASKERS_COMPANY)
    staff.get_by_label("会社のメールドメインのアドレスだけに限る").uncheck()
    staff.get_by_role("button", name="参加リンクを作る").click()
    link = staff.locator("[data-made-link]").input_value()
    look_with_axe(staff)
    person = newcomer(browser, tsudoi, "tsunagu@private.example.jp")
    person.page.goto(link)
    expect(person.page.locator("#main")).to_contain_text(ASKERS_COMPANY)
    person.page.get_by_label("会社のメールアドレス").fill(person.email)
    person.page.get_by_role("button", name="確認メールを受け取る").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("メールを確かめてください")
    become_member(person, mailed_path(tsudoi, person.email), family_name="綱木", handle="tsunagi")
    expect_company(person, ASKERS_COMPANY)
    person.close()
    staff.goto("/invitations/links")
    expect(staff.locator("#main")).to_contain_text("1人 / 20人")


def test_by_the_companys_mail_domain(browser: Browser, tsudoi: Installation) -> None:
    person = newcomer(browser, tsudoi, "aoi@" + ASKER.partition("@")[2])
    person.page.goto("/sign-in")
    person.page.get_by_role("link", name="会社のアドレスで参加する").click()
    person.page.get_by_label("会社のメールアドレス").fill(person.email)
    person.page.get_by_role("button", name="確認メールを受け取る").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("メールを確かめてください")
    become_member(person, mailed_path(tsudoi, person.email), family_name="青江", handle="aoe")
    person.page.get_by_role("button", name="あとで。ホームへ進む").click()
    expect(person.page).to_have_url(tsudoi.url() + "/")
    expect_company(person, ASKERS_COMPANY)
    person.close()


def test_by_a_file_of_colleagues(browser: Browser, tsudoi: Installation, staff: Page, tmp_path: Path) -> None:
    domain = ASKER.partition("@")[2]
    file = tmp_path / "people.csv"
    rows = ["メールアドレス,氏名", f"maki@{domain},牧野 真紀", f"{ASKER},佐伯", "x@other.example,他社"]
    file.write_bytes("\r\n".join(rows).encode("cp932"))
    staff.goto("/invitations/csv")
    staff.locator("select[name=account]").select_option(label=ASKERS_COMPANY)
    staff.get_by_label("CSVファイル").set_input_files(file)
    staff.get_by_role("button", name="内容を確かめる").click()
    expect(staff.locator("#main")).to_contain_text("もうメンバーです")
    expect(staff.locator("#main")).to_contain_text("この会社のメールドメインではありません")
    look_with_axe(staff)
    staff.get_by_role("button", name="1人に招待状を送る").click()
    expect(staff.get_by_text("1人に招待状を送りました")).to_be_visible()
    person = newcomer(browser, tsudoi, f"maki@{domain}")
    person.page.goto(mailed_path(tsudoi, person.email))
    expect(person.page.get_by_label("姓", exact=True)).to_have_value("牧野")
    become_member(person, mailed_path(tsudoi, person.email), family_name=None, handle="makino")
    person.close()


@pytest.fixture
def terms_are_taken_back(tsudoi: Installation) -> Iterator[None]:
    """What the page cannot do: the other tests here meet nobody who has to agree first."""
    yield
    with tsudoi.database() as connection:
        published = sa.select(TermsVersion.id).where(TermsVersion.number > 1)
        connection.execute(sa.delete(TermsAcceptance).where(TermsAcceptance.version_id.in_(published)))
        connection.execute(sa.delete(TermsVersion).where(TermsVersion.number > 1))


@pytest.mark.usefixtures("terms_are_taken_back")
def test_new_terms_are_agreed_to_once_on_the_way(tsudoi: Installation, staff: Page) -> None:
    staff.goto("/terms/versions")
    staff.get_by_label("本文（日本語）").fill("## 約束\n\n新しい約束です。")
    staff.get_by_role("button", name="公開する").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("続ける前に、お読みください")
    look_with_axe(staff)
    staff.get_by_role("button", name="同意して続ける").click()
    expect(staff.locator("#main")).to_contain_text("利用規約 第2版")
    expect(staff).to_have_url(tsudoi.url() + "/terms/versions")
