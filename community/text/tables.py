"""Tables as GitHub reads them: a row of names, a row of dashes, rows until a line without a pipe."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

Columns = Sequence[str | None]

_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
# Code first: its backticks come in runs of one length, so that few of them can be without a partner.
_PIECES = re.compile(r"(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)|\\\||\|")
_ALIGNED = {(True, True): "center", (True, False): "left", (False, True): "right", (False, False): None}


def columns_of(head: str, delimiters: str) -> Columns:
    """Return the alignment of each column if the two lines begin a table; else ()."""
    delimiters = delimiters.strip(" \t")
    if "|" not in head + delimiters or not _DELIMITERS.fullmatch(delimiters):
        return ()
    cells = split_row(delimiters)
    if len(cells) != len(split_row(head)):
        return ()
    return [_ALIGNED[cell.startswith(":"), cell.endswith(":")] for cell in cells]


def split_row(row: str) -> list[str]:
    r"""Return the cells of a row. A pipe in code, or written `\|`, does not separate."""
    cells, start = [""], 0
    row = row.strip(" \t").removeprefix("|")
    for piece in _PIECES.finditer(row):
        cells[-1] += row[start : piece.start()]
        if piece[0] == "|":
            cells.append("")
        else:
            cells[-1] += piece[0].replace("\\|", "|")
        start = piece.end()
    cells[-1] += row[start:]
    if len(cells) > 1 and not cells[-1].strip(" \t"):
        cells.pop()
    return [cell.strip(" \t") for cell in cells]


def add_table(parent: ET.Element, rows: Sequence[Sequence[str]], columns: Columns) -> None:
    """Append the table; each row has a cell for each column, the last cell contains the rest of its row."""
    table = ET.SubElement(parent, "table")
    parts = [("thead", "th", rows[:1]), ("tbody", "td", rows[1:])]
    for part, name, lines in parts:
        if not lines:
            continue
        group = ET.SubElement(table, part)
        for cells in lines:
            row = ET.SubElement(group, "tr")
            rest = " | ".join(filter(None, cells[len(columns) - 1 :]))
            filled = [*cells[: len(columns) - 1], rest, *[""] * len(columns)]
            for cell, align in zip(filled, columns, strict=False):
                ET.SubElement(row, name, {"align": align} if align else {}).text = cell
