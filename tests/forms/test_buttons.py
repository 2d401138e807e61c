"""One order of buttons on every form: the act first, 「やめる」 second; in one row under the fields, at the left."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from selectolax.lexbor import LexborNode

from community.config import ROOT
from tests.access.test_walk import client_of, undone
from tests.access.world import World
from tests.forms.parsing import parse
from tests.forms.test_every_form import WALKERS, pages_of, people
from tests.forms.test_every_form import world as world  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.timeout(600)

CANCEL = "やめる"
# Where the act itself is to stop something, the way back is called otherwise.
STAY = {"このまま使う", "このままにする"}
# What was said for it once.
OTHER_WORDS = {"やめておく", "やめて戻る", "キャンセル", "戻る", "取り消して戻る", "中止"}
# Forms in which one writes have their button in the foot of the box (`components/composer.html`).
WITH_A_BOX = "data-write"
TEMPLATES = ROOT / "templates"


def faults_of(form: LexborNode) -> Iterator[str]:
    """What is wrong with the buttons of a form."""
    controls = form.css("button[type=submit], input[type=submit], a.btn")
    said = [control.text(strip=True) for control in controls]
    if OTHER_WORDS & {link.text(strip=True) for link in form.css("a, button")}:
        yield f"calls 「{CANCEL}」 otherwise: {said}"
    ways_back = [place for place, words in enumerate(said) if words == CANCEL or words in STAY]
    if ways_back not in ([], [1]):
        yield f"has the way back at {ways_back}: {said}"
    is_form = "form" in (form.attributes.get("class") or "").split()
    if (is_form or ways_back) and WITH_A_BOX not in form.attributes:
        rows = form.css(".actions")
        if len(rows) != 1 or any(not row.css("button, a") for row in rows):
            yield f"has {len(rows)} rows of buttons"
        elif {control.mem_id for control in rows[0].css("button[type=submit], a.btn")} != {c.mem_id for c in controls}:
            yield f"has buttons outside of their row: {said}"
        elif rows[0].css("button, a")[0].mem_id != controls[0].mem_id:
            yield f"does not begin with its act: {said}"


# One database: buttons do not depend on it.
@pytest.mark.parametrize("walked", ["sqlite"], indirect=True)
def test_every_form_of_every_page_has_its_act_first(walked: Flask, world: World) -> None:
    wrong: set[str] = set()
    seen = 0
    for who in WALKERS:
        client = client_of(walked, people(world)[who])
        for page in sorted(pages_of(walked, world)):
            with undone():
                answer = client.get(page)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for form in parse(answer.text).css("main form, dialog form"):
                seen += 1
                wrong |= {f"{page} as {who}: {fault}" for fault in faults_of(form)}
    assert seen > 100
    assert not wrong, "\n".join(sorted(wrong))


FORM = re.compile(r'<form[^>]*class="form[ "].*?</form>', re.DOTALL)


def test_every_form_of_the_templates_has_the_one_row() -> None:
    """Those too that no page of the walk shows: after a refusal, or in a state that is rare."""
    wrong = [
        path.relative_to(TEMPLATES)
        for path in sorted(TEMPLATES.rglob("*.html"))
        for form in FORM.findall(path.read_text())
        if WITH_A_BOX not in form and form.count("form_actions(") != 1
    ]
    assert wrong == []


def test_rows_of_buttons_begin_at_the_left() -> None:
    styles = "".join(path.read_text() for path in sorted((ROOT / "static" / "css").glob("*.css")))
    rules = re.findall(r"[^{}]*\.actions\b[^{}]*\{([^{}]*)\}", styles)
    assert len(rules) > 2
    assert [rule for rule in rules if "justify-content" in rule or "reverse" in rule or "margin-left" in rule] == []
