"""Tables that people upload: text files from Excel and other exports, in any encoding and format in use in Japan."""

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO

from community.files.kinds import Kind, find_kind
from community.graphemes import cut

Cells = tuple[str, ...]

# Kinds that may be text; all others are refused.
READABLE = {Kind.TEXT, Kind.UNKNOWN, Kind.SVG}
SEPARATORS = (",", "\t", ";", "|", "，", "、")
# 「="0123"」: tells spreadsheets to leave a cell as it is.
_AS_TEXT = re.compile(r'\s*="(.*)"\s*', re.DOTALL)
# Lines above a heading: a title and some lines about the export, not a page of them.
LINES_ABOVE = 30
MOST_SHOWN = 80
_ONLY_HALF_WIDTH_KANA = re.compile("[\x00-\x7f\uff61-\uff9f]*")
# In UTF-8: three letters of another script together, or one next to an ASCII letter or digit, are a word.
_WORD_OF_OTHERS = re.compile("[^\x00-\x7f]{3}|[A-Za-z0-9][^\x00-\x7f]|[^\x00-\x7f][A-Za-z0-9]")
_JIS_BYTES = re.compile(rb"\x1b\$[@B]")


class Encoding(StrEnum):
    """Encodings of these files; the values are Python's names."""

    UTF8 = "utf-8"
    CP932 = "cp932"
    UTF16 = "utf-16"
    EUC_JP = "euc_jp"
    JIS = "iso2022_jp"


class NotATableError(Exception):
    """The file is no table; `kind` is what it is."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind = kind


class UnknownEncodingError(Exception):
    """The file is in none of these encodings, or not in the one that was chosen."""


class BrokenQuotesError(Exception):
    """A quotation mark is never closed, or text follows a closed one; `line` is where the row begins."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True)
class Table:
    """Lines from the heading on without blank ones, each with its number in the file.

    `heading` is None if none was found; then `lines` are all of the file's.
    """

    separator: str
    heading: Cells | None
    lines: tuple[tuple[int, Cells], ...]


# --- encodings


def find_encoding(content: bytes) -> Encoding:
    """Return the encoding of these bytes. Raises NotATableError, UnknownEncodingError."""
    kind = find_kind(content)
    if content and kind not in READABLE:
        raise NotATableError(kind)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Encoding.UTF16
    fits = [encoding for encoding in _candidates(content) if _fits(content, encoding)]
    if not fits:
        raise UnknownEncodingError
    return Encoding.CP932 if set(fits) >= {Encoding.UTF8, Encoding.CP932} and _is_kana(content) else fits[0]


def list_encodings(content: bytes) -> list[Encoding]:
    """Return the encodings in which the bytes can be decoded at all, sensibly or not."""
    return [encoding for encoding in Encoding if _fits(content, encoding)]


def decode(content: bytes, encoding: Encoding) -> str:
    """Return the text without byte order mark and NULs, which some exports have. Raises UnknownEncodingError."""
    try:
        return content.decode(_codec(content, encoding)).removeprefix("\ufeff").replace("\0", "")
    except UnicodeDecodeError as error:
        raise UnknownEncodingError from error


def _candidates(content: bytes) -> Sequence[Encoding]:
    if _JIS_BYTES.search(content):
        return (Encoding.JIS,)
    nuls = content.count(0)
    if nuls * 10 > len(content):  # ASCII in UTF-16 has one in every second byte
        return (Encoding.UTF16,)
    return (Encoding.UTF8, Encoding.CP932, Encoding.EUC_JP)


def _fits(content: bytes, encoding: Encoding) -> bool:
    try:
        text = decode(content, encoding)
    except UnknownEncodingError:
        return False
    return encoding != Encoding.UTF16 or any(sign in text for sign in "\r\n,;\t@")


def _codec(content: bytes, encoding: Encoding) -> str:
    """Return Python's codec. UTF-16 without a mark: the bytes with more NULs are the high ones."""
    if encoding != Encoding.UTF16 or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return encoding.value
    return "utf-16-be" if content[::2].count(0) > content[1::2].count(0) else "utf-16-le"


def _is_kana(content: bytes) -> bool:
    """Return whether bytes valid in both are cp932: 「ﾏｷ」 in cp932 is 「Ϸ」 in UTF-8, one odd letter, no word."""
    if content.isascii() or not _ONLY_HALF_WIDTH_KANA.fullmatch(content.decode("cp932")):
        return False
    return _WORD_OF_OTHERS.search(content.decode("utf-8")) is None


# --- lines


def read_table(text: str, is_heading: Callable[[Cells], bool]) -> Table:
    """Return the table from its heading on, with the first separator that gives one. Raises BrokenQuotesError.

    Blank lines and lines above the heading are left out.
    """
    for separator in SEPARATORS:
        try:
            lines = _split(text, separator)
        except BrokenQuotesError:  # with another separator there may be none
            continue
        for place, (_, cells) in enumerate(lines[:LINES_ABOVE]):
            if is_heading(cells):
                return Table(separator, cells, tuple(lines[place:]))
    separator = max(SEPARATORS, key=text.count)
    return Table(separator, None, tuple(_split(text, separator)))


def first_line(text: str) -> str:
    """Return the beginning of the first line that is not blank; "" if all are."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= MOST_SHOWN else f"{cut(line, MOST_SHOWN - 1)}…"


def _split(text: str, separator: str) -> list[tuple[int, Cells]]:
    lines: list[tuple[int, Cells]] = []
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((begins, tuple(_AS_TEXT.sub(r"\1", cell) for cell in cells)))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BrokenQuotesError(begins) from error
    return lines
