"""Every page, as guest, member and staff, on a phone and a wide screen, in both themes: axe finds nothing to say.

Nor does the browser: nothing scrolls sideways, no script fails, nothing that the security policy forbids is tried.
And no telephone zooms into a field.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, ViewportSize

from community.signin.passwords import SAMPLE_PASSWORD
from tests.journey.browsing import Person
from tests.journey.looking import ONLY_WIDTH, THEMES, TOO_WIDE, Looking, Violations
from tests.journey.pages import NOTHING, PEOPLE, STAFF, Stop, list_stops, list_unvisited, prepare
from tests.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# The first is looked at whole, the other where it differs.
WHOLE = "wide"
SIZES: dict[str, ViewportSize] = {WHOLE: {"width": 1280, "height": 900}, "phone": {"width": 375, "height": 780}}
# The style guide shows each part in both, side by side.
BOTH_THEMES_AT_ONCE = {"styleguide.show_styleguide"}
# Shown in English too: a page of each kind.
IN_ENGLISH = {"/", "/forums", "/accounts", "/me/settings"}
OK, BAD = 200, 400
# A folder for pictures of all of them, to be looked at by people.
PICTURES = os.environ.get("TSUDOI_PICTURES")
# Below this a telephone zooms into the field and stays there.
LEAST_LETTERS = 16
SMALL_FIELDS = """(least) => [...document.querySelectorAll('input, select, textarea')]
  .filter((field) => !['hidden', 'checkbox', 'radio'].includes(field.type))
  .filter((field) => parseFloat(getComputedStyle(field).fontSize) < least)
  .map((field) => `${field.tagName} ${field.name} ${getComputedStyle(field).fontSize}`)"""


@pytest.mark.parametrize("database", ["sqlite"])
def test_every_page_has_an_address(app: Flask) -> None:
    assert list_unvisited(app, NOTHING) == set()


# Who has proved it a moment ago is not asked: this page comes before all that lead to it.
PROOF, PROOF_ASKED = "signin.ask_to_reauthenticate", 403


SIGNED_OUT, COURTESIES = 401, ("/visit", "/notifications/count")


class Visit:
    """Somebody's walk through pages, with everything that is wrong on the way."""

    def __init__(self, browser: Browser, url: str, who: str, looking: Looking) -> None:
        email = PEOPLE[who]
        self.who, self.locale, self.status = who, "ja", OK
        person = Person(browser, url, email or "")
        self.context, self.page = person.context, person.page
        # Each page would be let in anew, for a second; nothing that could arrive is looked at. Said before the first
        # page: a socket that one page has asked for may be refused while the next one is looked at.
        self.context.route_web_socket(re.compile("."), lambda _: None)
        if email:
            person.sign_in()
        looking.prepare(self.context)
        self.wrong: list[str] = []
        self.small_fields: list[str] = []
        self.looking = looking
        self.where = ""
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.complain(f"script failed: {error}"))

    def hear(self, message: ConsoleMessage) -> None:
        """A page that is refused on purpose is reported by the browser like a picture that is missing."""
        statuses = {self.status} - {OK} | {PROOF_ASKED}
        expected = any(f"status of {status}" in message.text for status in statuses if status >= BAD)
        # A page asks how much is unread, or says that a visit begins, while its sign-in key is being renewed.
        is_late = f"status of {SIGNED_OUT}" in message.text and message.location["url"].endswith(COURTESIES)
        if message.type in {"error", "warning"} and not expected and not is_late:
            self.complain(f"{message.type}: {message.text}")

    def complain(self, sentence: str) -> None:
        self.wrong.append(f"{self.who} {self.where}: {sentence}")

    def speak_english(self) -> None:
        self.page.goto("/me/settings")
        self.page.locator("select[name=locale]").select_option("en")
        self.page.locator("main button[type=submit]").first.click()
        self.page.wait_for_selector("html[lang=en]")
        self.locale = "en"

    def walk(self, stops: Iterable[Stop]) -> None:
        """Look at those that are theirs."""
        for stop in stops:
            if self.who in stop.by:
                self.look_at(stop)

    def look_at(self, stop: Stop) -> None:
        """Load it once; everything else is looked at without loading."""
        self.where, self.status = f"{stop.name} {stop.path}", stop.status
        self.page.set_viewport_size(SIZES["wide"])
        self.page.emulate_media(color_scheme="light")
        status = self.come_to(stop)
        if status != stop.status:
            self.complain(f"answered {status}")
        for size, viewport in SIZES.items():
            self.page.set_viewport_size(viewport)
            were_new = True
            for theme in THEMES:
                if not (theme == "light" or size == WHOLE or were_new or PICTURES):
                    continue  # what is dark on the wide screen is as dark here
                self.page.emulate_media(color_scheme=theme)
                self.where = f"{stop.name} {stop.path} {size} {theme}"
                if theme == "light":
                    check = self.looking.check if size == WHOLE else self.looking.check_what_changed
                    self.report(check(self.page))
                if theme == "light" or stop.endpoint not in BOTH_THEMES_AT_ONCE:
                    violations, were_new = self.looking.check_colours(self.page)
                    self.report(violations)
                if PICTURES:
                    picture = f"{stop.name}.{self.who}.{size}.{theme}.{self.locale}.png"
                    self.page.screenshot(path=Path(PICTURES) / picture, full_page=True)
            self.check_width()
            if size == "phone":
                small = self.page.evaluate(SMALL_FIELDS, LEAST_LETTERS)
                self.small_fields += [f"{self.who} {self.where}: {field}" for field in small]
        for size, viewport in ONLY_WIDTH.items():
            self.page.set_viewport_size(viewport)
            self.where = f"{stop.name} {stop.path} {size}"
            self.check_width()

    def come_to(self, stop: Stop) -> int:
        """Load the page and press its button; return its status. On the way one may be asked who one is."""
        if stop.cookies:
            self.context.add_cookies(stop.cookies)
        response = self.page.goto(stop.path)
        status = response.status if response else 0
        if stop.endpoint != PROOF and self.page.locator("[name=proof_path]").count():
            status = self.prove()
        if stop.press:
            form = self.page.locator(f"main form:has(button:has-text('{stop.press}'))").first
            if (written := form.locator("textarea, .input")).count():
                written.first.focus()  # opens the dock
            with self.page.expect_navigation() as answered:
                form.get_by_role("button", name=stop.press, exact=True).click()
            status = answered.value.status if answered.value else 0
            if status == PROOF_ASKED != stop.status:
                status = self.prove()
        return status

    def prove(self) -> int:
        """Pass the page that asks who sits there; return how the page behind it answered."""
        self.page.locator("[name=proof_password]").fill(SAMPLE_PASSWORD)
        with self.page.expect_navigation() as answered:
            self.page.get_by_role("button", name="確かめて、つづける").or_(
                self.page.get_by_role("button", name="Confirm and continue")
            ).click()
        return answered.value.status if answered.value else 0

    def report(self, violations: Violations) -> None:
        for violation in violations:
            for node in violation["nodes"]:
                self.complain(f"{violation['id']}: {node.get('target', '')} {node['html'][:160]} {violation['help']}")

    def check_width(self) -> None:
        if (over := self.page.evaluate(TOO_WIDE)) > 0:
            self.complain(f"scrolls sideways by {over} px")


