"""Sixty hostile inputs for each field of writing: stored as typed or refused with a sentence, never run."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from community import text
from community.stories.versions.content import QUESTIONS
from community.stories.writing.figures import LABEL_MAX, METHOD_MAX, PERIOD_MAX, PERSON_MAX, UNIT_MAX
from community.stories.writing.parts import LINES, PARTS
from models.accounts import Member
from models.base import db
from models.stories import Story, StoryFigure, StoryPart, StoryPartName
from tests.cast import Cast
from tests.forms.hostile import STRINGS
from tests.forms.parsing import parse

pytestmark = pytest.mark.parametrize("database", ["sqlite"])

SignedIn = Callable[[Member], FlaskClient]
MORE = {
    "brackets": "[" * 5_000,
    "stars": "*a " * 4_000,
    "backticks": "`" * 3_000,
    "quotes in quotes": ">" * 300 + "深い",
    "lists in lists": "\n".join("  " * n + "- あ" for n in range(200)),
    "wide table": "|" * 400 + "\n" + "|-" * 400,
    "many lines": "あ\n" * 5_000,
    "definitions": "[a]: /b\n" * 900,
    "reference bomb": "[a][a]" * 300,
    "entities": "&#0;&#x202e;&lt;script&gt;&amp;" * 50,
    "half a tag": "<script src=//x.example/a.js ",
    "comment": "<!--><script>alert(1)</script>-->",
    "iframe": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "style": "<style>*{display:none}</style><p style='position:fixed'>x",
    "base": "<base href=//x.example/><form action=//x.example/><button>",
    "data address": "[押す](data:text/html;base64,PHNjcmlwdD4=)",
    "vbscript": "[x](vbscript:msgbox(1)) [y](JaVaScRiPt:alert(1)) [z](java\tscript:alert(1))",
    "tracking picture": "![x](https://x.example/a.png) ![y](//x.example/b.png)",
    "foreign path": "![x](/files/../../me/data.zip) ![y](/files/%2e%2e)",
    "stacked marks": "Z" + "\u0300" * 900,
    "only marks": "\u200b\u2060\ufe0f\u00ad",
    "only tags": "\U000e0041\U000e0042\U000e007f",
    "jamo": "\u1100" * 900,
    "turned words": "\u202eexe.gpj\u202c \u2067abc\u2069",
    "hangul filler": "\u3164\uffa0\u115f",
    "private use": "\ue000\uf8ff\U0010ffff",
    "noncharacters": "\ufdd0\ufffe\uffff\U0001fffe",
    "formula at": "@SUM(1+1)*cmd|' /C calc'!A0\t+1-1",
    "sql in numbers": "1; DELETE FROM story --",
    "log lines": "x\n2026-11-30 ERROR forged entry\x1b[2J",
    "xml": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "ssti": "{{ config }} {% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "separator": "一つめ｜｜｜二つめ｜\n｜｜",
}
ALL = {**STRINGS, **MORE}


def test_there_are_sixty(database: str) -> None:
    del database
    assert len(ALL) >= 60


def runs(page: str) -> list[str]:
    """What would be executed, or fetched from elsewhere, of this page's main part."""
    main = parse(page).css_first("main")
    assert main is not None
    found = [tag.html or "" for tag in main.css("script, iframe, object, embed, style, base, math, [srcdoc]")]
    for tag in main.css("*"):
        for name, value in tag.attributes.items():
            said = value or ""
            is_address = name in {"href", "src", "action", "formaction"}
            if name.startswith("on") or name == "style" or (is_address and ":" in said and "http" not in said):
                found.append(f"{tag.tag} {name}={said}")
            if name == "src" and not said.startswith("/"):
                found.append(f"{tag.tag} src={said}")
    return found


def inputs_of(name: StoryPartName) -> dict[str, str]:
    """All of them; the seven answers are one code, so the second is asked everything and the others share it out."""
    others = [each for each in QUESTIONS if each != StoryPartName.PROBLEM]
    if name not in others:
        return ALL
    return dict(list(ALL.items())[others.index(name) :: len(others)])


