"""Our Markdown: what Japanese writers expect of it, and what the house allows. An extension of Python-Markdown."""

import re
from collections.abc import Mapping
from typing import cast
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    IMAGE_LINK_RE,
    IMAGE_REFERENCE_RE,
    LINK_RE,
    REFERENCE_RE,
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from pymdownx.delimiterprocessor import Delimiter, DelimiterProcessor

from .cleaning import IMAGE_ADDRESS

# The library looks for a bracket's partner up to the end of the text, for every bracket. Further than this nobody
# means it; with the limit on brackets this bounds the time.
MAX_LINK_TEXT = 500
MAX_LINK_TARGET = 2_000

# ASCII handles; an address of mail or of a page is no mention. Japanese may stand directly before and after.
MENTION_RE = r"(?<![A-Za-z0-9_.@＠/+-])[@＠]([A-Za-z0-9](?:[A-Za-z0-9_-]{0,30}[A-Za-z0-9_])?)"
# Only ASCII: in Japanese the sentence goes on without a space. What closes a sentence or a bracket is not part of it.
ADDRESS_RE = r"(https?://[!-;=?-Z\\^-z|~]+?)(?=[.,:;!?)'*~_]*(?:[^!-~]|[\[\]<>\"`]|$))"

_LIST_START = re.compile(r" {0,3}(?:[-+*]|1[.)]) +\S")
_LIST_LINE = re.compile(r"\s*(?:[-+*]|\d+[.)])\s")
# Headings of a post stand below those of its page: the title is h1, parts of the page are h2.
# What the column of a post shows whole; larger pictures open themselves.
SHOWN_WHOLE = (640, 480)
# More drawn out than this, a picture that is shown whole would be a thread: its beginning is shown instead.
LONG_RATIO = 3
HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6", "h6": "h6"}


class _Bounded:
    """Looks for the end of a link only as far as a link may reach."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802  the library's name
        return super().getText(data[: index + MAX_LINK_TEXT], index)  # pyright: ignore[reportAttributeAccessIssue]  of the class it is mixed into

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802  the library's name
        return super().getLink(data[: index + MAX_LINK_TARGET], index)  # pyright: ignore[reportAttributeAccessIssue]  of the class it is mixed into


class _Link(_Bounded, LinkInlineProcessor): ...


class _Image(_Bounded, ImageInlineProcessor): ...


class _Reference(_Bounded, ReferenceInlineProcessor): ...


class _ShortReference(_Bounded, ShortReferenceInlineProcessor): ...


class _ImageReference(_Bounded, ImageReferenceInlineProcessor): ...


class _ShortImageReference(_Bounded, ShortImageReferenceInlineProcessor): ...


class _Address(InlineProcessor):
    """A pasted address becomes a link."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element, int, int]:  # noqa: N802  the library's name
        del data
        link = ET.Element("a", href=m[1])
        link.text = AtomicString(m[1])
        return link, m.start(0), m.end(0)


