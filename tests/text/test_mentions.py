"""Whom a text calls: by the one rule of community/text/dialect.py, and nobody else."""

import re

import pytest

from community import text

NAMES = {"sae": "佐伯 裕子", "tadokoro": "田所 誠"}


def shown_as_people(typed: str) -> list[str]:
    return re.findall(r'href="/people/([a-z0-9_-]+)"', text.to_html(typed, mentions=NAMES))


@pytest.mark.parametrize(
    "typed",
    [
        "@sae",
        "はい、@sae",
        "はい。@sae お願いします",
        "（@sae）",
        "「@saeさん」",
        "　@sae",
        "値\t@sae",
        "\n@sae",
        "＠sae",
        "@Sae",
        "/cc: @sae.",
        "・@sae",
        "①@sae",
        "👍@sae",
        "❤️@sae",
        "**@sae**",
        "- @sae",
        "| a |\n|---|\n| @sae |",
        "@saeさん",
        "@sae、@nobody",
        "# @sae",
        "`x`@sae",
        "\\\\ @sae",
    ],
)
def test_a_handle_at_the_start_or_after_space_or_punctuation_is_a_mention(typed: str) -> None:
    assert shown_as_people(typed) == ["sae"]
    assert "sae" in text.find_mentions(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "佐伯@tadokoro",
        "さえき@tadokoro",
        "サーバー@tadokoro",
        "佐々@tadokoro",
        "か\u3099@tadokoro",
        "葛\U000e0100@tadokoro",
        "ＡＢＣ@tadokoro",
        "１@tadokoro",
        "ｶﾞ@tadokoro",
        "é@tadokoro",
        "e\u0301@tadokoro",
        "a@tadokoro",
        "mail@tadokoro.jp",
        "saeki.@tadokoro",
        "a_@tadokoro",
        "a+@tadokoro",
        "a-@tadokoro",
        "x/@tadokoro",
        "@@tadokoro",
        "@tadokoro@example.jp",
        "@tadokoro.example",
        "`@tadokoro`",
        "``@tadokoro``",
        "```\n@tadokoro\n```",
        "~~~\n@tadokoro",
        "    @tadokoro",
        "- a\n\n      @tadokoro",
        r"\@tadokoro",
        r"はい、\@tadokoro",
        r"C:\@tadokoro",
        r"\\@tadokoro",
        "[@tadokoro](/x)",
        "![@tadokoro](/files/k1)",
        "[x](/@tadokoro)",
        "[x](/y '@tadokoro')",
        "https://example.jp/@tadokoro",
        "https://example.jp/見積@tadokoro",
        "<https://example.jp/@tadokoro>",
        "<saeki@tadokoro.jp>",
        "@" + "a" * 40,
    ],
)
def test_what_is_no_mention_calls_nobody(typed: str) -> None:
    assert shown_as_people(typed) == []
    assert text.find_mentions(typed) == []


@pytest.mark.parametrize(
    "typed", ["> @sae 確認します", "> a\n@sae", "> > @sae", "- > @sae", "> - @sae", "> | a |\n> |---|\n> | @sae |"]
)
def test_a_quotation_calls_nobody_again(typed: str) -> None:
    assert text.find_mentions(typed) == []
    assert shown_as_people(typed) == ["sae"], "who was called can still be read"


def test_who_is_quoted_and_called_is_called() -> None:
    assert text.find_mentions("> @sae @tadokoro\n\n@sae さん") == ["sae"]


def test_one_reading_tells_all() -> None:
    typed = "@sae `@code` ![図](/files/k1)\n\n> @tadokoro ![](/files/k2)\n\n    ![](/files/k3)"
    rendered = text.render(typed, mentions=NAMES, images={"k1": (640, 480)})
    assert (rendered.mentions, rendered.files) == (["sae"], ["k1", "k2"])
    assert set(text.possible_mentions(typed)) >= {"sae", "tadokoro"}
    assert set(text.possible_files(typed)) >= {"k1", "k2"}
