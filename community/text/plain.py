"""Text without markup: what was typed made storable, compared, looked at for what can be seen, and shortened."""

import re
import unicodedata

import regex
from markupsafe import Markup

from community.graphemes import cut

# Characters nobody types and some abuse: controls (PostgreSQL refuses NUL), lone surrogates, and the marks that turn
# the direction of the text around them (a title could read backwards). Tab and newline stay.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
_SPACES = re.compile(r"\s+")
# No language writes more on one letter (Tibetan and pointed Hebrew come near); more grows over the lines around, or to
# 1,600 pixels in width. What joins letters without being seen does not start the count anew.
MAX_MARKS = 8
_MARKS = regex.compile(rf"[\p{{M}}\p{{Cf}}]{{{MAX_MARKS + 1},}}")
# What is one sign to a reader is at most eleven characters (a family with skin tones), in Indic scripts about nine. A
# longer chain, of jamo or joined emoji for instance, cannot be broken into lines and is wider than a phone.
MAX_CLUSTER = 16
_CHAINS = regex.compile(rf"[^\p{{Latin}}\p{{Han}}\p{{Hiragana}}\p{{Katakana}}\p{{P}}\p{{Z}}\s]{{{MAX_CLUSTER + 1},}}")
_CLUSTER = regex.compile(r"\X")
# Nothing is seen of spaces, of what only joins or selects, of marks without a letter, nor of these: the fillers of
# Hangul, an empty Braille cell, and what stands in Unicode's plane of tags.
_UNSEEN = regex.compile(
    r"[\p{Z}\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\u115f\u1160\u2800\u3164\uffa0\ufffc\s]*"
)


def tidy(text: str) -> str:
    """What was typed, with one kind of line end and without characters that nobody means to type."""
    kept = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    return _CHAINS.sub(_shorter_signs, _MARKS.sub(_fewer_marks, kept))


def _shorter_signs(chain: regex.Match[str]) -> str:
    return _CLUSTER.sub(lambda sign: sign[0][:MAX_CLUSTER], chain[0])


def _fewer_marks(run: regex.Match[str]) -> str:
    kept, marks = [], 0
    for sign in run[0]:
        marks += unicodedata.category(sign)[0] == "M"
        if marks <= MAX_MARKS or unicodedata.category(sign)[0] != "M":
            kept.append(sign)
    return "".join(kept)


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen, whatever it consists of."""
    return _UNSEEN.fullmatch(text) is not None


def fold(text: str) -> str:
    """A form for comparing: width, case and spacing no longer matter (ｶﾅ = カナ, Ａ = a)."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def to_excerpt(html: str, length: int) -> str:
    """The beginning of rendered HTML as plain text on one line, at most `length` characters with the ellipsis."""
    text = to_plain(html)
    return text if len(text) <= length else cut(text, length - 1).rstrip() + "…"


def to_plain(html: str) -> str:
    """The words of rendered HTML, on one line."""
    return _SPACES.sub(" ", Markup(html).striptags()).strip()  # noqa: S704  stripped, not shown as HTML


def shows_nothing(html: str) -> bool:
    """Whether a reader of rendered HTML sees neither a word nor a picture."""
    return "<img" not in html and is_blank(to_plain(html))