@pytest.fixture(scope="module")
def tsudoi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation("embedded", tmp_path_factory.mktemp("axe"), demo=True) as running:
        yield running


@pytest.fixture(scope="module")
def stops(browser: Browser, tsudoi: Installation) -> list[Stop]:
    return list_stops(prepare(browser, tsudoi))


@pytest.fixture(scope="module")
def looking() -> Looking:
    """For all walks together: what has passed for one has for the next."""
    return Looking()


@pytest.fixture(scope="module", params=PEOPLE)
def visit(
    request: pytest.FixtureRequest, browser: Browser, tsudoi: Installation, stops: list[Stop], looking: Looking
) -> Visit:
    """One walk, about which several things are asked."""
    who = request.param
    visit = Visit(browser, tsudoi.url(), who, looking)
    visit.walk(stops)
    if who == STAFF:
        visit.speak_english()
        for stop in stops:
            if stop.path in IN_ENGLISH and not stop.press and stop.status == OK:
                visit.look_at(stop)
    visit.context.close()
    return visit


def test_axe_finds_nothing_on_any_page(visit: Visit) -> None:
    assert not visit.wrong, "\n".join(visit.wrong)


def test_no_field_on_a_telephone_has_letters_below_sixteen_pixels(visit: Visit) -> None:
    assert not visit.small_fields, "\n".join(visit.small_fields)
