"""Text without markup: what was typed made storable, compared and shortened."""

import re
import unicodedata

from markupsafe import Markup

# Characters nobody types and some abuse: controls (PostgreSQL refuses NUL), lone surrogates, and the marks that turn
# the direction of the text around them (a title could read backwards). Tab and newline stay.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
_SPACES = re.compile(r"\s+")


def tidy(text: str) -> str:
    """What was typed, with one kind of line end and without characters that nobody means to type."""
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def fold(text: str) -> str:
    """A form for comparing: width, case and spacing no longer matter (ｶﾅ = カナ, Ａ = a)."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def to_excerpt(html: str, length: int) -> str:
    """The beginning of rendered HTML as plain text on one line, at most `length` characters with the ellipsis."""
    text = to_plain(html)
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def to_plain(html: str) -> str:
    """The words of rendered HTML, on one line."""
    return _SPACES.sub(" ", Markup(html).striptags()).strip()  # noqa: S704  stripped, not shown as HTML
