"""Markdown to HTML: limits, our dialect, then the allow-lists. Rendered once, when it is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import markdown

from .cleaning import IMAGE_ADDRESS, clean
from .dialect import MENTION_RE, Dialect
from .limits import check, check_length, check_rendered, too_deep
from .plain import tidy

# Raised whenever the same text would come out differently; stored with what was rendered.
RENDER_VERSION = 2

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NO_SIZES: Mapping[str, tuple[int, int]] = MappingProxyType({})
_MENTION = re.compile(MENTION_RE)
_IMAGE = re.compile(rf"(?<![A-Za-z0-9]){IMAGE_ADDRESS.pattern}")

EXTENSIONS = ("pymdownx.tilde", "pymdownx.tasklist")
SETTINGS = {
    # `~` alone is how Japanese writes a range (10~12月), never a subscript.
    "pymdownx.tilde": {"subscript": False},
}
# A box that cannot be ticked is a picture, not a field without a label.
_BOXES = {'<input type="checkbox" disabled/>': "☐", '<input type="checkbox" disabled checked/>': "☑"}


@dataclass(frozen=True)
class Rendered:
    """Safe HTML, and what the text names, each once and in order: handles it calls, keys of our own pictures."""

    html: str
    mentions: list[str]
    images: list[str]


def render(
    text: str, *, mentions: Mapping[str, str] = _NOTHING, images: Mapping[str, tuple[int, int]] = _NO_SIZES
) -> Rendered:
    """A member's Markdown, read once. Raises BadTextError, BodyTooLongError (message for the author).

    `mentions`: display name by handle; other handles stay plain text. `images`: width and height by key, so that the
    page does not jump while pictures load.
    """
    html, dialect = _convert(text, Dialect(mentions, images))
    check_rendered(html)
    for box, sign in _BOXES.items():
        html = html.replace(box, f'<span class="task-box">{sign}</span>')
    # Entities spell what `tidy` has taken out of the text.
    return Rendered(tidy(clean(html)), dialect.mentions, list(dict.fromkeys(dialect.images)))


def to_html(
    text: str, *, mentions: Mapping[str, str] = _NOTHING, images: Mapping[str, tuple[int, int]] = _NO_SIZES
) -> str:
    """The HTML alone. Raises as `render` does."""
    return render(text, mentions=mentions, images=images).html


def find_mentions(text: str) -> list[str]:
    """The handles that the text calls, known or not, in order. Raises BadTextError."""
    return _convert(text, Dialect(_NOTHING, _NO_SIZES))[1].mentions


def find_images(text: str) -> list[str]:
    """The keys of our own pictures that the text shows, in order. Raises BadTextError."""
    return _convert(text, Dialect(_NOTHING, _NO_SIZES))[1].images


def possible_mentions(text: str) -> list[str]:
    """The handles that the text might show as people, quoted ones too: what `render` is to be told of.

    Raises BodyTooLongError, so that no more people are looked for than a post can name.
    """
    check_length(text)
    return list(dict.fromkeys(found.lower() for found in _MENTION.findall(text)))


def possible_images(text: str) -> list[str]:
    """The keys of pictures that the text might show."""
    return list(dict.fromkeys(_IMAGE.findall(text)))


def _convert(text: str, dialect: Dialect) -> tuple[str, Dialect]:
    """Markdown objects are not thread-safe: each text gets its own."""
    text = tidy(text)
    check(text)
    converter = markdown.Markdown(extensions=[*EXTENSIONS, dialect], extension_configs=SETTINGS)
    try:
        return converter.convert(text), dialect
    except RecursionError:
        raise too_deep() from None
