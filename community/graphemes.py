"""Grapheme clusters: what a reader sees as one character. All shortening of texts uses this module."""

import regex

_CLUSTER = regex.compile(r"\X")
# There is always a boundary between two of these, so a search can begin there.
_PLAIN = regex.compile(r"[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{P}\p{Z}0-9\n]{2}")
# Characters. A cluster is rarely longer; a family of four with skin tones has eleven.
_WINDOW = 40


def cut(text: str, most: int) -> str:
    """Return at most `most` characters of the beginning, ending at a cluster's end. A longer cluster is cut."""
    return text if len(text) <= most else text[: border(text, most) or most]


def first(text: str) -> str:
    """Return the first cluster; "" of an empty text."""
    found = _CLUSTER.match(text)
    return found[0] if found else ""


def border(text: str, at: int) -> int:
    """Return the last cluster boundary at or before `at`."""
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
    """Return the first cluster boundary at or after `at`."""
    start = border(text, at)
    return at if start == at else start + len(first(text[start : start + 10 * _WINDOW]))


def _safe_start(text: str, at: int) -> int:
    start = at - _WINDOW
    while start > 0:
        if plain := _PLAIN.search(text, start, at):
            return plain.start() + 1
        start -= _WINDOW
    return 0
