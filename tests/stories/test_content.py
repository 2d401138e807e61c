"""The canonical form of a version: consents bind to its hash, so that it may never change for what is stored."""

import json
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from community.stories.versions.content import Content, Figure, Grade, Tag, Try, fingerprint, from_json, to_json
from community.stories.versions.tries import parse_tries
from models.stories import Counting, StoryPartName, TagKind

FIGURE = Figure(
    label="点検表の紙",
    baseline=Decimal("1840.00"),
    result=Decimal("2.1E+2"),
    unit="枚/月",
    counting=Counting.COUNTED,
    period="前後6か月の平均",
    method="伝票を数えた",
    as_of=date(2026, 4, 30),
    evidence_key="k" * 32,
    confirmed_by="総務課 榎本",
)
PAPER, FORMS = Tag(TagKind.PROBLEM, "paper", "紙の申請"), Tag(TagKind.FEATURE, "forms", "フォーム", "Forms")
CONTENT = Content(
    title="紙の点検表をやめた。",
    lead="はじめの文。",
    answers={StoryPartName.RESULT: "一つになりました。", StoryPartName.PROBLEM: "四つありました。"},
    quote="紙は、探すものでした。",
    tries=(Try("数える", "15分"),),
    figures=(FIGURE,),
    tags=(PAPER, FORMS),
    company="株式会社あさひ製作所",
    trade="製造業",
    employees=320,
    prefecture=27,
    people=("青木 陽子",),
)
# Any other value: another version would be told from this one.
OTHERS: dict[str, Any] = {
    "title": "題を直した。",
    "lead": "",
    "answers": {StoryPartName.RESULT: "一つになりました。"},
    "quote": "",
    "tries": (Try("数える", "20分"),),
    "figures": (),
    "tags": (replace(PAPER, name="紙の書類"), FORMS),
    "company": "株式会社ゆうひ製作所",
    "trade": "",
    "employees": None,
    "prefecture": 13,
    "people": (),
}
OTHER_FIGURE: dict[str, Any] = {
    "label": "点検もれ",
    "baseline": Decimal(1841),
    "result": Decimal(0),
    "unit": "",
    "counting": Counting.ESTIMATED,
    "period": "",
    "method": "",
    "as_of": date(2026, 5, 1),
    "evidence_key": None,
    "confirmed_by": "",
}


def hash_of(content: Content) -> str:
    return fingerprint(to_json(content))


def test_reading_gives_what_was_written() -> None:
    assert to_json(from_json(to_json(CONTENT))) == to_json(CONTENT)


def test_the_order_of_answers_and_how_a_number_is_written_change_nothing() -> None:
    turned = replace(CONTENT, answers=dict(reversed(list(CONTENT.answers.items()))))
    plain = replace(CONTENT, figures=(replace(FIGURE, baseline=Decimal(1840), result=Decimal(210)),))
    assert hash_of(turned) == hash_of(plain) == hash_of(CONTENT)


@pytest.mark.parametrize("name", [each.name for each in fields(Content)])
def test_whatever_a_version_says_is_hashed(name: str) -> None:
    assert hash_of(replace(CONTENT, **{name: OTHERS[name]})) != hash_of(CONTENT)


@pytest.mark.parametrize("name", [each.name for each in fields(Figure)])
def test_whatever_a_figure_says_is_hashed(name: str) -> None:
    changed = replace(FIGURE, **{name: OTHER_FIGURE[name]})
    assert hash_of(replace(CONTENT, figures=(changed,))) != hash_of(CONTENT)


def test_the_form_is_text_that_anybody_can_read() -> None:
    read = json.loads(to_json(CONTENT))
    assert (read["title"], read["figures"][0]["baseline"]) == ("紙の点検表をやめた。", "1840")


@pytest.mark.parametrize(
    ("counting", "evidence", "grade"),
    [
        (Counting.COUNTED, "k", Grade.A),
        (Counting.MEASURED, "k", Grade.A),
        (Counting.COUNTED, None, Grade.B),
        (Counting.MEASURED, None, Grade.B),
        (Counting.ESTIMATED, "k", Grade.C),
        (Counting.ESTIMATED, None, Grade.C),
    ],
)
def test_a_grade_says_how_a_figure_was_found(counting: Counting, evidence: str | None, grade: Grade) -> None:
    assert replace(FIGURE, counting=counting, evidence_key=evidence).grade == grade


def test_tries_are_lines_with_their_time() -> None:
    assert parse_tries("数える｜15分\n\n 聞く \n") == (Try("数える", "15分"), Try("聞く"))
