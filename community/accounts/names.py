"""What people may call themselves."""

import re
import unicodedata

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
# On the letters they stand on, more combining marks than this are drawn over neighbouring lines.
MAX_MARKS_IN_A_ROW = 2
_MARK_CATEGORIES = frozenset({"Mn", "Me"})


def clean_line(text: str) -> str:
    """One line, composed, without what cannot be seen."""
    return " ".join(_without_unseen(text.replace("\n", " ").replace("\t", " ")).split())


def clean_text(text: str) -> str:
    """The same for text of several lines, whose breaks stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_without_unseen(line.replace("\t", " ")).rstrip() for line in lines).strip()


def is_handle(handle: str) -> bool:
    """May be chosen; whether it is free is another question."""
    return HANDLE.fullmatch(handle) is not None and handle not in RESERVED_HANDLES


def _without_unseen(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARK_CATEGORIES else 0
        if category not in _UNSEEN and marks <= MAX_MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)
