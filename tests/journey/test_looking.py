"""What has passed is not asked again; what is wrong is found however much has passed before."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journey.browsing import DESKTOP, PHONE
from tests.journey.looking import Looking, Violations

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="ja"><title>見本</title><style>
  a {{ color: #00c; }} .pale {{ color: #ccc; }} .bare {{ color: #060; text-decoration: none; }}
  @media (prefers-color-scheme: dark) {{ .lost {{ color: #222; background: #111; }} }}
  @media (max-width: 500px) {{ .words {{ display: none; }} }}
</style><body><main id="main"><h1>見本の題</h1><p>ふつうに読める文です。</p>{}</main>"""
PALE = '<p class="pale">薄くて読めない文です。</p>'


@pytest.fixture
def looking() -> Looking:
    return Looking()


@pytest.fixture
def page(browser: Browser, looking: Looking) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP, color_scheme="light")
    looking.prepare(context)
    yield context.new_page()
    context.close()


def show(page: Page, content: str = "") -> Page:
    page.goto("about:blank")
    page.set_content(PAGE.format(content))
    return page


def rules(violations: Violations) -> set[str]:
    return {violation["id"] for violation in violations}


def test_colours_that_have_passed_are_not_measured_again(looking: Looking, page: Page) -> None:
    assert looking.check_colours(show(page)) == ([], True)
    assert looking.check_colours(show(page, "<p>同じ色の、別の文です。</p>")) == ([], False)


def test_what_cannot_be_read_is_said_each_time(looking: Looking, page: Page) -> None:
    looking.check_colours(show(page))
    for _ in range(2):
        violations, _ = looking.check_colours(show(page, PALE))
        assert rules(violations) == {"color-contrast"}


def test_the_same_class_in_another_place_is_measured(looking: Looking, page: Page) -> None:
    looking.check_colours(show(page, '<p class="words">白の上の文です。</p>'))
    violations, _ = looking.check_colours(
        show(page, '<style>div { background: #333 }</style><div><p class="words">暗い上の文です。</p></div>')
    )
    assert rules(violations) == {"color-contrast"}


def test_what_the_dark_theme_alone_hides_is_found(looking: Looking, page: Page) -> None:
    show(page, '<p class="lost">暗い画面で消える文です。</p>')
    assert looking.check_colours(page) == ([], True)
    page.emulate_media(color_scheme="dark")
    violations, _ = looking.check_colours(page)
    assert rules(violations) == {"color-contrast"}


def test_a_link_that_only_its_colour_tells_from_the_words_is_found(looking: Looking, page: Page) -> None:
    looking.check_colours(show(page, '<p><a class="bare" href="/">ひとりで立つリンク</a></p>'))
    violations, _ = looking.check_colours(show(page, '<p>文の中の <a class="bare" href="/">リンク</a> です。</p>'))
    assert rules(violations) == {"link-in-text-block"}


def test_a_name_that_is_gone_on_the_phone_is_found(looking: Looking, page: Page) -> None:
    show(page, '<button type="button"><span class="words">送る</span></button>')
    assert looking.check(page) == []
    page.set_viewport_size(PHONE)
    assert rules(looking.check_what_changed(page)) == {"button-name"}


def test_what_is_shown_on_the_phone_alone_is_found(looking: Looking, page: Page) -> None:
    style = "<style>@media (min-width: 500px) { .narrow { display: none; } }</style>"
    show(page, f'{style}<div class="narrow"><input name="q"></div>')
    assert looking.check(page) == []
    page.set_viewport_size(PHONE)
    assert rules(looking.check_what_changed(page)) == {"label"}
