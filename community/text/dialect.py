"""Our Markdown, for Japanese writers and within the house's limits. An extension of Python-Markdown.

What we rely on in the library, beyond its documented interface; tests/text/test_dialect.py fails where that changes:

- Blocks are ours alone: `TreeParser` replaces the library's parser, so block processors of other extensions are never
  run. None of the extensions in use has one.
- What was found is held as a placeholder between STX and ETX: digits for a sign, `klzzwxh:` and digits for an element.
  `literals.py` is the one place that spells those of signs; `tidy` takes STX and ETX out of what members type.
- A text is handed to one pattern after another, to each from left to right, with one placeholder more after each match.
  The words of an element that a pattern returns go to the later patterns only. `Emphasis` counts on both, keeps the
  pairs of the text at hand between two calls, and belongs to one conversion.
- `InlineProcessor.ancestors` names the elements around the text at hand, outermost first.
"""

import re
from collections.abc import Mapping
from typing import cast
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor, SimpleTextInlineProcessor, SubstituteTagInlineProcessor
from markdown.treeprocessors import InlineProcessor as InlineTree
from markdown.util import AtomicString, code_escape
from pymdownx.delimiterprocessor import Delimiter, DelimiterProcessor

from .addresses import Addresses
from .brackets import Brackets, Pictures
from .emphasis import Emphasis
from .house_rules import HouseRules
from .literals import ETX, STX, Literals, literal
from .tree import TreeParser

_ESCAPED_BACKSLASH = literal("\\")
# The rule of mentions; static/js mirrors what may precede one. `@` or `＠` and an ASCII handle. Directly before it:
# anything but a letter or digit of any script (佐伯@tadokoro is a mail address), one of `_./+-@＠\`, or a combining
# mark. Circled digits are no letters (①@sae). Directly after it: no further character of a handle, no second @, no dot
# with a letter (@example.jp). Never in code, in an address, in the words of a link, after a backslash (which may be a
# placeholder by now). In a quotation it is a link but notifies nobody.
MENTION_RE = (
    r"(?:(?<=[\u2460-\u24ff\u2776-\u2793])|(?<![\w./+@＠\\-]))"
    rf"(?<!{_ESCAPED_BACKSLASH})"
    r"(?<![\u0300-\u036f\u3099\u309a\U000e0100-\U000e01ef])"
    r"[@＠]([A-Za-z0-9](?:[A-Za-z0-9_-]{0,30}[A-Za-z0-9_])?)(?![A-Za-z0-9_@＠]|\.[A-Za-z0-9])"
)

# Patterns of the library that ours replace, or that are not allowed: HTML as typed is shown as text, since none of it
# is needed and much of it is dangerous.
_UNUSED_PATTERNS = (
    *("backtick", "escape", "entity", "html", "linebreak", "em_strong", "autolink", "automail"),
    *("link", "reference", "short_reference", "image_link", "image_reference", "short_image_ref"),
)


class _Taken(InlineProcessor):
    """Code, and addresses in `<>`, which were taken out of the text before all other patterns."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(rf"{STX}taken:(\d+){ETX}", md)
        self.elements: list[ET.Element] = []

    def take(self, content: str, is_address: bool) -> str:  # noqa: FBT001  one of two kinds
        element = ET.Element("a" if is_address else "code")
        element.text = AtomicString(code_escape(content))
        if is_address:
            element.set("href", content if ":" in content else f"mailto:{content}")
        self.elements.append(element)
        return f"{STX}taken:{len(self.elements) - 1}{ETX}"

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element, int, int]:  # noqa: N802  the library's name
        del data
        return self.elements[int(m[1])], m.start(), m.end()


class _Mention(InlineProcessor):
    """Turns `@handle` into a link to the person, by name, if the handle is known."""

    ANCESTOR_EXCLUDES = ("a", "img")

    def __init__(self, md: Markdown, names: Mapping[str, str], found: list[str]) -> None:
        super().__init__(MENTION_RE, md)
        self.names = names
        self.found = found
        self.tree = cast("InlineTree", md.treeprocessors["inline"])

    def handleMatch(  # noqa: N802  the library's name
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element | None, int | None, int | None]:
        del data
        handle = m[1].lower()
        if handle not in self.found and "blockquote" not in self.tree.ancestors:
            self.found.append(handle)
        if handle not in self.names:
            return None, None, None
        link = ET.Element("a", {"href": f"/people/{handle}", "class": "mention"})
        link.text = AtomicString(f"@{self.names[handle]}")
        return link, m.start(0), m.end(0)


class _Tabs(InlineProcessor):
    """Keeps tabs between words, visibly: one element from a line's first to last tab, since pasted cells are many."""

    ANCESTOR_EXCLUDES = ("img",)

    def __init__(self, md: Markdown) -> None:
        super().__init__(rf"\t(?:[^\n{STX}{ETX}]*\t)?", md)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element, int, int]:  # noqa: N802  the library's name
        del data
        space = ET.Element("span", {"class": "tab"})
        space.text = AtomicString(m[0])
        return space, m.start(), m.end()


class Dialect(Extension):
    """Parses one text: `mentions` and `files` are what it names, in order, once it is converted."""

    def __init__(
        self, names: Mapping[str, str], sizes: Mapping[str, tuple[int, int]], notes: Mapping[str, str]
    ) -> None:
        super().__init__()
        self.names = names
        self.sizes = sizes
        self.notes = notes
        self.mentions: list[str] = []
        self.files: list[str] = []
        self.used: set[str] = set()  # labels of definitions

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  the library's name
        """Replace the library's parser and patterns by ours."""
        # `tidy` has done what is needed of it; tabs are columns to the parser and stay tabs between words.
        md.preprocessors.deregister("normalize_whitespace")
        md.preprocessors.deregister("html_block")
        patterns = md.inlinePatterns
        for name in _UNUSED_PATTERNS:
            patterns.deregister(name)
        taken = _Taken(md)
        parser = md.parser = TreeParser(md, Literals(taken.take))
        patterns.register(taken, "taken", 190)
        patterns.register(Brackets(md, parser.definitions, self.used), "brackets", 160)
        patterns.register(Pictures(md, parser.definitions, self.used), "pictures", 150)
        patterns.register(Addresses(md), "addresses", 115)
        patterns.register(_Mention(md, self.names, self.mentions), "mentions", 105)
        patterns.register(Emphasis(md), "emphasis", 65)
        # Two tildes strike through; more do not, as on GitHub.
        patterns.register(SimpleTextInlineProcessor(r"(~{3,})"), "tildes", 62)
        # The library's rule for signs beside punctuation is for spaced languages: 「」 would keep ~~ open.
        cast("DelimiterProcessor", patterns["delimiter"]).add(Delimiter("~", "del", double=True, punct=False))
        patterns.register(_Tabs(md), "tabs", 10)
        patterns.register(SubstituteTagInlineProcessor(r"\n", "br"), "line_end", 5)
        house_rules = HouseRules(md, parser, self.sizes, self.notes, self.used, self.files)
        md.treeprocessors.register(house_rules, "house_rules", 5)