class _Mention(InlineProcessor):
    """`@handle` becomes a link to the person, by name, where the handle is known."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, pattern: str, md: Markdown, names: Mapping[str, str], found: list[str]) -> None:
        super().__init__(pattern, md)
        self.names = names
        self.found = found

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element | None, int | None, int | None]:  # noqa: N802  the library's name
        del data
        handle = m[1].lower()
        if handle not in self.found:
            self.found.append(handle)
        if handle not in self.names:
            return None, None, None
        link = ET.Element("a", {"href": f"/people/{handle}", "class": "mention"})
        link.text = AtomicString(f"@{self.names[handle]}")
        return link, m.start(0), m.end(0)


class _HouseRules(Treeprocessor):
    """After the library's own work: headings below the page's, pictures only of ours, tables that can scroll."""

    def __init__(self, md: Markdown, sizes: Mapping[str, tuple[int, int]], found: list[str]) -> None:
        super().__init__(md)
        self.sizes = sizes
        self.found = found

    def run(self, root: ET.Element) -> None:
        for element in list(root.iter()):
            element.tag = HEADINGS.get(element.tag, element.tag)
            if element.tag == "img":
                self._picture(element)
        self._link_pictures(root)
        self._box_tables(root)

    def _picture(self, image: ET.Element) -> None:
        own = IMAGE_ADDRESS.fullmatch(image.get("src", ""))
        if own:
            self.found.append(own[1])
            image.attrib.update(loading="lazy", decoding="async")
            if size := self.sizes.get(own[1]):
                image.attrib.update(width=str(size[0]), height=str(size[1]))
            return
        address, words = image.get("src", ""), image.get("alt", "")
        image.tag, image.text = "a", AtomicString(words or address)
        image.attrib.clear()
        image.set("href", address)

    def _link_pictures(self, root: ET.Element) -> None:
        """A picture larger than its place leads to itself; one that is a link already stays that link."""
        linked = {image for link in root.iter("a") for image in link.iter("img")}
        for parent in list(root.iter()):
            for place, image in enumerate(parent):
                size = self.sizes.get(image.get("src", "").rpartition("/")[2]) if image.tag == "img" else None
                if size is None or (size[0] <= SHOWN_WHOLE[0] and size[1] <= SHOWN_WHOLE[1]):
                    continue
                if shape := _shape(size):
                    image.set("class", shape)
                if image not in linked:
                    parent[place] = _link_to_itself(image)

    def _box_tables(self, root: ET.Element) -> None:
        for parent in list(root.iter()):
            for place, child in enumerate(parent):
                if child.tag == "table" and parent.get("class") != "table-scroll":
                    box = ET.Element("div", {"class": "table-scroll"})
                    box.tail, child.tail = child.tail, None
                    box.append(child)
                    parent[place] = box


def _shape(size: tuple[int, int]) -> str:
    width, height = size
    return "tall" if height > width * LONG_RATIO else "wide" if width > height * LONG_RATIO else ""


def _link_to_itself(image: ET.Element) -> ET.Element:
    """A link is called what its picture shows; where nobody has said it, its address stands in."""
    address = image.get("src", "")
    link = ET.Element("a", {"href": address})
    if not image.get("alt", "").strip():
        link.set("title", address)
    link.tail, image.tail = image.tail, None
    link.append(image)
    return link


class _ListOpener(Preprocessor):
    """A list may follow its introducing line directly, as people write it; the library asks for an empty line."""

    def run(self, lines: list[str]) -> list[str]:
        opened: list[str] = []
        for line in lines:
            before = opened[-1] if opened else ""
            if _LIST_START.match(line) and _is_plain(before):
                opened.append("")
            opened.append(line)
        return opened


def _is_plain(line: str) -> bool:
    """A line of running text: not empty, not indented, not itself part of a list, quote, heading or table."""
    return bool(line.strip()) and not line.startswith((" ", "\t", ">", "#", "|")) and not _LIST_LINE.match(line)


class Dialect(Extension):
    """One text's reading: `mentions` and `images` are what it names, in order, once it is converted."""

    def __init__(self, names: Mapping[str, str], sizes: Mapping[str, tuple[int, int]]) -> None:
        super().__init__()
        self.names = names
        self.sizes = sizes
        self.mentions: list[str] = []
        self.images: list[str] = []

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  the library's name
        # HTML as typed is shown as text: nothing of it is ever needed, and much of it is dangerous.
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        # `<a@b.c>` would become a link with every character spelt as an entity; addresses of mail are no links here.
        md.inlinePatterns.deregister("automail")
        # Before the fences (25) are taken out of the text, a list in a code block could not be told from a list.
        md.preprocessors.register(_ListOpener(md), "list_opener", 22)
        patterns = md.inlinePatterns
        for name, pattern, expression, priority in (
            ("reference", _Reference, REFERENCE_RE, 170),
            ("link", _Link, LINK_RE, 160),
            ("image_link", _Image, IMAGE_LINK_RE, 150),
            ("image_reference", _ImageReference, IMAGE_REFERENCE_RE, 140),
            ("short_reference", _ShortReference, REFERENCE_RE, 130),
            ("short_image_ref", _ShortImageReference, IMAGE_REFERENCE_RE, 125),
        ):
            patterns.register(pattern(expression, md), name, priority)
        patterns.register(_Address(ADDRESS_RE, md), "address", 115)
        patterns.register(_Mention(MENTION_RE, md, self.names, self.mentions), "mention", 105)
        # The library's rule for signs beside punctuation was made for spaced languages: 「」 would keep ~~ open.
        cast("DelimiterProcessor", patterns["delimiter"]).add(Delimiter("~", "del", double=True, punct=False))
        md.treeprocessors.register(_HouseRules(md, self.sizes, self.images), "house_rules", 5)
