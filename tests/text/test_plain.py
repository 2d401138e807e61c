"""What can be seen of a text, how many marks a letter bears, and where a text may be cut."""

import unicodedata

import pytest

from community import graphemes, text

FAMILY = "👨‍👩‍👧‍👦"
SIGNS = [FAMILY, "👩🏽‍💻", "🇯🇵", "1️⃣", "👍🏽", "か\u3099", "葛\U000e0100", "ก็", "नि", "é̂", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️"]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " \t\n　",
        "\u200b",
        "\u200b\u200b　\u200b",
        "\ufeff",
        "\u2060",
        "\u00ad",
        "\u3164",
        "\u115f\u1160",
        "\uffa0",
        "\u2800",
        "\U000e0041\U000e007f",
        "\U000e0000",
        "\ufe0f",
        "\u0301\u0302",
        "\u034f",
        "\u180e",
        "\u00a0",
        "\u200e",
    ],
)
def test_what_cannot_be_seen_is_blank(typed: str) -> None:
    assert text.is_blank(typed)
    assert text.is_blank(typed * 3)


@pytest.mark.parametrize("typed", ["a", "。", "👍", FAMILY, "\u200ba", "0", "か\u3099", "\u00a9"])
def test_what_can_be_seen_is_not_blank(typed: str) -> None:
    assert not text.is_blank(typed)


@pytest.mark.parametrize(
    "typed",
    ["&nbsp;", "&#8203;", "[](x)", "[ ](https://example.jp)", "\u200b", "&#x3164;", "---", "> ", "#", "- ", "```\n```"],
)
def test_markup_of_which_nothing_is_seen_shows_nothing(typed: str) -> None:
    assert text.shows_nothing(text.to_html(typed))


@pytest.mark.parametrize("typed", ["![](/files/k1)", "a", "![](https://example.jp/x.png)", "`x`", "\\*", "<b>"])
def test_a_picture_or_a_word_shows_something(typed: str) -> None:
    assert not text.shows_nothing(text.to_html(typed))


@pytest.mark.parametrize(
    "typed",
    ["Z" + "\u0300" * 112, "Z" + ("\u0300" * 8 + "\u200d") * 20, "あ" + "\u20dd" * 30, "Z" + "\u0336\u0300" * 50],
)
def test_a_letter_bears_at_most_eight_marks(typed: str) -> None:
    kept = text.tidy(typed)
    assert sum(unicodedata.category(sign)[0] == "M" for sign in kept) == 8
    assert text.tidy(kept) == kept
    assert kept[:9] == typed[:9]


@pytest.mark.parametrize(
    "typed",
    [
        *SIGNS,
        "Tiếng Việt",
        unicodedata.normalize("NFD", "Tiếng Việt"),
        "ภาษาไทย ที่นี้",
        "क्षत्रिय",
        "שָׁלוֹם",
        "مُحَمَّد",
        "ཧཱུྃ",
        "がぎぐ",
    ],
)
def test_signs_of_real_scripts_survive(typed: str) -> None:
    assert text.tidy(typed) == typed


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_is_never_cut_in_half(sign: str) -> None:
    typed = f"あ{sign}{sign}い{sign}"
    whole = {typed[:place] for place in (1, 1 + len(sign), 1 + 2 * len(sign), 2 + 2 * len(sign), len(typed))}
    for most in range(1, len(typed) + 1):
        assert text.cut(typed, most) in whole
        assert len(text.cut(typed, most)) <= most
    assert graphemes.first(f"{sign}い") == sign


def test_a_cut_far_inside_a_text_finds_the_border() -> None:
    typed = "🇯🇵" * 300 + "あ" * 50 + FAMILY * 30
    assert text.cut(typed, 501) == "🇯🇵" * 250
    assert text.cut(typed, 655) == "🇯🇵" * 300 + "あ" * 50
    assert text.cut("a" * 30_000, 20_000) == "a" * 20_000


def test_an_excerpt_ends_where_a_sign_ends() -> None:
    assert text.to_excerpt(f"<p>あ{FAMILY}いうえお</p>", 6) == "あ…"
    assert text.to_excerpt(f"<p>あ{FAMILY}いうえお</p>", 9) == f"あ{FAMILY}…"


def test_borders_around_a_place() -> None:
    typed = f"あ{FAMILY}い"
    assert [graphemes.border(typed, place) for place in (0, 1, 2, 7, 8, 9)] == [0, 1, 1, 1, 8, 9]
    assert [graphemes.border_after(typed, place) for place in (0, 1, 2, 7, 8, 9)] == [0, 1, 8, 8, 8, 9]
    assert graphemes.first("") == ""


@pytest.mark.parametrize(
    "chain", ["ᄀ" * 100, "가" + "\u1161" * 100, "क्" * 60, "ក" + "\u17d2ក" * 60, "\u0600" * 90, "👨\u200d" * 40]
)
def test_a_sign_is_no_longer_than_sixteen_characters(chain: str) -> None:
    assert len(text.tidy(f"前{chain}後")) == 2 + 16
