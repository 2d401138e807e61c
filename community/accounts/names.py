"""Names: what people may call themselves, what they are called in lists, and how the author of something is named.

Whether a thing's author is shown with their company, or at all, is decided here and nowhere else
(tests/accounts/test_names.py).
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Protocol

import regex
import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped

from community.accounts.labels import company_shown
from community.accounts.rules import is_staff
from community.text import is_blank
from models.accounts import Account, Member, full_name
from models.base import db

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


class MemberName(NamedTuple):
    """As much of a person as a list of names needs; the fields are columns of `Member`."""

    id: int
    family_name: str
    given_name: str
    headline: str
    erased_at: datetime | None

    @property
    def display_name(self) -> str:
        """The name to show: family and given name."""
        return full_name(self.family_name, self.given_name)


class Written(Protocol):
    """Something with an author: a topic, a post, a story. `account`: the author's company when they wrote it."""

    author: Mapped[Member]
    account: Mapped[Account | None]


# --- what is typed


def clean_line(text: str) -> str:
    """Return the text as one line, composed (NFC), without invisible characters; empty if nothing can be seen."""
    return _or_nothing(" ".join(_without_unseen(text.replace("\n", " ").replace("\t", " ")).split()))


def clean_text(text: str) -> str:
    """Return the text composed and without invisible characters, with its line breaks and tabs.

    Empty if nothing can be seen.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _or_nothing("\n".join(_line_of_cells(line).rstrip() for line in lines).strip("\n"))


def _line_of_cells(line: str) -> str:
    """Return the line without invisible characters, but with its tabs: they part cells pasted from a spreadsheet."""
    return "\t".join(map(_without_unseen, line.split("\t")))


def is_handle(handle: str) -> bool:
    """Return whether the handle is well-formed and not reserved; somebody may have it already."""
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


# --- what is shown


def list_names(member_ids: Collection[int]) -> dict[int, MemberName]:
    """Return the names of these people, erased ones too, by id. One query, none for an empty collection."""
    if not member_ids:
        return {}
    rows = db.session.execute(_names(), {"member_ids": list(member_ids)})
    return {row.id: row for row in map(MemberName._make, rows)}


@cache
def _names() -> sa.Select[*tuple[Any, ...]]:
    columns = (getattr(Member, name) for name in MemberName._fields)
    return sa.select(*columns).where(Member.id.in_(sa.bindparam("member_ids", expanding=True)))


def author_label(viewer: Member | None, who: Member | MemberName | Written) -> str:
    """Return the name of the author or person as the viewer reads it.

    `viewer` None: a guest, or nobody in particular.
    """
    del viewer  # everybody reads the same name so far
    person = who if isinstance(who, Member | MemberName) else who.author
    return _("退会した方") if person.erased_at else person.display_name


def author_company(viewer: Member | None, written: Written) -> str:
    """Return the author's company as the viewer may know it; empty for the vendor's people."""
    return "" if is_staff(written.author) else company_shown(written.account, viewer)
