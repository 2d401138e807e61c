"""Markdown to HTML: limits, our dialect, then the allow-lists. Rendered once, when it is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import markdown
from markupsafe import escape

from .cleaning import FILE_ADDRESS, clean
from .dialect import MENTION_RE, Dialect
from .limits import BadTextError, check, check_length, check_rendered, too_deep
from .plain import tidy

# Raised whenever the same text would be rendered differently; stored with the HTML.
RENDER_VERSION = 2

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NO_SIZES: Mapping[str, tuple[int, int]] = MappingProxyType({})
_MENTION = re.compile(MENTION_RE)
_FILE = re.compile(rf"(?<![A-Za-z0-9]){FILE_ADDRESS.pattern}")

EXTENSIONS = ("pymdownx.tilde", "pymdownx.tasklist")
SETTINGS = {
    # A single `~` is a range in Japanese (10~12月), never a subscript.
    "pymdownx.tilde": {"subscript": False},
}
# A box that cannot be ticked is shown as a character, not as a field without a label.
_BOXES = {'<input type="checkbox" disabled/>': "☐", '<input type="checkbox" disabled checked/>': "☑"}


@dataclass(frozen=True)
class Rendered:
    """Safe HTML, and what the text names, each once and in order: handles it mentions, keys of our own files."""

    html: str
    mentions: list[str]
    files: list[str]


def render(
    text: str,
    *,
    mentions: Mapping[str, str] = _NOTHING,
    images: Mapping[str, tuple[int, int]] = _NO_SIZES,
    files: Mapping[str, str] = _NOTHING,
) -> Rendered:
    """Return a member's Markdown as HTML. Raises BadTextError, BodyTooLongError (message for the author).

    `mentions`: display name by handle; other handles stay plain text. `images`: width and height by key, so that the
    page does not jump while pictures load. `files`: what is said of files that are no pictures, by key.
    """
    html, dialect = _convert(text, Dialect(mentions, images, files))
    check_rendered(html)
    for box, sign in _BOXES.items():
        html = html.replace(box, f'<span class="task-box">{sign}</span>')
    # Entities can spell what `tidy` has removed from the text.
    return Rendered(tidy(clean(html)), dialect.mentions, list(dict.fromkeys(dialect.files)))


def to_html(
    text: str,
    *,
    mentions: Mapping[str, str] = _NOTHING,
    images: Mapping[str, tuple[int, int]] = _NO_SIZES,
    files: Mapping[str, str] = _NOTHING,
) -> str:
    """Return the HTML alone. Raises as `render` does."""
    return render(text, mentions=mentions, images=images, files=files).html


def show_stored(text: str) -> str:
    """Return a text that is stored as HTML; one that would be refused now stands there as it was typed."""
    try:
        return to_html(text)
    except BadTextError:
        return "".join(f"<p>{escape(line)}</p>" for line in tidy(text).split("\n") if line.strip())


def find_mentions(text: str) -> list[str]:
    """Return the handles that the text mentions, known or not, in order. Raises BadTextError."""
    return _convert(text, Dialect(_NOTHING, _NO_SIZES, _NOTHING))[1].mentions


def find_files(text: str) -> list[str]:
    """Return the keys of our own files that the text shows or links to, in order. Raises BadTextError."""
    return _convert(text, Dialect(_NOTHING, _NO_SIZES, _NOTHING))[1].files


def possible_mentions(text: str) -> list[str]:
    """Return the handles that the text might mention, quoted ones too: those whose names `render` needs.

    Raises BodyTooLongError, so that no more members are looked up than a post can name.
    """
    check_length(text)
    return list(dict.fromkeys(found.lower() for found in _MENTION.findall(text)))


def possible_files(text: str) -> list[str]:
    """Return the keys of files that the text might show or link to."""
    return list(dict.fromkeys(_FILE.findall(text)))


def _convert(text: str, dialect: Dialect) -> tuple[str, Dialect]:
    """Return the HTML and the dialect. Markdown objects are not thread-safe: each text gets its own."""
    text = tidy(text)
    check(text)
    converter = markdown.Markdown(extensions=[*EXTENSIONS, dialect], extension_configs=SETTINGS)
    try:
        return converter.convert(text), dialect
    except RecursionError:
        raise too_deep() from None
