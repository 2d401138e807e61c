"""Members' text: what it becomes, what never gets through, and that no text holds the server up."""

import gc
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from community import text
from community.text import BadTextError, BodyTooLongError, cleaning

# No text that is accepted is this many times dearer than prose of the greatest length: the dearest is three times, a
# quadratic rendering some hundred. Processor time of the rendering thread, beside prose on the same machine:
# seconds by themselves would measure what else it has to do. Nine times is half a second where nothing else runs.
MOST_TIMES_PROSE = 9
PROSE = ("検査表の写真が横向きになります。設定を見直しました。\n\n" * text.MAX_CHARACTERS)[: text.MAX_CHARACTERS]

NAMES = {"tadokoro": "田所 誠", "sato_k": "佐藤 花"}


def html(markdown: str) -> str:
    return text.to_html(markdown, mentions=NAMES)


# --- what Japanese writers expect


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1行目\n2行目", "<p>1行目<br>\n2行目</p>"),
        ("アプリを**「納品前」だけ**で絞る", "<p>アプリを<strong>「納品前」だけ</strong>で絞る</p>"),
        ("これは~~「消」~~です", "<p>これは<del>「消」</del>です</p>"),
        ("10~12月、3~4人", "<p>10~12月、3~4人</p>"),
        ("手順:\n- 開く\n- 閉じる", "<p>手順:</p>\n<ul>\n<li>開く</li>\n<li>閉じる</li>\n</ul>"),
        ("# 一\n## 二\n### 三", "<h3>一</h3>\n<h3>二</h3>\n<h4>三</h4>"),
        ("```python\n- a\n```", '<pre tabindex="0"><code class="language-python">- a</code></pre>'),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
    ],
)
def test_markdown_becomes_the_html_people_mean(typed: str, shown: str) -> None:
    assert html(typed) == shown


def test_task_list_shows_boxes_that_are_no_fields() -> None:
    shown = html("- [ ] やる\n- [x] 済んだ")
    assert '<span class="task-box">☐</span> やる' in shown
    assert '<span class="task-box">☑</span> 済んだ' in shown
    assert "<input" not in shown


def test_table_can_be_scrolled_by_keyboard_and_keeps_its_alignment() -> None:
    box = BeautifulSoup(html("| 品 | 数 |\n|---|--:|\n| 机 | 2 |"), "html.parser").div
    assert box is not None
    assert box.attrs == {"class": ["table-scroll"], "tabindex": "0"}
    assert [cell.get("align") for cell in box.find_all("td")] == [None, "right"]


def test_pasted_address_ends_where_the_japanese_sentence_goes_on() -> None:
    links = BeautifulSoup(html("https://example.jp/a_b?x=1&y=2です。(https://a.jp/x)。"), "html.parser").find_all("a")
    assert [link["href"] for link in links] == ["https://example.jp/a_b?x=1&y=2", "https://a.jp/x"]
    assert {" ".join(link["rel"]) for link in links} == {"nofollow ugc noopener"}


# --- people and pictures


def test_known_handle_becomes_a_link_with_the_name() -> None:
    link = BeautifulSoup(html("@Tadokoroさん、お願いします"), "html.parser").a
    assert link is not None
    assert (link["href"], link.text) == ("/people/tadokoro", "@田所 誠")


@pytest.mark.parametrize("typed", ["mail@tadokoro.jp", "a@tadokoro", "`@tadokoro`", "```\n@tadokoro\n```", "@nobody"])
def test_what_is_no_mention_stays_text(typed: str) -> None:
    assert "<a" not in html(typed)


def test_finds_mentions_and_pictures_outside_of_code_once_and_in_order() -> None:
    typed = "@sato_k と ＠tadokoro と @sato_k\n`@code` ![図](/files/k1)\n\n    ![](/files/code)\n\n![](/files/k2)"
    assert text.find_mentions(typed) == ["sato_k", "tadokoro"]
    assert text.find_files(typed) == ["k1", "k2"]


def test_only_our_own_pictures_are_pictures() -> None:
    shown = text.to_html("![図](/files/k1) ![外](https://evil.example/x.png)", images={"k1": (640, 480)})
    soup = BeautifulSoup(shown, "html.parser")
    image, link = soup.img, soup.a
    assert image is not None
    assert link is not None
    assert (image["src"], image["alt"], image["width"], image["height"]) == ("/files/k1", "図", "640", "480")
    assert (link["href"], link.text) == ("https://evil.example/x.png", "外")


