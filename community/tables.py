"""CSV files for Japan: opened in Excel by a double click, on machines that may still use cp932."""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from io import StringIO

Cell = str | int | float | date | datetime | None

FORMULA_SIGNS = "=+-@＝＋－＠−"
"""A spreadsheet would execute text that begins with one of these (OWASP: CSV injection), the wide ones in Japan."""

LINE_STARTS = "\t\r\n"
"""What follows these may come into a cell of its own."""

# Characters with two code points, and the ones that Windows uses in cp932.
_CP932_TWINS = str.maketrans("〜−—‖¢£¬", "～－―∥￠￡￢")


class Charset(StrEnum):
    """Encodings of a file; cp932 only on request."""

    UTF8 = "utf-8"
    CP932 = "cp932"


@dataclass(frozen=True)
class RefusedRow:
    """A row that the charset cannot encode; the file does not contain it."""

    number: int
    """As people count: the first row below the heading is 1."""
    characters: str
    """The characters that could not be encoded, each once."""
    cells: tuple[str, ...]


@dataclass(frozen=True)
class CsvFile:
    """A finished file. Its sender has to name the `refused` rows, which are missing."""

    body: bytes
    content_type: str
    refused: tuple[RefusedRow, ...]


def to_csv(heading: Sequence[str], rows: Iterable[Sequence[Cell]], charset: Charset = Charset.UTF8) -> CsvFile:
    """Return a table as CSV: byte order mark with UTF-8, CRLF, no formulas, no character replaced by '?'.

    Raises UnicodeEncodeError if the charset cannot encode the heading.
    """
    pieces = [_BYTE_ORDER_MARKS[charset], _encode(_csv_line([_csv_cell(cell) for cell in heading]), charset)]
    refused: list[RefusedRow] = []
    for number, row in enumerate(rows, start=1):
        cells = [_csv_cell(cell) for cell in row]
        line = _csv_line(cells)
        try:
            pieces.append(_encode(line, charset))
        except UnicodeEncodeError:
            refused.append(RefusedRow(number, _unheld(line, charset), tuple(cells)))
    return CsvFile(b"".join(pieces), _CONTENT_TYPES[charset], tuple(refused))


_BYTE_ORDER_MARKS = {Charset.UTF8: b"\xef\xbb\xbf", Charset.CP932: b""}
_CONTENT_TYPES = {
    Charset.UTF8: "text/csv; charset=utf-8",
    Charset.CP932: "text/csv; charset=windows-31j",  # IANA's name
}


def may_be_formula(text: str) -> bool:
    """Return whether a spreadsheet might execute the text. Some skip white space and invisible characters first."""
    seen = (sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in {"Cc", "Cf"})
    return text.startswith(tuple(LINE_STARTS)) or next(seen, " ") in FORMULA_SIGNS


def _csv_cell(cell: Cell) -> str:
    """Return a cell as text; only text can be a formula, a negative number is a number."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if may_be_formula(cell) else str(cell)
    if isinstance(cell, date):  # or a datetime
        return cell.isoformat(sep=" ", timespec="seconds") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell)


def _csv_line(cells: Sequence[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _encode(line: str, charset: Charset) -> bytes:
    return (line.translate(_CP932_TWINS) if charset is Charset.CP932 else line).encode(charset)


def _unheld(line: str, charset: Charset) -> str:
    """Return the characters of a line that the charset cannot encode, each once."""
    found = dict.fromkeys(sign for sign in line if not _holds(sign, charset))
    return "".join(found)


def _holds(sign: str, charset: Charset) -> bool:
    try:
        _encode(sign, charset)
    except UnicodeEncodeError:
        return False
    return True
