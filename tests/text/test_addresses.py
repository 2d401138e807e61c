"""A pasted address ends where a Japanese reader sees it end; where that is not clear it is no link."""

import pytest
from bs4 import BeautifulSoup

from community import text


def links(typed: str) -> list[str]:
    found = BeautifulSoup(text.to_html(typed), "html.parser").find_all("a")
    assert [link.text for link in found] == [link["href"] for link in found]
    return [str(link["href"]) for link in found]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://ja.wikipedia.org/wiki/Foo_(bar)", "https://ja.wikipedia.org/wiki/Foo_(bar)"),
        ("(https://ja.wikipedia.org/wiki/Foo_(bar))", "https://ja.wikipedia.org/wiki/Foo_(bar)"),
        ("（https://example.jp/a）", "https://example.jp/a"),
        ("「https://example.jp/a」。", "https://example.jp/a"),
        ("詳細はhttps://example.jp/aをご覧ください", "https://example.jp/a"),
        ("https://example.jp/を開く", "https://example.jp/"),
        ("https://example.jp/にアクセス", "https://example.jp/"),
        ("https://example.jp/です。", "https://example.jp/"),
        ("https://example.jp/a参照", "https://example.jp/a"),
        ("https://example.jp/a。次", "https://example.jp/a"),
        ("https://example.jp/a.", "https://example.jp/a"),
        ("https://example.jp/a, 次", "https://example.jp/a"),
        ("https://example.jp/a?", "https://example.jp/a"),
        ("https://example.jp/a：説明", "https://example.jp/a"),
        ("*https://example.jp/a*", "https://example.jp/a"),
        ("**https://example.jp/a**です", "https://example.jp/a"),
        ("~~https://example.jp/a~~", "https://example.jp/a"),
        ("'https://example.jp/a'", "https://example.jp/a"),
        ('"https://example.jp/a"', "https://example.jp/a"),
        ("[https://example.jp/a]", "https://example.jp/a"),
        ("https://example.jp/x?a=1&b=2#c", "https://example.jp/x?a=1&b=2#c"),
        ("https://example.jp/x?a=1&amp;b=2", "https://example.jp/x?a=1&b=2"),
        ("https://example.jp/a;b?x=[1]", "https://example.jp/a;b?x=[1]"),
        ("https://example.jp/a,b", "https://example.jp/a,b"),
        ("https://example.jp/%E8%A6%8B%E7%A9%8D", "https://example.jp/%E8%A6%8B%E7%A9%8D"),
        ("https://example.jp/a_b_c", "https://example.jp/a_b_c"),
        ("https://example.jp/~saeki/", "https://example.jp/~saeki/"),
        ("https://example.jp/{id}/x", "https://example.jp/{id}/x"),
        ("https://web.example.org/2026/https://example.jp/", "https://web.example.org/2026/https://example.jp/"),
        ("http://localhost:8000/x", "http://localhost:8000/x"),
        ("https://xn--wgv71a.jp/", "https://xn--wgv71a.jp/"),
        ("| a |\n|---|\n| https://example.jp/a |", "https://example.jp/a"),
        ("- https://example.jp/a\n", "https://example.jp/a"),
        ("> https://example.jp/a", "https://example.jp/a"),
        ("<https://example.jp/見積もり>", "https://example.jp/見積もり"),
        ("https://example.jp/a　次", "https://example.jp/a"),
        ("https://example.jp/a😀", "https://example.jp/a"),
    ],
)
def test_an_address_ends_where_a_reader_sees_it_end(typed: str, address: str) -> None:
    assert links(typed) == [address]


@pytest.mark.parametrize(
    "typed",
    [
        "https://example.jp/見積もり",
        "https://example.jp/見積もり/2026",
        "https://example.jp/おしらせ",
        "https://example.jp/?q=検索",
        "https://example.jp/search?検索",
        "https://ja.wikipedia.org/wiki/SQL入門",
        "https://ja.wikipedia.org/wiki/Foo_東京",
        "https://www.日本語.jp/",
        "https://日本語.jp/",
        "https://example.jp/<id>/x",
        "https://example.jp/…",
        r"https://example.jp/a\_b",
        "ｈｔｔｐｓ://example.jp/",
        "https://",
        "https://。",
        "xhttps://example.jp/",
        "ftp://example.jp/",
        "`https://example.jp/a`",
        "```\nhttps://example.jp/a\n```",
    ],
)
def test_an_address_that_would_be_cut_in_half_is_no_link(typed: str) -> None:
    assert links(typed) == []


def test_two_addresses_beside_one_another_are_two() -> None:
    assert links("https://a.jp/x,https://b.jp/y") == ["https://a.jp/x", "https://b.jp/y"]
    assert links("https://a.jp/x、https://b.jp/y https://c.jp/z") == [
        "https://a.jp/x",
        "https://b.jp/y",
        "https://c.jp/z",
    ]


def test_a_link_in_brackets_keeps_its_address_whole() -> None:
    soup = BeautifulSoup(text.to_html("[見積](https://ja.wikipedia.org/wiki/Foo_(bar)/見積もり)"), "html.parser")
    assert [(link.text, link["href"]) for link in soup.find_all("a")] == [
        ("見積", "https://ja.wikipedia.org/wiki/Foo_(bar)/見積もり")
    ]


def test_an_address_within_a_link_is_no_second_link() -> None:
    shown = text.to_html("[https://example.jp/a](https://example.jp/b)")
    assert shown == '<p><a href="https://example.jp/b" rel="nofollow ugc noopener">https://example.jp/a</a></p>'


@pytest.mark.parametrize("sign", [",", ";"])
def test_addresses_that_only_a_sign_parts_are_each_a_link(sign: str) -> None:
    assert links(sign.join(["https://a.jp/x"] * 3)) == ["https://a.jp/x"] * 3
    assert links(f"https://a.jp/x{sign}https:// y") == ["https://a.jp/x"]
