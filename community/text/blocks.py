"""Lines to blocks as CommonMark reads them: quotes, lists, code, headings, tables, paragraphs.

The library's own block processors require four spaces in a nested list and an empty line before most blocks, and know
no unclosed fence. This parser follows the method of the CommonMark specification: each line first continues open
blocks, then opens new ones, and the rest of it is text. Linear in the text's length.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from . import definitions, fences, tables
from .columns import Line
from .limits import MAX_DEPTH, MAX_TAGS, too_deep, too_many_tags

_CODE_INDENT = 4
_SUB_POINT_INDENT = 2
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_FENCE = re.compile(r"(?P<sign>`{3,}+(?!.*`)|~{3,}+)(?P<info>.*)")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_BULLET = re.compile(r"(?P<sign>[-+*])(?=[ \t]|$)")
_NUMBER = re.compile(r"(?P<number>[0-9]{1,9})(?P<sign>[.)])(?=[ \t]|$)")
_CONTAINERS = {"document", "quote", "item"}
_UNDERLINE = re.compile(r"=+[ \t]*$")


@dataclass
class Block:
    """One block. `first` and `last`: its lines' numbers; the other fields depend on its kind."""

    kind: str
    first: int
    last: int = 0
    children: list["Block"] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    sign: str = ""  # of a list or a fence: the character of its marker
    size: int = 0  # level of a heading, width of an item, length of a fence
    indent: int = 0  # of a fence, or of an item's marker
    inset: int = 0  # of an item: the column from which its lines are read; less than `size` if it has sub-points
    start: int | None = None  # of a numbered list or its item
    info: str = ""  # of a fence: what follows it
    columns: tables.Columns = ()  # of a table

    @property
    def is_tight(self) -> bool:
        """Whether no empty line is between the list's items or inside them."""
        groups = [self.children, *(item.children for item in self.children)]
        return all(one.last + 1 >= next_.first for group in groups for one, next_ in pairwise(group))

    def holds(self, kind: str) -> bool:
        """Return whether a block of that kind may be a child of this one."""
        if kind == "item" or self.kind == "list":
            return kind == "item" and self.kind == "list"
        return self.kind in _CONTAINERS


def read_blocks(lines: Iterable[str]) -> Block:
    """Return the document. Raises BadTextError if it is nested too deeply or has too many parts."""
    return _Reading().read(lines)


class _Reading:
    """Parses the lines of one text; `open` are the blocks that the next line may continue."""

    def __init__(self) -> None:
        self.number = 0
        self.parts = 0
        self.open = [Block("document", 0)]
        self.matched = 1

    def read(self, lines: Iterable[str]) -> Block:
        document = self.open[0]
        for self.number, line in enumerate(lines, start=1):
            self._take(Line(line))
        self._close(1, self.number)
        return document

    def _take(self, line: Line) -> None:
        if not self._continue(line):
            return
        if self.open[self.matched - 1].kind not in {"fence", "code"}:
            while self._start_container(line):
                pass
            if self._start_leaf(line):
                return
        self._add_text(line)

    # --- what goes on

    def _continue(self, line: Line) -> bool:
        """Count the open blocks that this line continues. Return False if the line ends a fence."""
        self.matched = 1
        for block in self.open[1:]:
            if block.kind == "fence" and _closes(block, line):
                self._close(self.matched, self.number)
                return False
            if not _continue_block(block, line):
                break
            self.matched += 1
        return True

    # --- what begins

    def _start_container(self, line: Line) -> bool:
        """Open the quote, list or item that begins here, and return whether one did; others may begin inside."""
        if not line.words or line.indent >= _CODE_INDENT:
            return False
        if line.words[0] == ">":
            line.drop(1)
            line.skip(1)
            self._add(Block("quote", self.number))
            return True
        if _RULE.match(line.words):
            return False
        return self._start_item(line)

    def _start_item(self, line: Line) -> bool:
        marker = _BULLET.match(line.words) or _NUMBER.match(line.words)
        if marker is None:
            return False
        number = marker.groupdict().get("number")
        container = self.open[self.matched - 1]
        if container.kind == "paragraph" and (not line.words[marker.end() :].strip(" \t") or number not in {None, "1"}):
            return False
        indent = line.indent
        line.drop(marker.end())
        width = line.indent if line.words and line.indent <= _CODE_INDENT else 1
        line.skip(width)
        start = None if number is None else int(number)
        if container.kind != "list" or container.sign != marker["sign"]:
            self._add(Block("list", self.number, sign=marker["sign"], start=start))
        size = indent + marker.end() + width
        self._add(Block("item", self.number, size=size, indent=indent, inset=size, start=start))
        return True

    def _start_leaf(self, line: Line) -> bool:
        """Open a block with text of its own that begins here. Return whether the line is used up."""
        container, words = self.open[self.matched - 1], line.words
        if not words:
            return False
        if line.indent >= _CODE_INDENT:
            if self.open[-1].kind != "paragraph" and container.kind != "table":
                line.skip(_CODE_INDENT)
                self._add(Block("code", self.number))
            return False
        if heading := _HEADING.match(words):
            self._add(Block("heading", self.number, size=len(heading[1]), lines=[_title(words[heading.end() :])]))
        elif (fence := _FENCE.match(words)) and fences.opening(info := fence["info"], (sign := fence["sign"])[0]):
            self._add(Block("fence", self.number, sign=sign[0], size=len(sign), indent=line.indent, info=info))
            return True
        elif container.kind == "paragraph" and _UNDERLINE.match(words) and _may_be_title(container.lines):
            # A line of - is no underline: people separate texts with it here.
            container.kind, container.size = "heading", 1
        elif _RULE.match(words):
            self._add(Block("rule", self.number))
        elif container.kind == "paragraph" and (columns := tables.columns_of(container.lines[-1], words)):
            self._add_table(container, columns)
            return True
        else:
            return False
        self._close(len(self.open) - 1, self.number)
        return True

    def _add_table(self, paragraph: Block, columns: tables.Columns) -> None:
        head = paragraph.lines.pop()
        if not paragraph.lines:
            self.open[-2].children.pop()
        table = Block("table", self.number - 1, lines=[head], columns=columns)
        self._add(table)
        paragraph.last = self.number - 2
        self._count(len(columns))

    # --- text

    def _add_text(self, line: Line) -> None:
        tip = self.open[-1]
        if self.matched < len(self.open) and line.words and tip.kind == "paragraph":
            tip.lines.append(line.text)  # a lazy continuation line
            return
        self._close(self.matched, self.number - 1)
        tip = self.open[-1]
        if tip.kind in {"fence", "code"}:
            tip.lines.append(line.text)
        elif not line.words:
            return
        elif tip.kind == "paragraph" or (tip.kind == "table" and "|" in line.words):
            tip.lines.append(line.text)
            self._count(len(tip.columns))
        else:
            self._add(Block("paragraph", self.number, lines=[line.text]))

    def _add(self, block: Block) -> None:
        self._close(self.matched, self.number - 1)
        while not self.open[-1].holds(block.kind):
            self._close(len(self.open) - 1, self.number - 1)
        self.open[-1].children.append(block)
        self.open.append(block)
        self.matched = len(self.open)
        self._count(1)
        if sum(each.kind in {"quote", "list"} for each in self.open) > MAX_DEPTH:
            raise too_deep()

    def _count(self, parts: int) -> None:
        self.parts += parts
        if self.parts > MAX_TAGS:
            raise too_many_tags()

    def _close(self, start: int, last: int) -> None:
        """Close the open blocks from `start` on."""
        while len(self.open) > max(start, 1):
            block = self.open.pop()
            block.last = last
            if block.kind == "code":
                while block.lines and not block.lines[-1].strip(" \t"):
                    block.lines.pop()
                block.last = block.first + len(block.lines) - 1
            elif block.kind in {"list", "item"}:
                block.last = block.children[-1].last if block.children else block.first
        self.matched = min(self.matched, len(self.open))
        self.open[0].last = last


