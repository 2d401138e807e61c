"""A browser that people of the sample community use."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Locator,
    Page,
    Playwright,
    Route,
    StorageState,
    ViewportSize,
    expect,
)

from community.signin.passwords import SAMPLE_PASSWORD
from tests.journey.looking import TOO_WIDE

# Without the others Chromium looks for its maker's hosts at every start.
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Nothing is drawn that a graphics card would draw sooner, and its process would be one more beside each browser.
    "--disable-gpu",
    "--in-process-gpu",
)
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 375, "height": 780}
SIZES: dict[str, ViewportSize] = {"phone": PHONE, "desktop": DESKTOP}
# Two busy cores, two installations: what a person would call "at once" takes longer here.
PATIENCE_MS = 40_000
# What `shown_score` reads from the page.
TOTAL = re.compile(r'<tfoot.*?<data[^>]* value="([^"]*)"', re.DOTALL)

LOOK_MS = 50

_HELD: dict[Page, list[list[Route]]] = {}

ASKER, ANSWERER = "saeki@kitahama.example.jp", "tadokoro@tomoura.example.jp"
ADMINISTRATOR = "miwa@kumihimo.example.jp"
CS, MODERATOR = "takase@kumihimo.example.jp", "nakamura@fujimi-kasei.example.jp"
ASKERS_COMPANY, ANSWERERS_COMPANY = "株式会社北浜精工", "鞆浦建材"


@contextmanager
def chromium_at_work(playwright: Playwright, executable: str) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_OPTIONS))
    try:
        yield browser
    finally:
        browser.close()


class Person:
    """Somebody at a browser of their own, on one web process of the installation.

    `state`: what the browser keeps from an earlier visit.
    """

    def __init__(
        self,
        browser: Browser,
        url: str,
        email: str,
        *,
        viewport: ViewportSize | None = None,
        touch: bool = False,
        state: StorageState | None = None,
    ) -> None:
        self.url, self.email = url, email
        self.context: BrowserContext = browser.new_context(
            base_url=url,
            viewport=viewport or DESKTOP,
            has_touch=touch,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            storage_state=state,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self._accounts: dict[str, str] = {}
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def sign_in(self) -> "Person":
        self.page.goto("/sign-in")
        return self.fill_sign_in()

    def fill_sign_in(self) -> "Person":
        """On the sign-in page, however one came there."""
        self.page.get_by_label("メールアドレス").fill(self.email)
        self.page.get_by_label("パスワード", exact=True).fill(SAMPLE_PASSWORD)
        self.page.get_by_role("button", name="サインインする").click()
        expect(self.page.locator("#me-button")).to_be_visible()
        return self

    def prove(self, code: str = "") -> "Person":
        """On the page that asks anew who sits there: by password, or by a code where one has a second factor."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text("ご本人の確認")
        self.page.locator("[name=proof_code]" if code else "[name=proof_password]").fill(code or SAMPLE_PASSWORD)
        self.page.get_by_role("button", name="確かめて、つづける").click()
        return self

    def ask(self, title: str, body: str, picture: Path | None = None) -> str:
        """Ask a question, with a screenshot chosen in the composer; return the address of its page."""
        page = self.page
        page.goto("/forums/topics/new")
        page.get_by_label("題", exact=True).fill(title)
        page.locator("select[name=category]").select_option(index=1)
        page.locator("textarea[name=body]").fill(body)
        if picture:
            page.locator("input[data-upload]").set_input_files(picture)
            expect(page.locator("textarea[name=body]")).to_have_value(re.compile(r"!\[.*\]\(/files/"))
        page.get_by_role("button", name="投稿する").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        return page.url.removeprefix(self.url).partition("#")[0]

    def answer(self, path: str, body: str) -> None:
        page = self.page
        page.goto(path)
        page.locator("#reply-body").fill(body)
        page.get_by_role("button", name="返信する").click()
        expect(page.locator("#posts")).to_contain_text(body)

    def behavior_of(self, company: str) -> float:
        """The behavior axis as the company's page shows it, for CS."""
        self.open_account(company)
        return self.shown_score()

    def ask_for_behavior_of(self, company: str) -> float:
        """Return the same as the server says now, without drawing the page, on which one has been before."""
        sent = self.page.request.get(self._accounts[company]).text()
        found = TOTAL.search(sent)
        return float(found[1] if found else "nan")

    def open_account(self, company: str) -> None:
        """By the list of all; whoever has been there goes back by its address."""
        if company in self._accounts:
            self.page.goto(self._accounts[company])
        else:
            self.page.goto("/accounts?view=table")
            self.page.get_by_role("rowheader").get_by_role("link", name=company).click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(company)
        self._accounts[company] = self.page.url

    def shown_score(self) -> float:
        return float(self.page.locator("tfoot td data").first.get_attribute("value") or "nan")

    def close(self) -> None:
        if self.page in _HELD:
            _break_off(self.page)
        self.context.close()
        assert not self.errors, "\n".join(self.errors)


