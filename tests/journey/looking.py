"""axe in a browser, which is not asked again what an earlier run has answered."""

from typing import Any

from playwright.sync_api import BrowserContext, Page, ViewportSize

from community.config import ROOT

AXE = ROOT / "tests" / "vendor" / "axe.min.js"
LOOKING = ROOT / "tests" / "journey" / "looking.js"
THEMES = ("light", "dark")
# The narrowest phone, and a wide screen at 200 %.
ONLY_WIDTH: dict[str, ViewportSize] = {"320": {"width": 320, "height": 640}, "zoomed": {"width": 640, "height": 450}}
# What can differ between the themes; everything else axe looks at is the same in both.
COLOUR_RULES = ("color-contrast", "link-in-text-block")
BUT_COLOUR = {"rules": {rule: {"enabled": False} for rule in COLOUR_RULES}}
TOO_WIDE = """async () => {
  await new Promise((ready) => requestAnimationFrame(() => requestAnimationFrame(ready)));
  return document.documentElement.scrollWidth - document.documentElement.clientWidth;
}"""

Violations = list[dict[str, Any]]


class Looking:
    """What axe has found good so far, on whichever pages.

    A page is looked at whole in one window; in other windows what comes, goes or scrolls there; and in each window and
    theme the colours that have not passed yet. Everything is asked of the page as it stands, without loading it.
    """

    def __init__(self) -> None:
        self._passed: set[str] = set()  # colours on colours
        self._around: set[str] = set()  # bars around the page, in windows that are not looked at whole

    @staticmethod
    def prepare(context: BrowserContext) -> None:
        """Have axe on each page that the context will load."""
        context.add_init_script(path=AXE)
        context.add_init_script(path=LOOKING)

    def check(self, page: Page) -> Violations:
        """Return what is wrong on the whole page, but for colours."""
        return page.evaluate("(options) => looking.check(options)", BUT_COLOUR)

    def check_what_changed(self, page: Page) -> Violations:
        """Return the same of what differs from the window in which the page was checked."""
        asked = [BUT_COLOUR, list(self._around)]
        violations, around = page.evaluate("([options, known]) => looking.checkWhatChanged(options, known)", asked)
        self._around |= set(around)
        return violations

    def check_colours(self, page: Page) -> tuple[Violations, bool]:
        """Return what is wrong with colours that have not passed before, and whether there were any."""
        asked = [COLOUR_RULES, "\n".join(self._passed)]  # one by one they would take longer on their way than axe
        violations, passed, were_new = page.evaluate("([rules, passed]) => looking.checkColours(rules, passed)", asked)
        self._passed |= set(passed)
        return violations, were_new
