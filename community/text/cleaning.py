"""The allow-lists of rendered HTML. Applied twice, by bleach and by nh3."""

import re

import nh3
from bleach.sanitizer import Cleaner

TAGS = frozenset(
    "a blockquote br code dd del div dl dt em h3 h4 h5 h6 hr img li ol p pre span strong table tbody td th thead tr ul".split()  # noqa: E501, SIM905  a word list reads best as one
)
SCHEMES = frozenset({"http", "https", "mailto"})
CLASSES = {
    "a": {"mention", "file"},
    "img": {"tall", "wide"},
    "div": {"table-scroll"},
    "ul": {"task-list"},
    "li": {"task-list-item"},
    "span": {"task-box", "tab", "file-note"},
}
ATTRIBUTES = {
    "a": {"href", "title", "class"},
    "code": {"class"},
    "div": {"class"},
    "img": {"src", "alt", "title", "width", "height", "loading", "decoding", "class"},
    "li": {"class"},
    "ol": {"start"},
    "span": {"class"},
    "td": {"align"},
    "th": {"align"},
    "ul": {"class"},
}
LINK_REL = "nofollow ugc noopener"
FILE_ADDRESS = re.compile(r"/files/([A-Za-z0-9_-]{1,32})")
_LANGUAGE = re.compile(r"language-[A-Za-z0-9+#.-]{1,32}")
# What scrolls sideways must be reachable by keyboard.
_SCROLLING = {"pre": {"tabindex": "0"}, "div": {"tabindex": "0"}}


def clean(html: str) -> str:
    """Return the HTML with only what the allow-lists name; links are marked as members' own."""
    return _second.clean(_make_cleaner().clean(html))


def _allowed(tag: str, name: str, value: str) -> bool:
    if name not in ATTRIBUTES.get(tag, ()):
        return False
    if name == "class":
        return value in CLASSES.get(tag, ()) or (tag == "code" and _LANGUAGE.fullmatch(value) is not None)
    if name == "src":
        return FILE_ADDRESS.fullmatch(value) is not None
    return True


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value if `_allowed`, or if nh3 itself added the attribute; else None."""
    added = name in _SCROLLING.get(tag, ()) or (tag, name, value) == ("a", "rel", LINK_REL)
    return value if added or _allowed(tag, name, value) else None


def _make_cleaner() -> Cleaner:
    """Return a new cleaner: bleach's has a parser inside and belongs to one thread."""
    return Cleaner(tags=TAGS, attributes=_allowed, protocols=SCHEMES, strip=True, strip_comments=True)


_second = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    attribute_filter=_filter_attribute,
    url_schemes=set(SCHEMES),
    link_rel=LINK_REL,
    set_tag_attribute_values=_SCROLLING,
)
