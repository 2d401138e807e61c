"""Blocks to the tree that Python-Markdown fills with inline markup. Replaces the library's block parser."""

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.util import AtomicString

from . import definitions, fences, tables
from .blocks import Block, read_blocks
from .definitions import Definition
from .literals import Literals, literal


class TreeParser(BlockParser):
    """Builds one text's tree. Its attributes hold what later steps need."""

    def __init__(self, md: Markdown, literals: Literals) -> None:
        super().__init__(md)
        self.literals = literals
        self.code: list[tuple[ET.Element, str]] = []
        self.definitions: dict[str, Definition] = {}
        self.shown: list[tuple[str, ET.Element, ET.Element]] = []  # label, the paragraph that shows it, and its parent

    def parseDocument(self, lines: Iterable[str]) -> ET.ElementTree:  # noqa: N802  the library's name
        """Return the tree of the lines."""
        root = ET.Element(self.md.doc_tag)
        self._add_all(root, read_blocks(_without_last_end(lines)).children, is_tight=False)
        return ET.ElementTree(root)

    def _add_all(self, parent: ET.Element, blocks: Sequence[Block], *, is_tight: bool) -> None:
        for block in blocks:
            match block.kind:
                case "paragraph":
                    self._add_paragraph(parent, block, is_tight=is_tight)
                case "heading":
                    self._add_heading(parent, block)
                case "rule":
                    ET.SubElement(parent, "hr")
                case "quote":
                    self._add_all(ET.SubElement(parent, "blockquote"), block.children, is_tight=False)
                case "list":
                    self._add_list(parent, block)
                case "table":
                    rows = [[self._words(cell) for cell in tables.split_row(row)] for row in block.lines]
                    tables.add_table(parent, rows, block.columns)
                case _:
                    self._add_code(parent, block)

    def _add_paragraph(self, parent: ET.Element, block: Block, *, is_tight: bool) -> None:
        for part in definitions.split(_joined(block.lines)):
            if isinstance(part, Definition):
                self._define(parent, part)
            elif not is_tight:
                ET.SubElement(parent, "p").text = self._words(part)
            elif len(parent):
                parent[-1].tail = self._words(part)
            else:
                parent.text = self._words(part)

    def _add_heading(self, parent: ET.Element, block: Block) -> None:
        parts = list(definitions.split(_joined(block.lines)))
        for part in parts[:-1]:
            if isinstance(part, Definition):
                self._define(parent, part)
        last = parts[-1] if parts else ""
        words = last.typed if isinstance(last, Definition) else last
        ET.SubElement(parent, f"h{block.size}").text = self._words(words)

    def _define(self, parent: ET.Element, definition: Definition) -> None:
        """Keep the first definition of a label, and show each as a paragraph until it is used: nothing typed is lost.

        A second definition of a label is never used.
        """
        label = definitions.normalise_label(self.literals.protect(definition.label))
        protect = self.literals.protect
        title = None if definition.title is None else protect(definition.title)
        meant = Definition(label, protect(definition.address), title, definition.typed)
        paragraph = ET.SubElement(parent, "p")
        paragraph.text = literal("[") + self._words(definition.typed[1:]).replace("[", literal("["))
        if label not in self.definitions:
            self.definitions[label] = meant
            self.shown.append((label, paragraph, parent))

    def _add_list(self, parent: ET.Element, block: Block) -> None:
        element = ET.SubElement(parent, "ul" if block.start is None else "ol")
        if block.start not in {None, 1}:
            element.set("start", str(block.start))
        is_tight = block.is_tight
        for item in block.children:
            self._add_all(ET.SubElement(element, "li"), item.children, is_tight=is_tight)

    def _add_code(self, parent: ET.Element, block: Block) -> None:
        said = fences.opening(block.info, block.sign)
        if said and said.words:
            ET.SubElement(parent, "p").text = self._words(said.words)
        code = ET.SubElement(ET.SubElement(parent, "pre"), "code")
        if said and said.language:
            code.set("class", f"language-{said.language}")
        # The library would strip its white space, so the text is inserted after that.
        self.code.append((code, "\n".join(block.lines)))
        code.text = AtomicString("")

    def _words(self, text: str) -> str:
        return self.literals.protect(text.strip(" \t"))


def _without_last_end(lines: Iterable[str]) -> Sequence[str]:
    """Return the lines without the empty one after a final line end."""
    listed = list(lines)
    return listed if not listed or listed[-1] else listed[:-1]


def _joined(lines: Sequence[str]) -> str:
    """Return a paragraph's lines joined. Indentation is dropped, except tabs in lines of cells."""
    joined = [lines[0].lstrip(" \t")]
    has_cells = "\t" in joined[0]
    for line in lines[1:]:
        joined.append(line.lstrip(" ") if has_cells else line.lstrip(" \t"))
        has_cells = has_cells or "\t" in joined[-1]
    return "\n".join(joined)
