"""Links and pictures in brackets, as CommonMark reads them: `[words](address "title")`, `[words][label]`, `[label]`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from .definitions import Definition, normalise_label
from .literals import SIGN, STX

# A bracket's partner is looked for no further than this; nobody means it further. With the limit on brackets it bounds
# the time.
MAX_LINK_TEXT = 500
MAX_LINK_TARGET = 2_000

_PART = re.compile(r"[\[\]]")
_POINTED = re.compile(rf"<((?:{SIGN}|[^<>\n{STX}])*)>")
_SPACE = re.compile(r"[ \t]*\n?[ \t]*")
_TITLE = re.compile(
    rf"""(?P<quote>["'])(?P<quoted>(?:{SIGN}|(?!(?P=quote))[^{STX}])*)(?P=quote)|\((?P<round>(?:{SIGN}|[^(){STX}])*)\)"""
)
_STEP = re.compile(rf"{SIGN}|[^()\x00-\x20\x7f]+|[()]")


class Brackets(InlineProcessor):
    """Links and pictures; of nested links the inner one is a link."""

    OPENING = r"!?\["

    def __init__(self, md: Markdown, definitions: dict[str, Definition], used: set[str]) -> None:
        super().__init__(self.OPENING, md)
        self.definitions = definitions
        self.used = used

    def handleMatch(  # noqa: N802  the library's name
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element | None, int | None, int | None]:
        """Return the element and its span; None if the bracket leads nowhere."""
        found = self._target(data, m.end())
        if found is None:
            return None, None, None
        if m[0] == "![":
            return _element("img", "src", found, self._plain(found.words)), m.start(), found.end
        if any(inner for inner, _ in self._within(found.words, r"(?<!!)\[")):
            return None, None, None
        return _element("a", "href", found, found.words), m.start(), found.end

    def _within(self, words: str, opening: str) -> Iterator[tuple["_Target", int]]:
        """Yield the links or pictures in these words, each with its start."""
        for bracket in re.finditer(opening, words):
            if (found := self._target(words, bracket.end())) is not None:
                yield found, bracket.start()

    def _plain(self, words: str) -> str:
        """Return the words of a picture, with links and pictures among them replaced by their words."""
        parts, at = [], 0
        for inner, start in self._within(words, r"!?\["):
            is_link = words[start] == "["
            if start < at or (is_link and any(self._within(inner.words, r"(?<!!)\["))):
                continue
            parts += [words[at:start], self._plain(inner.words)]
            at = inner.end
        return "".join([*parts, words[at:]])

    def _target(self, data: str, start: int) -> "_Target | None":
        """Return what the bracket that opened before `start` leads to; None if nothing."""
        close = _partner(data, start)
        if close is None:
            return None
        words, after = data[start:close], close + 1
        if data.startswith("(", after) and (found := _address(data, after + 1)) is not None:
            return _Target(words, *found)
        label, end = words, after
        if data.startswith("[", after):
            label_end = data.find("]", after, after + MAX_LINK_TEXT)
            inside = data[after + 1 : label_end] if label_end > 0 else "["
            if "[" not in inside:
                label, end = inside or words, label_end + 1
                if inside and normalise_label(inside) not in self.definitions:
                    return None
        if "[" in label or (meant := self.definitions.get(normalise_label(label))) is None:
            return None
        self.used.add(normalise_label(label))
        return _Target(words, meant.address, meant.title, end)


class Pictures(Brackets):
    """Pictures in the words of a link, which are parsed after the link."""

    OPENING = r"!\["


@dataclass(frozen=True)
class _Target:
    """The words in brackets, the address, the title, and the end of the whole."""

    words: str
    address: str
    title: str | None
    end: int


def _element(tag: str, name: str, target: _Target, words: str) -> ET.Element:
    element = ET.Element(tag, {name: target.address})
    if target.title is not None:
        element.set("title", target.title)
    element.text = words or AtomicString("")
    return element


def _partner(data: str, start: int) -> int | None:
    depth = 1
    for bracket in _PART.finditer(data, start, start + MAX_LINK_TEXT):
        depth += 1 if bracket[0] == "[" else -1
        if depth == 0:
            return bracket.start()
    return None


def _address(data: str, start: int) -> tuple[str, str | None, int] | None:
    """Return address, title and end of `(address "title")`, from after the parenthesis; None if it is malformed."""
    most = start + MAX_LINK_TARGET
    at = _SPACE.match(data, start, most).end()  # pyright: ignore[reportOptionalMemberAccess]  it matches the empty string
    if data.startswith("<", at):
        pointed = _POINTED.match(data, at, most)
        if pointed is None:
            return None
        address, at = pointed[1], pointed.end()
    else:
        end = _end_of_plain(data, at, most)
        address, at = data[at:end], end
    after = _SPACE.match(data, at, most).end()  # pyright: ignore[reportOptionalMemberAccess]  as above
    if data.startswith(")", after):
        return address, None, after + 1
    title = _TITLE.match(data, after, most) if after > at else None
    if title is None:
        return None
    close = _SPACE.match(data, title.end(), most).end()  # pyright: ignore[reportOptionalMemberAccess]  as above
    if not data.startswith(")", close):
        return None
    return address, title["round"] if title["quoted"] is None else title["quoted"], close + 1


def _end_of_plain(data: str, start: int, most: int) -> int:
    """Return the end of an address without `<>`, whose parentheses are balanced."""
    depth, at = 0, start
    while step := _STEP.match(data, at, most):
        if step[0] == "(":
            depth += 1
        elif step[0] == ")":
            if depth == 0:
                break
            depth -= 1
        at = step.end()
    return at if depth == 0 else start