class Door:
    """The way into one installation: people sign in once, and after that are still signed in."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self._states: dict[str, StorageState] = {}

    def enter(self, email: str, *, viewport: ViewportSize | None = None, touch: bool = False) -> Person:
        """At a browser of their own, before an empty page."""
        if email not in self._states:
            person = Person(self.browser, self.url, email).sign_in()
            self._states[email] = person.context.storage_state()
            person.close()
        return Person(self.browser, self.url, email, viewport=viewport, touch=touch, state=self._states[email])

    def forget(self, email: str) -> None:
        """Have them sign in anew: their sessions have ended."""
        self._states.pop(email, None)


# --- on a page: a click returns before the page it leads to is there, and until then all that is read, or filled in, is
# --- the old page's


def follow(link: Locator, address: re.Pattern[str]) -> None:
    """Press what leads to another page, and wait until that one has loaded. The old one's address must be another."""
    page = link.page
    assert not address.search(page.url), page.url
    link.click()
    page.wait_for_url(address)


def edit(post: Locator) -> None:
    """Open the form of a post, from its topic's page, whose field for a reply has the same name."""
    follow(post.get_by_role("link", name="編集").first, re.compile("/edit$"))


def wait_for_composer(page: Page) -> None:
    """Wait until the composer's scripts act: drafts, pictures, names, keys."""
    expect(page.locator("[data-composer] textarea")).to_have_attribute("aria-autocomplete", "list")


def expect_to_fit(page: Page) -> None:
    """Nothing reaches over the edge of the screen, once the style sheets are there.

    Wait before for what shows that the page itself is: this measures whichever is there.
    """
    page.wait_for_load_state()
    assert page.evaluate(TOO_WIDE) <= 0, page.url


def hold(page: Page, url: str) -> list[Route]:
    """Hold up all requests for this address from now on; return those that wait (`let_go`).

    Those that still wait when the person goes (`Person.close`) are broken off: Playwright's own task for each would be
    missed later, in the output of some other test.
    """
    held: list[Route] = []
    _HELD.setdefault(page, []).append(held)
    page.route(url, lambda route: held.append(route))  # noqa: PLW0108  Playwright asks for a signature
    return held


def _break_off(page: Page) -> None:
    page.unroute_all(behavior="ignoreErrors")  # first: nothing more is held
    for route in (route for held in _HELD.pop(page, []) for route in held):
        with suppress(Error):  # its page has gone meanwhile
            route.abort()


def let_go(page: Page, held: list[Route]) -> None:
    """Let the first of the requests pass, also if it is still to come."""
    while not held:
        page.wait_for_timeout(LOOK_MS)
    held.pop(0).continue_()


@contextmanager
def stopped_clock(page: Page) -> Iterator[None]:
    """Have timers run only when the test says so (`page.clock.run_for`), however slow the machine is.

    Those of all pages of this browser: it has one clock.
    """
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))  # it cannot be stopped in the past
    yield
    page.clock.resume()
