"""The house's changes to the parsed text: lower headings, only our own pictures, scrollable tables."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString, code_escape

from .cleaning import FILE_ADDRESS
from .tree import TreeParser

# Headings of a post are below those of its page: the title is h1, parts of the page are h2.
HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6", "h6": "h6"}
# The size up to which a post's column shows a picture whole; larger pictures are links to themselves.
SHOWN_WHOLE = (640, 480)
# Pictures with more extreme sides would be threads if shown whole: their beginning is shown instead.
LONG_RATIO = 3


class HouseRules(Treeprocessor):
    """Runs after the library's own processors. `used`: labels of definitions that some link refers to.

    `found` receives the keys of our own files, shown or linked to, in order. `sizes`: width and height of pictures by
    key; `notes`: what is said of files that are no pictures, by key.
    """

    def __init__(
        self,
        md: Markdown,
        parser: TreeParser,
        sizes: Mapping[str, tuple[int, int]],
        notes: Mapping[str, str],
        used: set[str],
        found: list[str],
    ) -> None:
        super().__init__(md)
        self.parser = parser
        self.sizes = sizes
        self.notes = notes
        self.used = used
        self.found = found

    def run(self, root: ET.Element) -> None:
        """Apply the rules to the tree."""
        for label, paragraph, parent in self.parser.shown:
            if label in self.used:
                parent.remove(paragraph)
        in_links = {picture for link in root.iter("a") for picture in link.iter("img")}
        for element in list(root.iter()):
            element.tag = HEADINGS.get(element.tag, element.tag)
            if element.tag == "img":
                self._picture(element, "span" if element in in_links else "a")
            if element.tag == "a":
                self._file(element)
        self._link_pictures(root, in_links)
        _box_tables(root)
        for code, content in self.parser.code:
            code.text = AtomicString(code_escape(content))

    def _picture(self, image: ET.Element, otherwise: str) -> None:
        """Keep one of our pictures; replace another by its words, as a link unless it is inside one."""
        words = "".join(image.itertext())
        image.text = None
        for part in list(image):
            image.remove(part)
        own = FILE_ADDRESS.fullmatch(image.get("src", ""))
        if own and own[1] not in self.notes:
            self.found.append(own[1])
            image.attrib.update(alt=words, loading="lazy", decoding="async")
            if size := self.sizes.get(own[1]):
                image.attrib.update(width=str(size[0]), height=str(size[1]))
            return
        address = image.get("src", "")
        image.tag, image.text = otherwise, AtomicString(words or address)
        image.attrib.clear()
        if otherwise == "a":
            image.set("href", address)

    def _file(self, link: ET.Element) -> None:
        """Mark a link to one of our files that is no picture, and say behind its words what it is."""
        own = FILE_ADDRESS.fullmatch(link.get("href", ""))
        if own is None:
            return
        self.found.append(own[1])
        if note := self.notes.get(own[1]):
            link.set("class", "file")
            ET.SubElement(link, "span", {"class": "file-note"}).text = AtomicString(f"（{note}）")

    def _link_pictures(self, root: ET.Element, in_links: set[ET.Element]) -> None:
        """Link pictures larger than their place to themselves, unless they are inside a link."""
        for parent in list(root.iter()):
            for place, image in enumerate(parent):
                size = self.sizes.get(image.get("src", "").rpartition("/")[2]) if image.tag == "img" else None
                if size is None or (size[0] <= SHOWN_WHOLE[0] and size[1] <= SHOWN_WHOLE[1]):
                    continue
                if shape := _shape(size):
                    image.set("class", shape)
                if image not in in_links:
                    parent[place] = _link_to_itself(image)


def _shape(size: tuple[int, int]) -> str:
    width, height = size
    return "tall" if height > width * LONG_RATIO else "wide" if width > height * LONG_RATIO else ""


def _link_to_itself(image: ET.Element) -> ET.Element:
    """Return a link to the picture around it; without an alternative text the link's title is the address."""
    address = image.get("src", "")
    link = ET.Element("a", {"href": address})
    if not image.get("alt", "").strip():
        link.set("title", address)
    link.tail, image.tail = image.tail, None
    link.append(image)
    return link


def _box_tables(root: ET.Element) -> None:
    for parent in list(root.iter()):
        for place, child in enumerate(parent):
            if child.tag == "table" and parent.get("class") != "table-scroll":
                box = ET.Element("div", {"class": "table-scroll"})
                box.tail, child.tail = child.tail, None
                box.append(child)
                parent[place] = box