@pytest.mark.parametrize("name", PARTS)
def test_each_part(story: Story, cast: Cast, signed_in: SignedIn, name: StoryPartName) -> None:
    client = signed_in(cast.owner)
    address = f"/stories/{story.id}/write/{name.value}"
    part = db.session.scalars(sa.select(StoryPart).where(StoryPart.story_id == story.id, StoryPart.name == name)).one()
    answers: dict[str, int] = {}
    for number, (label, typed) in enumerate(inputs_of(name).items(), 1):
        before = part.body
        sent = typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")  # as a browser would
        data = {"body": sent, "seen": part.revision, "form_key": "a" * 32, "save_number": number}
        answer = client.post(f"{address}/autosave", data=data)
        answers[label] = answer.status_code
        assert answer.status_code in {200, 422}, label
        kept = text.tidy(sent)
        expected = " ".join(kept.split()) if name in LINES else kept
        if answer.status_code == 200:
            assert part.body == ("" if text.is_blank(expected) else expected), label
        else:
            assert answer.get_json()["message"].endswith("。"), label
            assert part.body == before, label
        if answer.status_code == 200 and name in SHOWN and any(sign in typed for sign in "<[{&"):
            assert runs(client.get(address).text) == [], label
    assert {200, 422} >= set(answers.values()) > set()


# What is drawn as HTML, and one of those that are drawn as text.
SHOWN = {StoryPartName.PROBLEM, StoryPartName.TITLE}
FIGURE = {
    "label": "紙", "baseline": "2", "result": "1", "unit": "枚", "counting": "counted", "as_of": "2026-10-25",
    "period": "", "method": "", "confirmed_by": "", "evidence": "", "form_key": "",
}  # fmt: skip
TEXTS = {"label": LABEL_MAX, "unit": UNIT_MAX, "period": PERIOD_MAX, "method": METHOD_MAX, "confirmed_by": PERSON_MAX}


def test_all_fields_of_a_figure_at_once_are_refused_and_shown_again(
    story: Story, cast: Cast, signed_in: SignedIn
) -> None:
    """Whoever sends a field that cannot be taken is shown all of them: each is judged, and drawn, in one answer."""
    client = signed_in(cast.owner)
    for label, typed in ALL.items():
        sent = typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        answer = client.post(f"/stories/{story.id}/figures/new", data=dict.fromkeys(FIGURE, sent))
        assert answer.status_code == 422, label
        assert runs(answer.text) == [] if "<" in typed else "error-summary" in answer.text, label


def test_what_the_texts_of_a_figure_take_is_stored_as_typed(story: Story, cast: Cast, signed_in: SignedIn) -> None:
    """All fields that it fits into at once, with keys that no form of ours has."""
    client = signed_in(cast.owner)
    taken = set[str]()
    for label, typed in ALL.items():
        sent = typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        kept = text.tidy(sent).strip()
        fit = {name for name, most in TEXTS.items() if len(kept) <= most and not text.is_blank(kept)}
        data = FIGURE | dict.fromkeys((*fit, "form_key", "evidence"), sent)
        answer = client.post(f"/stories/{story.id}/figures/new", data=data)
        assert answer.status_code == 302, label
        [figure] = db.session.scalars(sa.select(StoryFigure))
        assert {name: getattr(figure, name) for name in fit} == dict.fromkeys(fit, kept), label
        if fit and "<" in typed:
            assert runs(client.get(f"/stories/{story.id}/write/result").text) == [], label
        taken |= fit
        db.session.execute(sa.delete(StoryFigure))
    assert taken == TEXTS.keys()


@pytest.mark.parametrize("field", ["q", "interviewer", "problems", "draft_key"])
def test_the_other_fields(story: Story, cast: Cast, signed_in: SignedIn, field: str) -> None:
    client = signed_in(cast.owner)
    for label, typed in ALL.items():
        sent = typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        if field == "q":
            answer = client.get(f"/stories/{story.id}/team", query_string={"q": sent[:2000]})
        elif field == "draft_key":
            answer = client.post("/stories/new", data={field: sent})
        else:
            where = "team/interviewer" if field == "interviewer" else "tags"
            answer = client.post(f"/stories/{story.id}/{where}", data={field: sent})
        assert answer.status_code in {200, 302, 422}, label
        if "html" in answer.content_type and answer.status_code == 200:
            assert runs(answer.text) == [], label