# --- what never gets through

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    "![x](/files/../admin)",
    '![x](/files/a" onerror="alert(1))',
    '[x](http://a.jp "onmouseover=alert(1) \\" onclick=alert(1)")',
    '<https://a.jp/" onclick=alert(1)>',
    "[a]: javascript:alert(1)\n[a]",
    '``` {.python onclick="alert(1)" style="x"}\na\n```',
    "```<script>\na\n```",
    "<svg/onload=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--><script>alert(1)</script>-->",
    "<math><mtext></p><style><img src=x onerror=alert(1)>",
    "\x02klzzwxh:0000\x03 <b>\x02</b>",
    "text{: onclick=alert(1) }\n\n# h {#id onclick=x}",
    '--8<-- "/etc/passwd"',
    "@tadokoro<script>",
]


def assert_is_safe(shown: str) -> None:
    soup = BeautifulSoup(shown, "html.parser")
    for element in soup.find_all(True):
        assert element.name in cleaning.TAGS
        for name in element.attrs:
            assert name in {*cleaning.ATTRIBUTES.get(element.name, ()), "rel", "tabindex"}
        address = str(element.get("href") or "").strip().lower()
        assert address.partition(":")[0] in {"http", "https", "mailto"} or ":" not in address.partition("/")[0]
        if element.name == "img":
            assert cleaning.FILE_ADDRESS.fullmatch(str(element["src"]))


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_text_is_harmless(typed: str) -> None:
    assert_is_safe(html(typed))
    assert "/etc" not in html(typed) or "8&lt;" in html(typed)


def test_typed_html_is_shown_as_it_was_typed() -> None:
    assert html("<b>x</b>") == "<p>&lt;b&gt;x&lt;/b&gt;</p>"


def test_nul_and_turned_text_do_not_survive() -> None:
    assert text.tidy("a\x00b\u202ec\r\nd\re\ud800") == "abc\nd\ne"


# --- how much is too much


def test_longer_than_a_post_may_be_is_refused() -> None:
    assert html("あ" * text.MAX_CHARACTERS)
    with pytest.raises(BodyTooLongError, match="20,001"):
        html("あ" * (text.MAX_CHARACTERS + 1))


@pytest.mark.parametrize(
    "typed",
    [
        "[" * 8_000,
        "[a" * 5_000,
        "``a`" * 4_000,
        "> " * 50 + "a",
        "1. " * 3_000,
        "".join("    " * level + "- a\n" for level in range(30)),
        "|" + "-|" * 400 + "\n" + "|" * 3,
        "\n" * 5_000 + "a",
        "*a* " * 4_000,
    ],
)
def test_text_built_to_hold_up_the_server_is_refused_at_once(typed: str) -> None:
    with pytest.raises(BadTextError):
        html(typed)
    assert times_prose(typed) < MOST_TIMES_PROSE


def times_prose(typed: str) -> float:
    """What a text costs to render or to refuse, in times a page of prose that is rendered beside it."""
    return seconds_of(typed) / seconds_of(PROSE)


