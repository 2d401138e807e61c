"""Words are marked where they stand, in the letters in which they were written."""

from hypothesis import given, settings
from hypothesis import strategies as st

from community.search.marking import EXCERPT, excerpt, mark
from community.search.words import parse


def marked(text: str, typed: str) -> list[str]:
    return [part for part, is_marked in mark(text, parse(typed)) if is_marked]


def test_the_original_is_marked() -> None:
    assert marked("㈱髙島の請求書", "株式会社 高島") == ["㈱髙島"]
    assert marked("ＣＳＶをcsvで", "csv") == ["ＣＳＶ", "csv"]
    assert marked("サーバーが", "サーバー") == ["サーバ"]
    assert marked("ｶﾞｲﾄﾞを", "がいど") == ["ｶﾞｲﾄﾞ"]


def test_an_excerpt_begins_near_the_word() -> None:
    text = "前置き。" * 100 + "承認が差し戻された" + "あとがき。" * 100
    parts = excerpt(text, parse("差し戻し 承認"))
    assert parts[0] == ("…", False)
    assert parts[-1] == ("…", False)
    assert ("承認", True) in parts
    assert sum(len(part) for part, _ in parts) <= EXCERPT + 2


def test_a_word_late_in_a_long_text_is_found() -> None:
    assert ("経費", True) in excerpt("あ" * 10_000 + "経費", parse("経費"))


@settings(max_examples=40)
@given(st.text(alphabet="㈱髙(株)ヴァーバﾊﾞアあ a😀\u3099", max_size=40), st.text(alphabet="㈱株高ばアー a", max_size=6))
def test_nothing_is_lost_or_doubled(text: str, typed: str) -> None:
    assert "".join(part for part, _ in mark(text, parse(typed))) == text
