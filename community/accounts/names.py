"""What people may call themselves."""

import re
import unicodedata

import regex

from community.text import is_blank

# ASCII, so that a mention and an address can carry it; begins with a letter, so that it never looks like a number, and
# does not end in a hyphen, where a mention would end before it.
HANDLE = re.compile(r"[a-z][a-z0-9_-]{0,30}[a-z0-9_]", re.ASCII)

# Would read as a group or as somebody with a right; the last one is an address of ours, /people/suggest.
_RESERVED = (
    "admin administrator all anonymous channel community everyone guest here me member members moderator nobody "
    "official root staff support system tsudoi undefined null suggest"
)
RESERVED_HANDLES = frozenset(_RESERVED.split())

# Invisible or text-turning characters: with them one name passes for another. Cs and Co have no shape of their own;
# variation selectors (Mn), which tell apart the forms of kanji in names, stay.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
# What joins emoji to one sign (a family), and what makes a flag of a region, has its part in what is seen.
_JOINED = regex.compile(
    r"(?<=\p{Extended_Pictographic}[\ufe0f\U0001f3fb-\U0001f3ff]?)\u200d(?=\p{Extended_Pictographic})"
    r"|(?<=\U0001f3f4)[\U000e0020-\U000e007e]+\U000e007f"
)
# On the letters they stand on, more combining marks than this are drawn over neighbouring lines.
MAX_MARKS_IN_A_ROW = 2
_MARK_CATEGORIES = frozenset({"Mn", "Me"})


def clean_line(text: str) -> str:
    """One line, composed, without what cannot be seen."""
    return _or_nothing(" ".join(_without_unseen(text.replace("\n", " ").replace("\t", " ")).split()))


def clean_text(text: str) -> str:
    """The same for text of several lines, whose breaks stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _or_nothing("\n".join(_line_of_cells(line).rstrip() for line in lines).strip("\n"))


def _line_of_cells(line: str) -> str:
    """Tabs stay: they part what was pasted from a spreadsheet."""
    return "\t".join(map(_without_unseen, line.split("\t")))


def is_handle(handle: str) -> bool:
    """May be chosen; whether it is free is another question."""
    return HANDLE.fullmatch(handle) is not None and handle not in RESERVED_HANDLES


def _or_nothing(text: str) -> str:
    return "" if is_blank(text) else text


def _without_unseen(text: str) -> str:
    kept: list[str] = []
    marks = 0
    composed = unicodedata.normalize("NFC", text)
    joined = {place for found in _JOINED.finditer(composed) for place in range(*found.span())}
    for place, character in enumerate(composed):
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARK_CATEGORIES else 0
        if (category not in _UNSEEN or place in joined) and marks <= MAX_MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)
