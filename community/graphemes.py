"""What a reader sees as one sign: a letter with its marks, a flag, a family. Nothing shortens a text elsewhere."""

import regex

_CLUSTER = regex.compile(r"\X")
# Between two of these there is always a border, so that one can be looked for from there.
_PLAIN = regex.compile(r"[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{P}\p{Z}0-9\n]{2}")
# A cluster is rarely longer; a family of four with skin tones has eleven signs.
_WINDOW = 40


def cut(text: str, most: int) -> str:
    """At most `most` characters of the beginning, ending where a sign does. A sign longer than that is cut."""
    return text if len(text) <= most else text[: border(text, most) or most]


def first(text: str) -> str:
    """The first sign; nothing of an empty text."""
    found = _CLUSTER.match(text)
    return found[0] if found else ""


def border(text: str, at: int) -> int:
    """The last place at or before `at` where one sign ends and another begins."""
    if not 0 < at < len(text):
        return min(max(at, 0), len(text))
    start = _safe_start(text, at)
    for cluster in _CLUSTER.finditer(text, start):
        if cluster.end() > at:
            return cluster.start()
        if cluster.end() == at:
            return at
    return at


def border_after(text: str, at: int) -> int:
    """The first place at or behind `at` where one sign ends and another begins."""
    start = border(text, at)
    return at if start == at else start + len(first(text[start : start + 10 * _WINDOW]))


def _safe_start(text: str, at: int) -> int:
    start = at - _WINDOW
    while start > 0:
        if plain := _PLAIN.search(text, start, at):
            return plain.start() + 1
        start -= _WINDOW
    return 0
