"""What is typed is seen: behind a fence's signs, in definitions, as entities, and in any business text."""

import random
import re

import pytest
from bs4 import BeautifulSoup

from community import text


def seen(typed: str) -> str:
    return text.to_plain(text.to_html(typed))


@pytest.mark.parametrize(
    "typed",
    [
        "~~~ 開催概要 ~~~\n日時：10/3\n\n場所：東京",
        "~~~ご案内~~~",
        "~~~ABC~~~",
        "本文\n~~~ ここから ~~~\n続き\n~~~ ここまで ~~~\n以上",
    ],
)
def test_a_line_with_signs_at_both_ends_is_text(typed: str) -> None:
    shown = text.to_html(typed)
    assert "<pre" not in shown
    assert "<del" not in shown
    assert re.findall(r"\w+", seen(typed)) == re.findall(r"\w+", typed)


@pytest.mark.parametrize(
    "typed",
    [
        "~~~ 2026-10-03",
        "~~~ 開催概要\n日時\n~~~\n本文です",
        "```エラー内容：接続できません\n本文です",
        "```エラー\na\n\nb\n```\n本文です",
        "```10/3 の件",
    ],
)
def test_words_behind_the_signs_of_a_fence_stand_above_the_code(typed: str) -> None:
    assert "<pre" in text.to_html(typed)
    assert re.findall(r"\w+", seen(typed)) == re.findall(r"\w+", typed)


@pytest.mark.parametrize(
    ("info", "language", "words"),
    [
        ("python", "python", ""),
        ("{.python}", "python", ""),
        ("{.python .numbers #a title=x}", "python", ""),
        ("c++", "c++", ""),
        ("sh title=x", "sh", ""),
        ('sh title="a b"', "sh", ""),
        ("js:app.js", "js", "app.js"),
        ("js:画面.js", "js", "画面.js"),
        ("sh 手順です", "sh", "手順です"),
        ('sh title="手順"', "sh", 'title="手順"'),
        ("log connection refused", "log", "connection refused"),
    ],
)
@pytest.mark.parametrize("signs", ["```", "~~~~"])
def test_a_language_opens_code_and_what_is_no_attribute_is_shown(
    signs: str, info: str, language: str, words: str
) -> None:
    soup = BeautifulSoup(text.to_html(f"{signs}{info}\nx\n{signs}\n本文"), "html.parser")
    assert soup.code is not None
    assert soup.code.get("class") == [f"language-{language}"]
    assert soup.get_text("|", strip=True) == "|".join([*filter(None, [words]), "x", "本文"])


def test_of_two_definitions_of_a_label_the_unused_one_stays() -> None:
    typed = "参考 [1]\n\n[1]: https://a.example/one\n[1]: https://b.example/two"
    assert seen(typed) == "参考 1 [1]: https://b.example/two"
    assert 'href="https://a.example/one"' in text.to_html(typed)


@pytest.mark.parametrize("typed", ["&#2;", "&#x1f;", "&#127;", "&#x202e;", "&#13;", "&#xfffe;"])
def test_an_entity_of_a_sign_that_nobody_may_type_stays_as_typed(typed: str) -> None:
    assert seen(f"a{typed}b") == f"a{typed}b"


_LINES = [
    "お世話になっております{n}",
    "~~~ 概要{n} ~~~",
    "~~~案内{n}",
    "```内容{n}：接続できません",
    "```python",
    "```",
    "~~~",
    "```sh 手順{n}",
    "# 見出し{n} #",
    "- 項目{n}",
    "  - 中{n}",
    "{n}. 番号",
    "> 引用{n}",
    "> > 引用{n}",
    "| 品{n} | 数 |",
    "|---|---|",
    "| 机{n} | 2 |",
    "[{n}]: https://a.example/{n}",
    "[{m}]: https://b.example/{n}",
    "[注{n}]: 本番では使わない",
    "参考 [{m}] と[資料{n}](https://c.example/{n})",
    "https://d.example/{n}?a=1 です",
    "==========",
    "■□ お知らせ{n} □■",
    "-----{n}-----",
    "**重要{n}**と~~取消{n}~~",
    "`code{n}` &#2; &amp; C:\\temp\\{n}",
    "    字下げ{n}",
    "",
    "",
]
_LANGUAGES = re.compile(r"```(?:python|sh)\b")


@pytest.mark.parametrize("seed", range(80))
def test_no_letter_of_a_business_text_is_lost(seed: int) -> None:
    chance = random.Random(seed)  # the same texts in every run
    lines = [chance.choice(_LINES).format(n=100 + n, m=100 + chance.randrange(30)) for n in range(30)]
    typed = "\n".join(lines)
    shown = text.to_html(typed)
    soup = BeautifulSoup(shown, "html.parser")
    there = seen(typed) + " ".join(str(link["href"]) for link in soup.find_all("a"))
    # Numbers of a list are counted by the browser.
    wanted = re.sub(r"^\d+\. ", "", _LANGUAGES.sub("```", typed).replace("&amp;", ""), flags=re.MULTILINE)
    labels = set(re.findall(r"^\[(\d+)\]:", typed, re.MULTILINE))
    for word in re.findall(r"[^\W_]+", wanted):
        assert word in there or word in labels, (word, typed)
