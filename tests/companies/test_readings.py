"""Readings without legal forms, and finding companies by what people type."""

import pytest

from community.companies.readings import bare_reading, is_called, reading_order

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("reading", "bare"),
    [
        ("カブシキガイシャキタハマセイコウ", "キタハマセイコウ"),
        ("カブシキカイシャ キタハマセイコウ", "キタハマセイコウ"),
        ("ミナトショクヒンカブシキガイシャ", "ミナトショクヒン"),
        ("ゴウドウガイシャユイメラボ", "ユイメラボ"),
        ("ゆうげんがいしゃきたはま", "キタハマ"),
        ("イリョウホウジンシャダンロッコウナンザンカイ", "シャダンロッコウナンザンカイ"),
        ("コウエキシャダンホウジンミナト", "ミナト"),
        ("カ）キタハマ", "キタハマ"),
        ("（カ）キタハマ", "キタハマ"),
        ("(ｶ)ｷﾀﾊﾏ", "キタハマ"),
        ("キタハマ（カ", "キタハマ"),
        ("キタハマ（カ）", "キタハマ"),
        ("ザイ）ミナト", "ミナト"),
        ("カブシキガイシャ", "カブシキガイシャ"),
        ("カイシャクラブ", "カイシャクラブ"),
        ("カキヤ", "カキヤ"),
        ("", ""),
    ],
)
def test_a_reading_without_its_legal_form(reading: str, bare: str) -> None:
    assert bare_reading(reading) == bare


def test_companies_are_sorted_by_their_own_names() -> None:
    companies = [
        ("ミナトショクヒンカブシキガイシャ", "みなと食品株式会社"),
        ("カブシキガイシャキタハマセイコウ", "株式会社北浜精工"),
        ("ガーデン", "ガーデン"),
        ("かきや", "柿屋"),
        ("ユウゲンガイシャアサヒ", "有限会社あさひ"),
        ("", "読みのない会社"),
    ]
    names = [name for _, name in sorted(companies, key=lambda company: reading_order(*company))]
    assert names == ["有限会社あさひ", "柿屋", "ガーデン", "株式会社北浜精工", "みなと食品株式会社", "読みのない会社"]


@pytest.mark.parametrize(
    "typed",
    ["北浜", "キタハマ", "ｷﾀﾊﾏ", "きたはま せいこう", "株式会社北浜", "㈱ 精工", "カ）キタハマ", ""],
)
def test_a_company_is_found_however_its_name_is_typed(typed: str) -> None:
    assert is_called(typed, "株式会社北浜精工", "カブシキガイシャキタハマセイコウ")


@pytest.mark.parametrize("typed", ["湖東", "キタハマ 湖東", "ハマキタ"])
def test_other_companies_are_not_found(typed: str) -> None:
    assert not is_called(typed, "株式会社北浜精工", "カブシキガイシャキタハマセイコウ")
