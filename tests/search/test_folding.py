"""What is written one way is found when it is typed another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.search.folding import fold, fold_in_script, fold_script, fold_with_places, without_strokes
from community.search.words import parse, searchable, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＣＳＶ取込", "csv取込"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("がいど", "ガイド"),
        ("㈱髙島", "株式会社高島"),
        ("（株）高島", "株式会社高島"),
        ("(有)高島", "有限会社高島"),
        ("山﨑", "山崎"),
        ("渡邊", "渡辺"),
        ("渡邉", "渡辺"),
        ("齋藤", "斎藤"),
        ("ヴァイオリン", "バイオリン"),
        ("ｳﾞｧｲｵﾘﾝ", "バイオリン"),
        ("サ－バ", "サーバ"),
        ("関ヶ原", "関ケ原"),
        ("葛󠄀城", "葛城"),
        ("①番", "1番"),
        ("㌔", "キロ"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("サーバー", "サーバを再起動"),
        ("サーバ", "サーバーを再起動"),
        ("サーバー障害", "サーバ障害の連絡"),
        ("インタフェース", "インターフェースの仕様"),
        ("インターフェース", "インタフェイス、インタフェースの仕様"),
        ("キー", "ショートカットキー"),
        ("メール", "メールが届く"),
        ("C++", "C++で書く"),
        ("A社", "A社の例"),
    ],
)
def test_terms_are_in_what_they_mean(typed: str, written: str) -> None:
    text = searchable(written)
    (term,) = parse(typed)
    assert any(spelling.needle in text and set(spelling.words) <= set(words_of(text)) for spelling in term.spellings)


@pytest.mark.parametrize(("typed", "written"), [("メール", "決める"), ("ビール", "ビル"), ("キー", "大きい")])
def test_short_words_keep_their_stroke(typed: str, written: str) -> None:
    text = searchable(written)
    (term,) = parse(typed)
    assert not any(spelling.needle in text for spelling in term.spellings)


def test_words_of_spaced_scripts_are_whole_and_of_others_pairs_and_signs() -> None:
    assert words_of("csv取込み 2026") == ["csv", "取", "込", "み", "取込", "込み", "2026"]
    assert words_of("、。 !") == []
    assert without_strokes("メールとデータベース") == ["デタベス"]


def test_a_query_is_no_longer_than_it_may_be() -> None:
    assert len(parse(" ".join(f"word{n}" for n in range(50)))) == 8
    assert parse("++ ーー！？ 🍣")[1:] == ()
    assert parse("\x00 \ud800 ") == ()


@settings(max_examples=40)
@given(st.text(max_size=30))
def test_every_sign_knows_where_it_was(text: str) -> None:
    folded, places = fold_with_places(text)
    assert folded == fold(text)
    assert len(places) == len(folded) + 1
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


@given(st.text(max_size=60))
def test_a_text_folded_in_its_script_is_the_folded_one_but_for_katakana(text: str) -> None:
    assert fold_script(fold_in_script(text)) == fold(text)
    assert len(fold_in_script(text)) == len(fold_with_places(text)[1]) - 1


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ノルマとのるま", "ノルマとのるま"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("ヴァイオリン", "バイオリン"),
        ("ＣＳＶの髙さ", "csvの高さ"),
    ],
)
def test_katakana_stays_katakana_in_its_script(text: str, folded: str) -> None:
    assert fold_in_script(text) == folded
