"""The keys of an account, in a browser: a second factor, devices, another address."""

import re
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect
from pyotp.totp import TOTP

from community.signin.passwords import SAMPLE_PASSWORD
from tests.journey.browsing import DESKTOP, Person, expect_to_fit, follow
from tests.journey.looking import ONLY_WIDTH, THEMES, Looking
from tests.journey.pages import LINK
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# Nobody else's: from then on there is another way in.
KEEPER, NEW_ADDRESS = "onodera@kamome-foods.example.com", "atarashii@kamome-foods.example.com"
STEP_SECONDS = 30


def test_the_keys_of_an_account(browser: Browser, tsudoi: Installation) -> None:
    laptop, phone = (Person(browser, tsudoi.url(), KEEPER) for _ in range(2))
    look_at = Look(laptop.page)
    secret, codes = set_up(laptop.sign_in(), look_at)
    sign_out(laptop.page)

    to_second_step(laptop)
    look_at(laptop.page)
    show(laptop.page, next_code(secret))
    expect(laptop.page.locator("#me-button")).to_be_visible()

    to_second_step(phone)
    show(phone.page, codes[0])
    expect(phone.page.locator("body")).to_contain_text("残りは9個です")
    sign_out(phone.page)
    to_second_step(phone)
    show(phone.page, codes[0])
    expect(phone.page.locator(".error-summary")).to_contain_text("もう使われています")
    show(phone.page, codes[1])
    expect(phone.page.locator("#me-button")).to_be_visible()

    for path in ("/me/two-step", "/me/two-step/codes", "/me/two-step/off", "/me/email"):
        laptop.page.goto(path)
        look_at(laptop.page)
    end_others(laptop, codes[3])
    phone.page.goto("/me/settings")
    expect(phone.page).to_have_url(re.compile("/sign-in"))

    move_to(laptop.page, codes[2], tsudoi)
    for person in (laptop, phone):
        person.close()


def pass_by(_: Page) -> None:
    """For whom the pages are only on the way."""


def set_up(person: Person, look_at: Callable[[Page], None] = pass_by) -> tuple[str, list[str]]:
    """By the code of now: good for half a minute more, however slow the pages are. `next_code` is another one."""
    page = person.page
    page.goto("/me/settings")
    page.get_by_role("link", name="2段階認証").click()
    page.get_by_role("link", name="設定をはじめる").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ご本人の確認")
    look_at(page)
    person.prove()
    expect(page.locator("svg.qr")).to_be_visible()
    page.wait_for_load_state()
    box = page.locator("svg.qr").bounding_box()
    assert box is not None
    assert box["width"] > 150  # as its style says, with nothing written into the page
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    show(page, TOTP(secret).at(time.time()), "2段階認証をはじめる")
    expect(page.get_by_role("heading", level=1)).to_have_text("回復コード")
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    codes = page.locator(".recovery-codes code").all_inner_texts()
    look_at(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="ファイルに保存する").click()
    text = saved.value.path().read_text()
    assert len(codes) == 10
    assert all(code in text for code in codes)
    return secret, codes


def next_code(secret: str) -> str:
    """Return the code of half a minute from now, which is good already: each is good once, and that of now is used."""
    return TOTP(secret).at(time.time() + STEP_SECONDS)


def show(page: Page, code: str, button: str = "サインインする") -> None:
    page.locator("input[name=code]").fill(code)
    page.get_by_role("button", name=button).click()


def to_second_step(person: Person) -> None:
    page = person.page
    page.goto("/sign-in")
    page.get_by_label("メールアドレス").fill(person.email)
    page.get_by_label("パスワード", exact=True).fill(SAMPLE_PASSWORD)
    page.get_by_role("button", name="サインインする").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("コードの入力")


def sign_out(page: Page) -> None:
    page.goto("/")
    page.locator("#me-button").click()
    page.get_by_role("button", name="サインアウト").click()
    expect(page).to_have_url(re.compile("/sign-in"))


class Look:
    """As `test_axe.py` looks at the pages that need no second factor."""

    def __init__(self, page: Page) -> None:
        self.looking = Looking()
        self.looking.prepare(page.context)

    def __call__(self, page: Page) -> None:
        for viewport in (DESKTOP, *ONLY_WIDTH.values()):
            page.set_viewport_size(viewport)
            were_new = True
            for theme in THEMES:
                if not (theme == "light" or viewport is DESKTOP or were_new):
                    continue
                page.emulate_media(color_scheme=theme)
                if theme == "light":
                    check = self.looking.check if viewport is DESKTOP else self.looking.check_what_changed
                    assert check(page) == [], page.url
                violations, were_new = self.looking.check_colours(page)
                assert violations == [], page.url
            expect_to_fit(page)
        page.set_viewport_size(DESKTOP)


def end_others(person: Person, code: str) -> None:
    page = person.page
    page.goto("/me/sessions")
    expect(page.locator(".rows li")).to_have_count(2)
    expect(page.locator(".rows li").first).to_contain_text("この端末")
    page.get_by_role("button", name=re.compile("でサインアウトする$")).first.click()
    person.prove(code)
    expect(page.locator(".rows li")).to_have_count(1)


def move_to(page: Page, code: str, tsudoi: Installation) -> None:
    page.goto("/me/email")
    page.locator("input[name=email]").fill(NEW_ADDRESS)
    page.locator("input[name=password]").fill(SAMPLE_PASSWORD)
    show(page, code, "確かめのメールを送る")
    expect(page.locator("body")).to_contain_text("確かめるためのメールを")
    with tsudoi.database() as connection:
        letter = sa.text("select text from mail where to_address = :to order by id desc")
        text = connection.execute(letter, {"to": NEW_ADDRESS}).first()
    assert text is not None
    found = LINK.search(text[0])
    assert found is not None
    page.goto(found[1])
    follow(page.get_by_role("button", name="このアドレスにする"), re.compile("/me/settings$"))
    expect(page.locator("#main")).to_contain_text(NEW_ADDRESS)
