"""Plain text: typed text made storable, compared, tested for visible content, and shortened."""

import re
import unicodedata

import regex
from markupsafe import Markup

from community.graphemes import cut

# Characters that nobody types and some abuse: controls (PostgreSQL refuses NUL), lone surrogates, and marks that turn
# the direction of the text around them (a title could read backwards). Tab and newline stay.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
_SPACES = re.compile(r"\s+")
# No language has more marks on one letter (Tibetan and pointed Hebrew come close); more cover the lines around them, or
# reach 1,600 pixels in width. Invisible joiners do not restart the count.
MAX_MARKS = 8
_MARKS = regex.compile(rf"[\p{{M}}\p{{Cf}}]{{{MAX_MARKS + 1},}}")
# One cluster has at most eleven characters (a family with skin tones), in Indic scripts about nine. A longer chain, for
# example of jamo or joined emoji, cannot be broken into lines and is wider than a phone.
MAX_CLUSTER = 16
_CHAINS = regex.compile(rf"[^\p{{Latin}}\p{{Han}}\p{{Hiragana}}\p{{Katakana}}\p{{P}}\p{{Z}}\s]{{{MAX_CLUSTER + 1},}}")
_CLUSTER = regex.compile(r"\X")
# Invisible: spaces, joiners and selectors, marks without a letter, and these: the fillers of Hangul, an empty Braille
# cell, and Unicode's plane of tags.
_UNSEEN = regex.compile(
    r"[\p{Z}\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\u115f\u1160\u2800\u3164\uffa0\ufffc\s]*"
)


def tidy(text: str) -> str:
    """Return typed text with one kind of line end and without characters that nobody means to type."""
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
    """Return whether no character of the text is visible."""
    return _UNSEEN.fullmatch(text) is not None


def fold(text: str) -> str:
    """Return the text in a form for comparing, without width, case and spacing (ｶﾅ = カナ, Ａ = a)."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def to_excerpt(html: str, length: int) -> str:
    """Return the beginning of rendered HTML as text on one line, at most `length` characters with the ellipsis."""
    text = to_plain(html)
    return text if len(text) <= length else cut(text, length - 1).rstrip() + "…"


def to_plain(html: str) -> str:
    """Return the words of rendered HTML, on one line."""
    return _SPACES.sub(" ", Markup(html).striptags()).strip()  # noqa: S704  stripped, not shown as HTML


def shows_nothing(html: str) -> bool:
    """Return whether rendered HTML has neither a visible character nor a picture."""
    return "<img" not in html and is_blank(to_plain(html))