def _may_be_title(lines: list[str]) -> bool:
    """Return whether the lines are more than definitions, and no banner, which has a line of = above as well."""
    return not _UNDERLINE.match(lines[0]) and any(isinstance(p, str) for p in definitions.split("\n".join(lines)))


def _title(words: str) -> str:
    """Return a heading's words without its closing signs, which follow a space."""
    words = words.rstrip(" \t")
    title = words.rstrip("#")
    return title.rstrip(" \t") if title[-1:] in {"", " ", "\t"} else words


def _closes(fence: Block, line: Line) -> bool:
    words = line.words.rstrip(" \t")
    return line.indent < _CODE_INDENT and len(words) >= fence.size and not words.strip(fence.sign)


def _continue_block(block: Block, line: Line) -> bool:
    """Drop the open block's marker or indentation from the line; return whether the line continues the block."""
    match block.kind:
        case "quote":
            if line.indent >= _CODE_INDENT or not line.words.startswith(">"):
                return False
            line.drop(1)
            line.skip(1)
        case "item":
            return _continue_item(block, line)
        case "fence":
            line.skip(block.indent)
        case "code":
            if line.words and line.indent < _CODE_INDENT:
                return False
            line.skip(_CODE_INDENT)
        case "paragraph" | "table":
            return bool(line.words)
    return True


def _continue_item(item: Block, line: Line) -> bool:
    if not line.words:
        return bool(item.children)
    if line.indent < item.size:
        if not _is_sub_point(item, line):
            return False
        item.inset = min(item.inset, line.indent)
    line.skip(item.inset)
    return True


def _is_sub_point(item: Block, line: Line) -> bool:
    """Return whether the line is indented less than the item's text and yet part of it.

    CommonMark requires three spaces or more under `1. ` and four under `10. `; people type two under both. After such a
    point, the item's text may be in its column as well.
    """
    if item.start is None or line.indent < item.indent + _SUB_POINT_INDENT:
        return False
    last = item.children[-1] if item.children else None
    is_set_in = item.inset < item.size and line.indent >= item.inset
    if last and last.kind in {"fence", "code"}:
        return is_set_in
    in_list = last is not None and last.kind == "list"
    if is_set_in and in_list and line.indent >= item.inset + _SUB_POINT_INDENT:
        return True
    marker = _BULLET.match(line.words) or _NUMBER.match(line.words)
    if marker is None or _RULE.match(line.words):
        return is_set_in
    # 2. below 1. continues the list of 1. at any indentation, unless the item has begun a list of its own.
    number = marker.groupdict().get("number")
    goes_on = last is not None and last.start is not None and last.sign == marker["sign"]
    return number is None or int(number) == 1 or (in_list and goes_on)
