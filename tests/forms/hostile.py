"""What people paste, and what attackers send: one list for every field of every form and every address."""

from collections.abc import Iterable

LONG_WORD = "あ" * 3_000 + "W" * 3_000

STRINGS = {
    "script": "<script>alert(1)</script>",
    "handler": '"><img src=x onerror=alert(1)>',
    "handler in quotes": "' onmouseover='alert(1)' autofocus onfocus=alert(1) x='",
    "address that runs": "[押す](javascript:alert(1)) javascript:alert(1)",
    "svg": "<svg/onload=alert(1)><math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "end of a page": "</textarea></title></form></script><h1>x</h1>",
    "template": "{{7*7}} ${7*7} {% raw %} <%= 7*7 %> #{7*7}",
    "format": "%s %(x)s %d {0} {x.__class__}",
    "sql": "'; DROP TABLE member; -- \" OR 1=1 \\",
    "like": "%_\\",
    "formula": "=cmd|' /C calc'!A0",
    "path": "../../../../etc/passwd ..\\..\\win.ini file:///etc/passwd",
    "header": "x\r\nX-Injected: 1\r\n\r\nSet-Cookie: a=b",
    "turned": "甲\u202e乙\u2066丙\u2069\u200f丁",
    "zero width": "見\u200bえ\u200dな\ufeffい\u00ad字",
    "combining": "か\u3099" + "Z" + "\u0301\u0323\u0489" * 60,
    "nul": "前\x00後",
    "controls": "\x01\x08\x0b\x1b[31m\x7f\x85終",
    "lone surrogate": "\ud800 \udfff",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈🇯🇵👍🏽",
    "kanji of four bytes": "𠮷野家 𩸽",
    "old kanji": "㈱髙﨑 ①Ⅳ㌔ ～−‖",
    "half width": "ｶﾞｷﾞｸﾞ ﾊﾝｶｸ",
    "long word": LONG_WORD,
    "spaces": "     ",
    "wide spaces": "　　　",
    "line ends": "一行\r二行\n三行\u2028四行",
    "mention": "@owner @all @<script>",
    "json": '{"$ne": null, "__proto__": {"x": 1}}',
    "huge number": "9" * 40,
    "negative": "-1",
    "not a number": "NaN",
    "other digits": "１２٣",
    "nothing": "",
}

# What one database could take otherwise than the other: quoting and placeholders, signs it has no room for, lengths,
# numbers beyond a column, folding and order. What the others attack (scripts, markup, paths, headers) is read by Python
# and browsers alone.
OF_DATABASES = frozenset(
    {
        "format", "sql", "like", "combining", "nul", "controls", "lone surrogate", "emoji", "kanji of four bytes",
        "long word", "spaces", "line ends", "json", "huge number", "negative", "not a number", "other digits",
        "nothing",
    }
)  # fmt: skip

# What can stand in one text and be found in it all the same: a sign that is not escaped, or not stored, is neither
# among others.
BUNDLES = {
    "attacks": (
        "script", "handler", "handler in quotes", "address that runs", "svg", "end of a page", "template", "format",
        "sql", "like", "formula", "path", "mention", "json",
    ),
    "signs": ("turned", "zero width", "combining", "emoji", "kanji of four bytes", "old kanji", "half width"),
}  # fmt: skip


def bundle(labels: Iterable[str]) -> dict[str, str]:
    """Return the texts of these, with those that can stand in one text joined, by their labels or that of the text."""
    asked = list(labels)
    joined = {name: " ".join(STRINGS[part] for part in parts if part in asked) for name, parts in BUNDLES.items()}
    apart = [label for label in asked if not any(label in parts for parts in BUNDLES.values())]
    return {name: text for name, text in joined.items() if text} | {label: STRINGS[label] for label in apart}


# For values that are chosen, not written: what a changed page could send.
FORGED = ("nul", "lone surrogate", "script", "huge number", "negative", "other digits", "long word", "nothing")

# What an address can carry.
QUERIES = ("nul", "lone surrogate", "script", "huge number", "other digits", "sql", "header", "kanji of four bytes")
NUMBERS = ("0", "2147483648", "9223372036854775808", "9" * 40)