def seconds_of(typed: str) -> float:
    """Of the processor; without collections, which would look through all that the tests have made so far."""
    gc.disable()
    began = time.thread_time()
    try:
        with suppress(BadTextError):
            html(typed)
        return time.thread_time() - began
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "grown",
    [
        lambda size: "a" + " " * size + "b",
        lambda size: "a" + "\t" * size + "b",
        lambda size: "&a" + " " * size + "b",
        lambda size: "# a" + " " * size + "b",
        lambda size: "# a" + "\t" * size + "b",
        lambda size: "# a" + " #" * (size // 2) + "b",
        lambda size: "a\n=" + " " * size + "x",
        lambda size: "```" + " " * size + "`",
        lambda size: "```{" + " " * size + "x",
        lambda size: "- " + "- " * 5 + "[" + " " * size + "x",
        lambda size: "a|b\n|" + " " * size + "x",
        lambda size: "|" * 32 + "-" * size + "x",
        lambda size: "|" * 32 + "-" * (size // 2) + "\u3000" * (size // 2) + "x",
        lambda size: "[a]:" + " " * size + "<x",
        lambda size: "[a]:" + " " * (size // 2) + "b" + " " * (size // 2) + "x",
        lambda size: "[a]:" + " " * (size // 2) + "\n" + " " * (size // 2) + "<x",
        lambda size: "[a]:" + " " * (size // 2) + 'b "' + "c" * (size // 2) + "\n==",
        lambda size: "[a]: /" + "b" * (size // 2) + " " * (size // 2) + "x",
        lambda size: "[a]: <" + "\\>" * (size // 2),
        lambda size: "- " * 5 + "-" + " " * size + "x",
    ],
)
def test_twice_the_text_takes_twice_the_time(grown: Callable[[int], str]) -> None:
    most = text.MAX_CHARACTERS - 50
    once, twice = (min(seconds_of(grown(size)) for _ in range(5)) for size in (most // 2, most))
    assert twice < 3 * once
    assert twice < MOST_TIMES_PROSE * seconds_of(PROSE)


ATOMS = ["[", "]", "(", ")", "![", "*", "**", "_", "`", "``", "~~", "> ", "- ", "1. ", "|", "\n", "\n\n", "    ", "\t"]
ATOMS += ["https://a.jp/(b)", "C:\\a\\_b", "=a*b", "&#42;", "\u0300", "  - a\n", "[a]: /b\n", "~~~\n", "@a@", "¯\\_("]
ATOMS += [
    "a",
    "あ",
    "!",
    "<",
    ">",
    "@a",
    "http://a.b/",
    "# ",
    "```\n",
    "-\n",
    "|-|-|\n",
    "[x] ",
    "&",
    "\\",
    '"',
    "{",
    "=",
]


def accepted_part(typed: str) -> str:
    """The longest beginning (to within some characters) that is not refused."""
    low, high = 0, len(typed) + 1
    while high - low > 64:
        middle = (low + high) // 2
        try:
            html(typed[:middle])
        except BadTextError:
            high = middle
        else:
            low = middle
    return typed[:low]


@pytest.mark.parametrize(
    "atom", [*ATOMS, "<a@b.c>", "[a](<", "![a](b", "***a", "- a\n    - b\n", "a|b\n-|-\n", "*_", "http://a,"]
)
def test_the_longest_accepted_repetition_is_rendered_in_time(atom: str) -> None:
    typed = accepted_part((atom * text.MAX_CHARACTERS)[: text.MAX_CHARACTERS])
    assert_is_safe(html(typed))
    assert times_prose(typed) < MOST_TIMES_PROSE


@settings(max_examples=60)
@given(st.lists(st.sampled_from(ATOMS), min_size=1, max_size=5).map("".join), st.integers(1, text.MAX_CHARACTERS))
def test_any_repetition_is_safe_and_in_time_or_refused(pattern: str, length: int) -> None:
    typed = (pattern * length)[:length]
    with suppress(BadTextError):
        assert_is_safe(html(typed))
    assert times_prose(typed) < MOST_TIMES_PROSE


@settings(max_examples=150)
@given(st.lists(st.sampled_from([*ATOMS, *HOSTILE]) | st.text(max_size=8), max_size=60).map("".join))
def test_any_mixture_is_safe(typed: str) -> None:
    try:
        shown = html(typed)
    except BadTextError:
        return
    assert_is_safe(shown)
    assert text.to_excerpt(shown, 80) == text.to_excerpt(shown, 80).strip()


def test_many_threads_render_the_same() -> None:
    typed = "**太字** @tadokoro\n- a\n- b\n\n```\nx\n```"
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(html, [typed] * 80)) == {html(typed)}


# --- plain text


@pytest.mark.parametrize(
    ("one", "other"), [("ｶﾅ", "カナ"), ("ＡＢＣ", "abc"), ("①", "1"), ("請求　書", "請求 書"), (" a \n b ", "a b")]
)
def test_fold_makes_spellings_equal(one: str, other: str) -> None:
    assert text.fold(one) == text.fold(other)


def test_excerpt_is_one_line_of_plain_text() -> None:
    assert text.to_excerpt("<p>一&amp;二</p>\n<ul>\n<li>三</li>\n</ul>", 20) == "一&二 三"
    assert text.to_excerpt("<p>あいうえお</p>", 4) == "あいう…"
